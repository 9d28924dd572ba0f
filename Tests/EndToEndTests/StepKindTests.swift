// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Steps with programs, addresses and lakes, through the executable.
struct StepKindTests {
    private static let groups = """
        import csv, os
        with open("inputs/orders.csv") as orders, open(os.environ["CONVERGE_OUTPUT"], "w") as output:
            rows = csv.writer(output)
            rows.writerow(["id", "double"])
            for order in csv.DictReader(orders):
                rows.writerow([order["id"], int(order["n"]) * int(os.environ["CONVERGE_PARAM_TIMES"])])

        """

    private static let recipe = """
        resource lake:      DataLakeStorage {}
        resource warehouse: DataWarehousing {}

        workflow w {
          step orders: Ingest { from: "orders.csv", into: lake }
          step doubled: Transform {
            in: warehouse
            command: ["python3", "double.py"]
            inputs: { orders: orders.table }
            params: { times: 2 }
          }
          step page: Report {
            in: warehouse
            title: "Doubled"
            sections: { "All": { sql: "select id, double from ${doubled.table} order by id" } }
            to: lake
            key: "reports/doubled.html"
          }
          output rows = doubled.rows
          output url = page.url
        }

        """

    @Test func `a program makes a table, and a page of it lies in the lake`() async throws {
        let project = try Project([
            "orders.csv": "id,n\n1,5\n2,7\n", "double.py": Self.groups, "a.recipe": Self.recipe
        ])
        let run = try await project.converge("run", "a.recipe", "--yes", "--json")
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        #expect(try run.json.at("outputs", "rows") == 2)
        let url = try #require(try run.json.at("outputs", "url")?.string)
        let page = try String(contentsOf: try #require(URL(string: url)), encoding: .utf8)
        #expect(page.contains(#"<td class="n">14</td>"#), "\(page)")
        let again = try await project.converge("run", "a.recipe", "--yes", "--json")
        #expect(try again.json.at("steps")?.list?.map { $0.at("status") } == ["unchanged", "unchanged", "unchanged"])

        try project.write(Self.groups.replacingOccurrences(of: "TIMES\"])", with: "TIMES\"]) + 1"), to: "double.py")
        let changed = try await project.converge("run", "a.recipe", "--yes", "--json")
        #expect(changed.code == 0, "\(changed.output)\(changed.errors)")
        #expect(try changed.json.at("steps")?.list?.map { $0.at("status") } == ["unchanged", "succeeded", "succeeded"])
        #expect(try String(contentsOf: try #require(URL(string: url)), encoding: .utf8).contains(">15<"))
    }

    @Test func `a file behind an address is fetched once, and again when it is another one`() async throws {
        let project = try Project([
            "site/orders.csv": "id,n\n1,5\n2,7\n",
            "a.recipe": """
            param port: Int
            resource lake: DataLakeStorage {}
            workflow w {
              step orders: Ingest { from: "http://127.0.0.1:${port}/orders.csv", into: lake }
              output rows = orders.rows
            }
            """
        ])
        let server = try project.startProgram([
            "python3", "-u", "-m", "http.server", "0", "-b", "127.0.0.1", "-d", "site"
        ])
        do {
            var port = ""
            #expect(
                try await eventually {
                    port = server.output.firstMatch(of: #/port ([0-9]+)/#).map { String($0.output.1) } ?? ""
                    return !port.isEmpty
                })
            let fields = ["--yes", "--json", "--set", "port=\(port)"]
            let first = try await project.run(["run", "a.recipe"] + fields)
            #expect(first.code == 0, "\(first.output)\(first.errors)")
            #expect(try first.json.at("outputs", "rows") == 2)
            let again = try await project.run(["run", "a.recipe"] + fields)
            #expect(try again.json.at("steps", "0", "status") == "unchanged", "\(again.output)")
            try project.write("id,n\n1,5\n2,7\n3,9\n", to: "site/orders.csv")
            let more = try await project.run(["run", "a.recipe"] + fields)
            #expect(try more.json.at("outputs", "rows") == 3, "\(more.output)")
        } catch {
            server.send(SIGTERM)
            _ = await server.end()
            throw error
        }
        server.send(SIGTERM)
        _ = await server.end()
    }

    @Test func `tables and objects are copied from store to store, and not again while they are as they were`()
        async throws
    {
        let project = try Project([
            "orders.csv": "id,n\n1,5\n2,7\n",
            "a.recipe": """
            resource lake:      DataLakeStorage {}
            resource archive:   local.Lake      {}
            resource warehouse: DataWarehousing {}

            workflow w {
              step orders: Ingest { from: "orders.csv", into: lake }
              step page: Report { in: warehouse, title: "Orders", sections: {}, to: lake, key: "pages/orders.html" }
              step backup: Copy { from: orders.table, to: archive, table: "kept" }
              step back: Copy { from: backup.table ?? orders.table, to: warehouse }
              step pages: Copy { @needs: [page], from: lake, to: archive, prefix: "pages/" }
              step total: Transform { in: warehouse, sql: "select sum(n) as n from ${back.table ?? orders.table}" }
              output copied = pages.objects
              output rows = total.rows
            }
            """
        ])
        let run = try await project.converge("run", "a.recipe", "--yes", "--json")
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        #expect(try run.json.at("outputs", "copied") == 1)
        let again = try await project.converge("run", "a.recipe", "--yes", "--json")
        let statuses = try #require(try again.json.at("steps")?.list).map { $0.at("status")?.string }
        #expect(statuses.count == 6 && statuses.allSatisfy { $0 == "unchanged" }, "\(again.output)")
        try project.write("id,n\n1,5\n", to: "orders.csv")
        let changed = try await project.converge("run", "a.recipe", "--yes", "--json")
        #expect(changed.code == 0, "\(changed.output)\(changed.errors)")
        let names = try #require(try changed.json.at("steps")?.list).filter { $0.at("status") == "unchanged" }
            .map { $0.at("name")?.string }
        #expect(Set(names) == ["page", "pages"], "\(changed.output)")
    }
}
