// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The events of a stream, numbered from 1 in the order in which they came.
///
/// The whole stream is one part, so that all events keep their order. An event is forgotten when the retention is over.
/// A cursor is the number of the last event that was read.
struct StreamEvents: EventLog {
    /// The only part of a stream.
    private static let part = "0"
    private static let pause = Duration.milliseconds(100)
    private static let schema = [
        DatabaseStatement(
            """
            create table if not exists events (
              number integer primary key autoincrement, key text not null, text text, bytes text, time integer not null
            )
            """),
        DatabaseStatement("create index if not exists events_by_time on events (time)")
    ]

    /// The database's file.
    let path: String
    let retention: Duration
    let platform: Platform

    private func database() async throws(CallError) -> any Database {
        try await platform.databases.database(path, schema: Self.schema)
    }

    /// Events that came before are forgotten.
    private var horizon: Value { .int(platform.services.clock.now().advanced(by: .zero - retention).nanoseconds) }

    func append(_ request: AppendEventsRequest) async throws(CallError) -> [EventPosition] {
        try checkCancellation()
        if request.events.isEmpty { return [] }
        let now = Value.int(platform.services.clock.now().nanoseconds)
        var statements = [DatabaseStatement("delete from events where time < ?", [horizon])]
        for event in request.events {
            let text = Self.text(event.data)
            statements.append(
                DatabaseStatement(
                    "insert into events (key, text, bytes, time) values (?, ?, ?, ?) returning number",
                    [
                        .string(event.key), text.map { .string($0) } ?? .null,
                        text == nil ? .string(hexadecimal(event.data)) : .null, now
                    ]))
        }
        let results = try await database().write(statements)
        return try results.dropFirst().map { result throws(CallError) in
            guard let number = result.rows.first?.first?.int else { throw Self.unreadable }
            return EventPosition(part: Self.part, number: String(number))
        }
    }

    func read(_ request: ReadEventsRequest) async throws(CallError) -> EventPage {
        try checkCancellation()
        let clock = platform.services.clock
        let end = clock.now().advanced(by: request.wait)
        var last = try await place(of: request.start)
        while true {
            let page = try await page(after: last, limit: max(1, request.limit))
            if !page.events.isEmpty || clock.now() >= end { return page }
            last = Int64(page.cursor) ?? last
            try await clock.sleep(for: Self.pause)
            try checkCancellation()
        }
    }

    func cursor(behind positions: [EventPosition]) throws(CallError) -> String {
        let numbers = positions.compactMap { $0.part == Self.part ? Int64($0.number) : nil }
        guard numbers.count == positions.count else {
            throw CallError(.invalid, "these are no events of this stream", help: ["begin with the oldest event"])
        }
        return String(numbers.max() ?? 0)
    }

    /// The number behind which reading begins.
    private func place(of start: EventStart) async throws(CallError) -> Int64 {
        switch start {
        case .oldest: return 0
        case .cursor(let text):
            guard let number = Int64(text), number >= 0 else {
                throw CallError(
                    .invalid, "'\(text)' is no cursor of this stream", help: ["begin with the oldest event"])
            }
            return number
        case .newest:
            // The counter stays when events are forgotten.
            return try await number(
                "select coalesce((select seq from sqlite_sequence where name = 'events'), 0)", [])
        case .time(let time):
            return try await number(
                """
                select coalesce((select min(number) - 1 from events where time >= ?),
                  (select seq from sqlite_sequence where name = 'events'), 0)
                """, [.int(time.nanoseconds)])
        @unknown default: throw CallError(.unsupported(feature: "start"), "this start of reading is not known here")
        }
    }

    private func number(_ sql: String, _ parameters: [Value]) async throws(CallError) -> Int64 {
        let results = try await database().read([DatabaseStatement(sql, parameters)])
        guard let number = results.first?.rows.first?.first?.int else { throw Self.unreadable }
        return number
    }

    private func page(after last: Int64, limit: Int) async throws(CallError) -> EventPage {
        let results = try await database().read([
            DatabaseStatement(
                """
                select number, key, text, bytes, time from events where number > ? and time >= ? order by number limit ?
                """, [.int(last), horizon, .int(Int64(limit) + 1)])
        ])
        let rows = results.first?.rows ?? []
        var events: [StoredEvent] = []
        for row in rows.prefix(limit) {
            guard row.count == 5, let number = row[0].int, let key = row[1].string, let time = row[4].int,
                let data = row[2].string.map({ Array($0.utf8) }) ?? row[3].string.flatMap(Self.bytes)
            else { throw Self.unreadable }
            events.append(
                StoredEvent(
                    key: key, data: data, position: EventPosition(part: Self.part, number: String(number)),
                    time: Timestamp(nanoseconds: time)))
        }
        return EventPage(
            events: events, cursor: events.last?.position.number ?? String(last), isAtEnd: rows.count <= limit)
    }

    private static let unreadable = CallError(
        .failed, "the stream's database does not hold what it should", help: ["restore it from a copy"])

    /// Nil where the bytes are no text that SQLite gives back as it came.
    private static func text(_ data: [UInt8]) -> String? {
        if data.contains(0) { return nil }
        return String(validating: data, as: UTF8.self)
    }

    private static func bytes(_ digits: String) -> [UInt8]? {
        let digits = Array(digits.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
