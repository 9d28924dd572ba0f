// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

struct StreamTests {
    @Test func `events are read as they came, page by page, each once, and on from the cursor`() async throws {
        try await withStream { log in
            let odd: [[UInt8]] = [[], [0, 1, 255], Array("a\u{0}b".utf8), Array("it's \"ü\"".utf8), [0xC3]]
            let events =
                odd.map { NewEvent(key: "k", data: $0) } + (0..<1000).map { NewEvent(data: Array("event \($0)".utf8)) }
            let positions = try await append(events, log)
            #expect(Set(positions).count == 1005 && Set(positions.map(\.part)).count == 1)
            #expect(positions.compactMap { Int64($0.number) } == (1...1005).map { Int64($0) })
            #expect(try await append([], log) == [])

            var read: [StoredEvent] = []
            var start = EventStart.oldest
            var pages = 0
            while true {
                let page = try await log.read(ReadEventsRequest(start: start, limit: 500, context: context))
                read += page.events
                pages += 1
                start = .cursor(page.cursor)
                if page.isAtEnd { break }
            }
            #expect(pages == 3 && read.map(\.data) == events.map(\.data) && read.map(\.key) == events.map(\.key))
            #expect(read.map(\.position) == positions)
            let none = try await log.read(ReadEventsRequest(start: start, context: context))
            #expect(none.events.isEmpty && none.isAtEnd && .cursor(none.cursor) == start)
            _ = try await append([NewEvent(data: [7])], log)
            let more = try await log.read(ReadEventsRequest(start: start, context: context))
            #expect(more.events.map(\.data) == [[7]])
            let refused = await #expect(throws: CallError.self) {
                try await log.read(ReadEventsRequest(start: .cursor("x"), context: context))
            }
            #expect(refused?.reason == .invalid)
        }
    }

    @Test func `reading begins at a time, or with what comes from now on, for which it waits`() async throws {
        try await withStream { log in
            let empty = try await log.read(ReadEventsRequest(start: .newest, context: context))
            #expect(empty.events.isEmpty && empty.cursor == "0")
            _ = try await append([NewEvent(data: [1])], log)
            let first = try await log.read(ReadEventsRequest(start: .oldest, context: context)).events
            let time = try #require(first.first?.time)
            #expect(try await log.read(ReadEventsRequest(start: .time(time), context: context)).events == first)
            let later = EventStart.time(time.advanced(by: .seconds(60)))
            #expect(try await log.read(ReadEventsRequest(start: later, context: context)).cursor == "1")
            let newest = try await log.read(ReadEventsRequest(start: .newest, context: context))
            #expect(newest.events.isEmpty)
            async let waited = log.read(
                ReadEventsRequest(start: .cursor(newest.cursor), wait: .seconds(30), context: context))
            _ = try await append([NewEvent(data: [2])], log)
            #expect(try await waited.events.map(\.data) == [[2]])
        }
    }

    @Test func `events are forgotten when the retention is over, and their numbers are not given again`() async throws {
        try await withStream(["retention": .duration(.zero)]) { log in
            _ = try await append([NewEvent(data: [1])], log)
            #expect(try await log.read(ReadEventsRequest(start: .oldest, context: context)).events.isEmpty)
            #expect(try await append([NewEvent(data: [2])], log).map(\.number) == ["2"])
            #expect(try await log.read(ReadEventsRequest(start: .newest, context: context)).cursor == "2")
        }
    }

    private var context: CallContext { LocalPlatform.context() }

    private func append(_ events: [NewEvent], _ log: any EventLog) async throws -> [EventPosition] {
        try await log.append(AppendEventsRequest(events: events, context: context))
    }

    private func withStream(
        _ inputs: ObjectValue = [:], _ body: (any EventLog) async throws -> Void
    ) async throws {
        try await LocalPlatform.with { platform in
            try await body(
                try await platform.facet((any EventLog).self, "EventLog", of: "local.Stream", inputs))
        }
    }
}
