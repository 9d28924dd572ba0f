// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures
import Testing

/// Events of a stream that are read on into a table.
struct EventIngestTests {
    private struct Stream {
        let bench: Workbench
        let reference: Reference

        init() async throws {
            bench = try await Workbench()
            reference = try await bench.make("local.Stream", "events")
        }

        func publish(_ texts: String...) async throws {
            let log = try #require(try await bench.facet("EventLog", of: Address("events")) as? any EventLog)
            _ = try await log.append(
                AppendEventsRequest(
                    events: texts.map { NewEvent(key: "k", data: Array($0.utf8)) },
                    context: Workbench.context("publish", token: "p")))
        }

        func inputs(_ more: ObjectValue = [:]) -> ObjectValue {
            (["from": .reference(reference), "into": .reference(bench.warehouse)] as ObjectValue).merging(more)
        }

        func ids() async throws -> [[Value]] { try await bench.rows("select id from orders order by id") }
    }

    @Test func `each event comes in once, and what is none is set aside once`() async throws {
        let stream = try await Stream()
        let none = try await stream.bench.step("Ingest", "orders", stream.inputs())
        #expect(none.outputs["rows"] == 0 && none.outputs["bad"] == 0)
        #expect(try none.columns().keys.contains("event_number"))
        try await stream.publish(#"{"id": 1, "at": "2026-01-01"}"#, "no json", "{\"id\": 2,\n\"price\": 2.5}", "")
        let first = try await stream.bench.step("Ingest", "orders", stream.inputs())
        #expect(first.outputs["rows"] == 2 && first.outputs["bad"] == 2)
        #expect(
            try await stream.bench.rows("select id, at, price, event_reader, event_number, event_key from orders") == [
                [1, "2026-01-01", nil, "events", "1", "k"], [2, nil, 2.5, "events", "3", "k"]
            ])
        #expect(
            try await stream.bench.rows("select file, text from orders_quarantine order by file") == [
                ["events/0/2", "no json"], ["events/0/4", "null"]
            ])
        // What is behind the last row is read again, and is not kept again.
        let again = try await stream.bench.step("Ingest", "orders", stream.inputs())
        #expect(again.outputs["rows"] == 0 && again.outputs["bad"] == 0 && again.outputs["quarantined"] == .null)
        try await stream.publish(#"{"id": 3}"#)
        #expect(try await stream.bench.step("Ingest", "orders", stream.inputs()).outputs["rows"] == 1)
        #expect(try await stream.ids() == [[1], [2], [3]])
        #expect(try await stream.bench.rows("select count(*) from orders_quarantine") == [[2]])
        // Who reads under another name reads all of it.
        let other = try await stream.bench.step("Ingest", "orders", stream.inputs(["reader": "other", "limit": 2]))
        #expect(other.outputs["rows"] == 2)
        #expect(stream.bench.log.contains("there are more events than 2"))
    }

    @Test func `a step that is executed again under its token, or anew, loads nothing twice`() async throws {
        let stream = try await Stream()
        try await stream.publish(#"{"id": 1}"#, "broken", #"{"id": 2}"#)
        var (executor, request) = try stream.bench.prepare("Ingest", "orders", stream.inputs(), token: "t-1")
        let first = try await executor.execute(request)
        try await stream.publish(#"{"id": 3}"#)
        // It had loaded when it was killed: the journal has what it was about to do, and not what it gave.
        request.handle = try #require(stream.bench.handle(of: "t-1"))
        let resumed = try await executor.execute(request)
        #expect(resumed.outputs["rows"] == first.outputs["rows"] && resumed.outputs["bad"] == 1)
        #expect(try await stream.ids() == [[1], [2]])
        // It was killed before it loaded: what it was about to do was not done.
        let handle = try #require(stream.bench.handle(of: "t-1"))
        #expect(handle.contains(#""before":"{}""#), "\(handle)")
        (executor, request) = try stream.bench.prepare("Ingest", "orders", stream.inputs(), token: "t-2")
        request.handle = #"{"before": "{\"0\":\"3\"}", "rows": 7, "bad": 0}"#
        #expect(try await executor.execute(request).outputs["rows"] == 1)
        #expect(try await stream.ids() == [[1], [2], [3]])
        #expect(try await stream.bench.rows("select count(*) from orders_quarantine") == [[1]])
    }

    @Test func `what says nothing of events, or hides where they come from, is refused`() async throws {
        let stream = try await Stream()
        for (more, field) in [
            (["mode": "replace"], "mode"), (["format": "csv"], "format"), (["prefix": "a"], "prefix"),
            (["delimiter": ";"], "delimiter")
        ] as [(ObjectValue, String)] {
            let found = try await stream.bench.failure("Ingest", "orders", stream.inputs(more))
            #expect(found.code.text == "D0116" && found.message.hasPrefix("`\(field)`"), "\(found.message)")
        }
        let lake = try await stream.bench.failure(
            "Ingest", "orders",
            ["from": .reference(stream.bench.lake), "into": .reference(stream.bench.warehouse), "reader": "r"])
        #expect(lake.code.text == "D0116")
        try await stream.publish(#"{"id": 1, "event_key": "mine"}"#)
        #expect(try await stream.bench.failure("Ingest", "orders", stream.inputs()).code.text == "D0118")
        try stream.bench.recipe.write("id\n1\n", to: "data.csv")
        try await stream.bench.step(
            "Ingest", "t", ["from": "data.csv", "into": .reference(stream.bench.warehouse)])
        #expect(
            try await stream.bench.failure("Ingest", "t", stream.inputs()).code.text == "D0117")
    }

    @Test func `declared columns are there from the start, and types are held to`() async throws {
        let stream = try await Stream()
        let inputs = stream.inputs(["schema": ["id": "Int", "note": "String"]])
        try await stream.publish(#"{"id": 1}"#, #"{"id": "one"}"#)
        let first = try await stream.bench.step("Ingest", "orders", inputs)
        #expect(first.outputs["rows"] == 1 && first.outputs["bad"] == 1)
        try await stream.publish(#"{"id": 2, "note": "later"}"#)
        #expect(try await stream.bench.step("Ingest", "orders", inputs).outputs["rows"] == 1)
        #expect(try await stream.bench.rows("select note from orders order by id") == [[nil], ["later"]])
        let failed = try await stream.bench.failure(
            "Ingest", "orders", inputs.merging(["bad_rows": .percent(0), "reader": "strict"]))
        #expect(failed.code.text == "D0107", "\(failed)")
    }
}
