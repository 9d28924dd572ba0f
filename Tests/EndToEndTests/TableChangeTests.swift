// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Tables that another program changes between two runs.
struct TableChangeTests {
    private func change(_ sql: String, in project: Project) async throws {
        let edit = try await project.program(
            "python3", "-c",
            """
            import glob, sqlite3
            for path in glob.glob(".converge/local/**/*.db", recursive=True):
                database = sqlite3.connect(path)
                if database.execute("select 1 from sqlite_schema where name = 'totals'").fetchone():
                    database.executescript("\(sql)")
            """)
        try #require(edit.code == 0, "\(edit.errors)")
    }

    private func statuses(_ project: Project) async throws -> [String] {
        let run = try await project.converge("run", "p.recipe", "fill", "--yes", "--json")
        try #require(run.code == 0, "\(run.output)\(run.errors)")
        return try (run.json.at("steps")?.list ?? []).map { $0.at("status")?.string ?? "" }
    }

    private let recipe = """
        resource w: DataWarehousing {}
        workflow fill {
          step i: Ingest { from: "in.csv", into: w, table: "rows" }
          step t: Transform { in: w, table: "totals", sql: "select sum(a) as a from ${i.table}" }
        }

        """

    @Test(arguments: [
        "update totals set a = 99", "insert into totals values (1)", "delete from totals",
        "drop table totals; create table totals as select 99 as a"
    ])
    func `a step whose table another program changed is executed again`(_ sql: String) async throws {
        let project = try Project(["p.recipe": recipe, "in.csv": "a\n1\n2\n"])
        #expect(try await statuses(project) == ["succeeded", "succeeded"])
        #expect(try await statuses(project) == ["unchanged", "unchanged"])
        try await change(sql, in: project)
        #expect(try await statuses(project) == ["unchanged", "succeeded"])
        let rows = try await project.converge("sql", "w", "select a from totals", "--json")
        #expect(try rows.json.at("rows", "0", "0") == 3, "\(rows)")
        #expect(try await statuses(project) == ["unchanged", "unchanged"])
        // What reads the changed table is executed again, too.
        try await change("update rows set a = 7 where a = 1", in: project)
        #expect(try await statuses(project) == ["succeeded", "succeeded"])
    }

    @Test func `a trigger on a table fires for whoever wrote it`() async throws {
        let served = try ServedProject([
            "p.recipe": recipe + """
                workflow hear {
                  step say: Shell { run: "echo heard >> out.txt" }
                  on data w { table: "totals", every: 100ms }
                }

                """,
            "in.csv": "a\n1\n2\n"
        ])
        #expect(try await statuses(served.project) == ["succeeded", "succeeded"])
        let daemon = try await served.serve()
        try #require(try await eventually { try served.marks() == 2 })
        for count in 1...2 {
            try await change("update totals set a = a + 1", in: served.project)
            #expect(try await eventually { try served.lines("out.txt").count == count })
        }
        try await served.end(daemon)
    }
}
