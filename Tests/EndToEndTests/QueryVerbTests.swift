// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// `sql`: rows of a declared store, read only.
struct QueryVerbTests {
    private func filled() async throws -> Project {
        let project = try Project([
            "shop.recipe": """
            resource warehouse: DataWarehousing {}
            resource note: local.Note { text: "x" }
            workflow fill {
              step numbers: Transform {
                in: warehouse,
                sql: "with recursive n(i) as (select 1 union all select i + 1 from n where i < 250) select i, 'a, \\"' || i as name, null as void from n"
              }
            }

            """
        ])
        let run = try await project.converge("run", "shop.recipe", "--yes")
        try #require(run.code == 0, "\(run.errors)")
        return project
    }

    @Test func `rows are shown up to a limit, and that there are more`() async throws {
        let project = try await filled()
        let answer = try await project.converge("sql", "warehouse", "select i, name, void from numbers order by i")
        #expect(answer.code == 0, "\(answer.errors)")
        let lines = answer.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 102)
        #expect(lines[0].hasPrefix("i "))
        #expect(lines[1].contains("a, \"1") && lines[1].hasSuffix("null"), "\(lines[1])")
        #expect(lines.last == "more than 100 rows; --limit 1000 shows more of them")
        let few = try await project.converge(
            "sql", "warehouse", "select i from numbers order by i", "--limit", "2", "--json")
        #expect(try few.json == ["columns": [["name": "i", "type": "Int"]], "rows": [[1], [2]], "more": true])
        let none = try await project.converge("sql", "warehouse", "select i from numbers where i > 1000")
        #expect(none.output == "No rows: i.\n")
    }

    @Test func `CSV has all rows, with quotes where they belong`() async throws {
        let project = try await filled()
        let answer = try await project.converge("sql", "warehouse", "select * from numbers order by i", "--csv")
        let lines = answer.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 251)
        #expect(lines[0] == "i,name,void")
        #expect(lines[1] == "1,\"a, \"\"1\",")
    }

    @Test(arguments: [
        "delete from numbers", "drop table numbers", "create table x (a)", "select 1; delete from numbers",
        "pragma user_version = 3", ""
    ])
    func `what would write is refused and does nothing`(statement: String) async throws {
        let project = try await filled()
        let answer = try await project.converge("sql", "warehouse", statement)
        #expect(answer.code == 1, "\(answer.output)")
        let count = try await project.converge("sql", "warehouse", "select count(*) as n from numbers", "--json")
        #expect(try count.json.at("rows", "0", "0") == 250)
    }

    @Test func `a store that is not there, or none, is told; the prompt asks too`() async throws {
        let project = try await filled()
        try await project.converge("sql", "warehose", "select 1").expectRefusal("X0107", "did you mean 'warehouse'?")
        try await project.converge("sql", "note", "select 1").expectRefusal("X0126", "holds no tables")
        let two = try await project.converge("sql", "warehouse", "select 1; drop table numbers")
        two.expectRefusal("C0400", "several statements are given where one is executed", wayOut: "one by one")
        #expect(!two.errors.contains("Database.execute"), "\(two.errors)")
        try await project.converge("sql", "warehouse", "select nothing_such from numbers").expectRefusal(
            "C0400", "nothing_such", wayOut: "= note: in:")
        let typed = try await project.converge(
            input: """
                open shop.recipe
                sql warehouse "select max(i) as most from numbers" --csv
                sql warehouse select min(i) as least from numbers
                sql --csv select 'a b' as x
                let least = 240
                let odd = "it's"
                sql warehouse "select count(*) as more from numbers where i > ${least}" --csv
                sql --csv select ${odd} || '!' as y

                """)
        #expect(
            typed.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                == [
                    "shop.recipe is open, 3 declarations.", "most", "250", "least", "1", "x", "a b", "least = 240",
                    #"odd = "it's""#, "more", "10", "y",
                    "it's!"
                ],
            "\(typed.output)\(typed.errors)")
    }
}
