// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import Synchronization
import Testing

struct MaterializeTests {
    private let features = Reference(type: "FeatureStore", resource: Address("features"))

    private func bench(_ server: KeptFeatures) async throws -> (Workbench, Reference) {
        let bench = try await Workbench()
        bench.facets.withLock { $0["features FeatureServer"] = server }
        let rows = (0..<2500).map { "c\($0),2026-01-\($0 % 2 == 0 ? "01" : "15")T00:00:00Z,\($0).5,\($0)" }
        try bench.recipe.write(
            "id,at,spent,n\n" + rows.joined(separator: "\n") + "\n,2026-02-01T00:00:00Z,,1\n", to: "a.csv")
        let response = try await bench.step(
            "Ingest", "customers", ["from": "a.csv", "into": .reference(bench.warehouse), "schema": ["at": "String"]])
        return (bench, try response.table())
    }

    @Test func `All rows of a table reach the store with their types, a batch at a time`() async throws {
        let server = KeptFeatures(eventTime: "at")
        let (bench, table) = try await bench(server)
        let response = try await bench.step(
            "Materialize", "fresh", ["table": .reference(table), "into": .reference(features)])
        #expect(response.outputs["rows"] == 2501 && response.reads == [table])
        let offline = try response.table("offline")
        #expect(offline.name == "history" && offline.resource == Address("features") && response.writes == [offline])
        let (rows, batches) = server.kept.withLock { ($0.flatMap { $0 }, $0.map(\.count)) }
        #expect(rows.count == 2501 && batches.allSatisfy { $0 <= 1000 })
        #expect(rows.contains(["id": "c1", "at": "2026-01-15T00:00:00Z", "spent": 1.5, "n": 1]))
        #expect(rows.contains { $0["spent"] == .null && $0["n"] == 1 })
    }

    @Test func `Rows are chosen by the time of their event, where the store says which column that is`() async throws {
        let server = KeptFeatures(eventTime: "at")
        let (bench, table) = try await bench(server)
        let inputs: ObjectValue = [
            "table": .reference(table), "into": .reference(features), "from": "2026-01-15T00:00:00Z",
            "until": "2026-02-01T00:00:00Z"
        ]
        #expect(try await bench.step("Materialize", "fresh", inputs).outputs["rows"] == 1250)

        bench.facets.withLock { $0["features FeatureServer"] = KeptFeatures(eventTime: nil) }
        let failure = try await bench.failure("Materialize", "fresh", inputs)
        #expect(failure.message == "this feature store does not say which column is the event's time")
    }

    @Test func `An empty table writes nothing`() async throws {
        let server = KeptFeatures(eventTime: "at")
        let (bench, table) = try await bench(server)
        let inputs: ObjectValue = ["table": .reference(table), "into": .reference(features), "from": "2027"]
        #expect(try await bench.step("Materialize", "fresh", inputs).outputs["rows"] == 0)
        #expect(server.kept.withLock { $0.isEmpty })
    }
}

private final class KeptFeatures: FeatureServer {
    let eventTime: String?
    let kept = Mutex<[[ObjectValue]]>([])

    func history(_ context: CallContext) async throws(CallError) -> TableDescription? {
        TableDescription(name: "history", columns: [TableColumn("id", .string)], rows: nil, version: "1")
    }

    init(eventTime: String?) { self.eventTime = eventTime }

    func write(_ request: WriteFeaturesRequest) async throws(CallError) { kept.withLock { $0.append(request.rows) } }
    func online(_ request: OnlineFeaturesRequest) async throws(CallError) -> [ObjectValue?] {
        request.keys.map { key in kept.withLock { $0.joined().last { $0["id"] == .string(key) } } }
    }
}
