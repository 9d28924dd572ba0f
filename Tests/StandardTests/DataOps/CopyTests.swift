// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import Synchronization
import Testing

struct CopyTests {
    private static let rows = "id,zip,share,day,at,good\n1,007,0.1,2026-01-02,2026-01-02T03:04:05Z,true\n2,\"\",,,,\n"

    private func bench() async throws -> (Workbench, Reference) {
        let bench = try await Workbench()
        try bench.recipe.write(Self.rows, to: "a.csv")
        let response = try await bench.step("Ingest", "orders", ["from": "a.csv", "into": .reference(bench.lake)])
        return (bench, try response.table())
    }

    private func put(_ bench: Workbench, _ key: String, _ text: String, in lake: String = "lake") async throws {
        let store = try #require(try await bench.facet("ObjectStore", of: Address(lake)) as? any ObjectStore)
        try bench.recipe.write(text, to: "object")
        _ = try await store.put(
            PutObjectRequest(
                key: key, path: bench.recipe.path + "/object",
                context: Workbench.context("put", token: UUID().uuidString)))
    }

    private func objects(_ bench: Workbench, in lake: String = "archive") async throws -> [String: String] {
        let store = try #require(try await bench.facet("ObjectStore", of: Address(lake)) as? any ObjectStore)
        let context = Workbench.context("get", token: "get")
        var texts: [String: String] = [:]
        for object in try await store.list(ListObjectsRequest(context: context)).objects {
            let path = bench.recipe.path + "/got"
            _ = try await store.get(GetObjectRequest(key: object.key, path: path, context: context))
            texts[object.key] = try String(contentsOfFile: path, encoding: .utf8)
        }
        return texts
    }

    @Test func `A table's copy has its rows and types`() async throws {
        let (bench, orders) = try await bench()
        let fields: ObjectValue = ["from": .reference(orders), "to": .reference(bench.warehouse)]
        let response = try await bench.step("Copy", "backup", fields)
        let copy = try response.table()
        #expect(copy.name == "orders" && copy.resource == Address("warehouse"))
        #expect(copy.attributes["columns"] == orders.attributes["columns"])
        #expect(
            try await bench.rows("select * from orders") == (try await bench.rows("select * from orders", in: "lake")))
        #expect(response.reads == [orders])
        let (executor, request) = try bench.prepare("Copy", "backup", fields)
        #expect(try await executor.stillHolds(response, request))

        let more = fields.merging(["mode": "append", "table": "all"])
        try await bench.step("Copy", "backup", more)
        let twice = try await bench.step("Copy", "backup", more)
        #expect(try await bench.rows("select count(*) from \"all\"") == [[4]])
        let (again, asked) = try bench.prepare("Copy", "backup", more)
        #expect(try await !again.stillHolds(twice, asked))
    }

    @Test func `A table without rows and with odd names keeps its columns`() async throws {
        let (bench, _) = try await bench()
        let made = try await bench.step(
            "Transform", "odd", ["in": .reference(bench.warehouse), "sql": "select 1 as \" a,\"\"b \", 2 as n where 0"])
        let response = try await bench.step(
            "Copy", "c", ["from": .reference(try made.table()), "to": .reference(bench.lake)])
        #expect(try response.columns().keys == [" a,\"b ", "n"])
    }

    @Test func `Objects are copied once, those that are there as they are not again`() async throws {
        let (bench, _) = try await bench()
        for (key, text) in [("a/1", "one"), ("a/2", "two"), ("b", "three")] { try await put(bench, key, text) }
        try await put(bench, "a/2", "other", in: "archive")
        try await put(bench, "a/3", "mine", in: "archive")
        let fields: ObjectValue = ["from": .reference(bench.lake), "to": .reference(bench.archive), "prefix": "a/"]
        let added = try await bench.step("Copy", "c", fields.merging(["mode": "append"]))
        #expect(added.outputs == ["table": nil, "objects": 1, "bytes": .size(3)])
        #expect(try await objects(bench) == ["a/1": "one", "a/2": "other", "a/3": "mine"])
        let response = try await bench.step("Copy", "c", fields)
        #expect(response.outputs["objects"] == 1)
        #expect(try await objects(bench) == ["a/1": "one", "a/2": "two", "a/3": "mine"])
        #expect(response.writes.map(\.name) == ["a/1", "a/2"])

        let (executor, request) = try bench.prepare("Copy", "c", fields)
        #expect(try await executor.stillHolds(response, request))
        try await put(bench, "a/1", "changed", in: "archive")
        #expect(try await !executor.stillHolds(response, request))
        try await bench.step("Copy", "c", fields)
        try await put(bench, "a/4", "new")
        #expect(try await !executor.stillHolds(response, request))
    }

    @Test func `A store without tables gets a table as an object`() async throws {
        let (bench, orders) = try await bench()
        let plain = Reference(type: "DataLakeStorage", resource: Address("plain"))
        let store = try await bench.facet("ObjectStore", of: Address("archive"))
        bench.facets.withLock { $0["plain ObjectStore"] = store }
        let fields: ObjectValue = ["from": .reference(orders), "to": .reference(plain)]
        bench.facets.withLock { $0["plain TableStore"] = store }
        let response = try await bench.step("Copy", "c", fields)
        #expect(response.outputs["table"] == .null && response.outputs["objects"] == 1)
        #expect(
            try await objects(bench)["orders.csv"]?.hasPrefix("id,zip,share,day,at,good\n1,007,0.1,2026-01-02,") == true
        )
        let (executor, request) = try bench.prepare("Copy", "c", fields)
        #expect(try await executor.stillHolds(response, request))
        let failure = try await bench.failure("Copy", "c", fields.merging(["mode": "append"]))
        #expect(failure.code.text == "C0501")
    }

    @Test func `What cannot be copied so is told at its field`() async throws {
        let (bench, orders) = try await bench()
        let (table, lake, archive) = (
            Value.reference(orders), Value.reference(bench.lake), Value.reference(bench.archive)
        )
        let cases: [(ObjectValue, String, String)] = [
            (["from": table, "to": archive, "prefix": "a"], "D1001", "prefix"),
            (["from": lake, "to": archive, "table": "t"], "D1001", "table"),
            (["from": lake, "to": lake], "D1001", "to"), (["from": table, "to": lake], "D1001", "to"),
            (["from": table, "to": lake, "table": "orders"], "D1001", "to"),
            (["from": lake, "to": archive, "prefix": "none"], "D0003", "prefix")
        ]
        for (fields, code, field) in cases {
            let (executor, request) = try bench.prepare("Copy", "c", fields)
            let error = await #expect(throws: CallError.self) { try await executor.execute(request) }
            #expect(error?.diagnostic.code.text == code && error?.field == field, "\(fields)")
        }
    }
}
