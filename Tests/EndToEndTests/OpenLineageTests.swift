// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// The OpenLineage events of runs.
struct OpenLineageTests {
    private static let files = [
        "orders.csv": "id,amount\n1,5\n2,7\n",
        "w.recipe": """
        resource lake: DataLakeStorage {}
        resource house: DataWarehousing {}
        workflow load {
          param fail: Bool = false
          step orders: Ingest { from: "orders.csv", into: lake }
          step big: Transform { in: house, sql: "select * from ${orders.table} where amount > 5" }
          step end: Shell { @needs: [big], @cache: false, run: "test ${fail} = false || { echo $CANARY; exit 3; }" }
        }

        """
    ]

    private func names(_ event: Value, _ side: String) -> [String] {
        (event.at(side)?.list ?? []).map { "\($0.at("namespace")?.string ?? "") \($0.at("name")?.string ?? "")" }
    }

    private func steps(_ events: [Value]) -> [String] {
        events.map { "\($0.at("eventType")?.string ?? "") \($0.at("job")?.at("name")?.string ?? "")" }
    }

    @Test func `each step tells when it starts and ends, and what it read and wrote, with its columns`() async throws {
        let project = try Project(Self.files)
        let receiver = try await Receiver(in: project)
        let environment = [
            "OPENLINEAGE_URL": receiver.address, "OPENLINEAGE_API_KEY": "canary-of-lineage",
            "OPENLINEAGE_NAMESPACE": "shop"
        ]
        let answer = try await project.run(["run", "w.recipe", "--yes", "--json"], environment: environment)
        await receiver.end()
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        let kept = try receiver.documents(at: "/api/v1/lineage")
        #expect(kept.allSatisfy { $0.at("headers")?.at("authorization")?.string == "Bearer canary-of-lineage" })
        let events = kept.compactMap { $0.at("body") }
        #expect(
            steps(events) == [
                "START w.load", "START w.load.orders", "COMPLETE w.load.orders", "START w.load.big",
                "COMPLETE w.load.big", "START w.load.end", "COMPLETE w.load.end", "COMPLETE w.load"
            ])
        let orders = "converge://default/w/lake orders"
        #expect(names(events[2], "inputs") == ["file \(project.path("orders.csv"))"])
        #expect(names(events[2], "outputs") == [orders])
        #expect(names(events[4], "inputs") == [orders])
        #expect(names(events[4], "outputs") == ["converge://default/w/house big"])
        let written = try #require(events[4].at("outputs")?.list?.first)
        #expect(
            written.at("facets")?.at("schema")?.at("fields")?.list == [
                ["name": "id", "type": "Int"], ["name": "amount", "type": "Int"]
            ])
        #expect(written.at("outputFacets")?.at("outputStatistics")?.at("rowCount")?.int == 1)
        #expect(events[3].at("run")?.at("runId") == events[4].at("run")?.at("runId"))
        #expect(
            events[4].at("run")?.at("facets")?.at("parent")?.at("run")?.at("runId") == events[0].at("run")?.at("runId"))
        for event in events {
            let id = event.at("run")?.at("runId")?.string ?? ""
            #expect(UUID(uuidString: id) != nil, "\(id)")
            #expect(
                event.at("schemaURL")?.string?.hasPrefix("https://openlineage.io/spec/2-0-2/OpenLineage.json") == true)
            #expect(event.at("job")?.at("namespace")?.string == "shop")
        }
        #expect(!answer.errors.contains("canary-of-lineage"))
    }

    @Test func `a file gets a line for each event, also of a run that fails, and no secret`() async throws {
        let project = try Project(Self.files)
        let environment = [
            "OPENLINEAGE__TRANSPORT__TYPE": "file", "OPENLINEAGE__TRANSPORT__LOG_FILE_PATH": "lineage.jsonl"
        ]
        let answer = try await project.run(
            ["run", "w.recipe", "load", "{ fail: true }", "--yes", "--json"], environment: environment)
        #expect(answer.code == 1, "\(answer.output)\(answer.errors)")
        let events = try project.text(of: "lineage.jsonl").split(separator: "\n").map { try Value(json: String($0)) }
        #expect(steps(events).suffix(2) == ["FAIL w.load.end", "FAIL w.load"])
        let failure = events.last?.at("run")?.at("facets")?.at("errorMessage")?.at("message")?.string
        #expect(failure?.hasPrefix("D0801: ") == true, "\(failure ?? "")")
        let mode = try FileManager.default.attributesOfItem(atPath: project.path("lineage.jsonl"))[.posixPermissions]
        #expect(mode as? Int == 0o600)
        // Steps whose results still hold are not run, and tell of nothing; the run that goes on is the same run.
        let again = try await project.run(["resume", "run-2", "--yes", "--json"], environment: environment)
        #expect(again.code == 1, "\(again.output)\(again.errors)")
        let all = try project.text(of: "lineage.jsonl").split(separator: "\n").map { try Value(json: String($0)) }
        #expect(steps(all).suffix(4) == ["START w.load", "START w.load.end", "FAIL w.load.end", "FAIL w.load"])
        #expect(all.last?.at("run")?.at("runId") == events.last?.at("run")?.at("runId"))
    }
}
