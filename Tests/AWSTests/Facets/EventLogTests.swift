// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import Testing

@testable import AWS

/// Events of a stream, on a server that imitates AWS.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed"))
struct EventLogTests {
    @Test func `events are added in batches and read page by page, each once, in the order of their key`() async throws
    {
        try await withStream(shards: 2) { aws, log in
            // More than one call takes, by number.
            let events = (0..<1203).map { NewEvent(key: "key-\($0 % 7)", data: Array("event \($0)".utf8)) }
            let positions = try await log.append(
                AppendEventsRequest(events: events, context: Connection.context()))
            #expect(positions.count == 1203 && Set(positions).count == 1203)
            #expect(Set(positions.map(\.part)).count == 2)

            var read: [StoredEvent] = []
            var start = EventStart.oldest
            var pages = 0
            while true {
                let page = try await log.read(
                    ReadEventsRequest(start: start, limit: 500, context: Connection.context()))
                #expect(page.events.count <= 500)
                read += page.events
                pages += 1
                start = .cursor(page.cursor)
                if page.isAtEnd { break }
            }
            #expect(pages >= 3)
            #expect(Set(read.map(\.data)) == Set(events.map(\.data)) && read.count == 1203)
            #expect(Set(read.map(\.position)) == Set(positions))
            for key in 0..<7 {
                let ours = read.filter { $0.key == "key-\(key)" }.map(\.data)
                #expect(ours == events.filter { $0.key == "key-\(key)" }.map(\.data))
            }
            // The cursor leads on: nothing again, and what comes later.
            #expect(try await log.read(ReadEventsRequest(start: start, context: Connection.context())).events.isEmpty)
            _ = try await log.append(
                AppendEventsRequest(events: [NewEvent(data: [1, 2, 255])], context: Connection.context()))
            let more = try await log.read(ReadEventsRequest(start: start, context: Connection.context()))
            #expect(more.events.map(\.data) == [[1, 2, 255]] && more.isAtEnd)
        }
    }

    @Test func `reading begins with what comes from now on, and waits for it`() async throws {
        try await withStream(shards: 1) { aws, log in
            _ = try await log.append(
                AppendEventsRequest(events: [NewEvent(data: Array("old".utf8))], context: Connection.context()))
            // The imitation has the real time, and the connection's clock only moves when it sleeps.
            let before = aws.clock.now()
            let none = try await log.read(
                ReadEventsRequest(
                    start: .time(before.advanced(by: .seconds(3600))), wait: .seconds(5), context: Connection.context()
                ))
            #expect(none.events.isEmpty && none.isAtEnd)
            #expect(aws.clock.now() >= before.advanced(by: .seconds(5)))
            let all = try await log.read(
                ReadEventsRequest(
                    start: .time(before.advanced(by: .seconds(-3600))), context: Connection.context()))
            #expect(all.events.map(\.data) == [Array("old".utf8)])
        }
    }

    @Test func `what is too large, and a cursor of something else, is refused`() async throws {
        try await withStream(shards: 1) { aws, log in
            let large = await #expect(throws: CallError.self) {
                try await log.append(
                    AppendEventsRequest(
                        events: [NewEvent(data: []), NewEvent(data: [UInt8](repeating: 0, count: (1 << 20) + 1))],
                        context: Connection.context()))
            }
            #expect(large?.reason == .invalid && large?.diagnostic.message.contains("event 2") == true)
            for cursor in ["", "{}", "[1]", "{\"read\":{\"a\":1},\"ended\":[]}"] {
                let foreign = await #expect(throws: CallError.self) {
                    try await log.read(ReadEventsRequest(start: .cursor(cursor), context: Connection.context()))
                }
                #expect(foreign?.reason == .invalid)
            }
        }
    }

    private func withStream(shards: Int64, _ body: (Connection, StreamEvents) async throws -> Void) async throws {
        try await Connection.withMoto { aws in
            let name = Connection.name("events")
            _ = try await aws.client.call(
                "kinesis", "CreateStream",
                [
                    "stream_name": .string(name), "shard_count": .int(shards),
                    "stream_mode_details": ["stream_mode": "PROVISIONED"]
                ], context: Connection.context())
            try await body(aws, StreamEvents(client: aws.client, services: aws.services, stream: name))
        }
    }
}

/// What no imitation does.
struct BusyStreamTests {
    @Test func `what a shard was split into is read behind its last event, and not before`() async throws {
        // The first read finds the split shard still without its end.
        let server = try LoopbackServer { request, number in
            let body = request.body
            switch request.headers["x-amz-target"]?.split(separator: ".").last {
            case "ListShards":
                return .json(
                    #"{"Shards":[{"ShardId":"left","ParentShardId":"old"},{"ShardId":"old"},"#
                        + #"{"ShardId":"right","ParentShardId":"old"}]}"#)
            case "GetShardIterator":
                let shard = ["left", "right", "old"].first { body.contains("\"\($0)\"") } ?? ""
                let isAgain = body.contains("AFTER_SEQUENCE_NUMBER")
                return .json("{\"ShardIterator\":\"\(shard)-\(isAgain ? "more" : "first")\"}")
            default:
                func record(_ text: String, _ number: Int, next: String?) -> LoopbackServer.Answer {
                    let data = Data(text.utf8).base64EncodedString()
                    let next = next.map { ",\"NextShardIterator\":\"\($0)\"" } ?? ""
                    return .json(
                        "{\"Records\":[{\"Data\":\"\(data)\",\"PartitionKey\":\"k\",\"SequenceNumber\":\"\(number)\"}],"
                            + "\"MillisBehindLatest\":0\(next)}")
                }
                if body.contains("old-first") { return record("1", 10, next: "old-none") }
                if body.contains("old-more") { return record("2", 11, next: nil) }
                if body.contains("left-first") { return record("3", 20, next: "left-none") }
                if body.contains("right-first") { return record("4", 30, next: "right-none") }
                return .json(#"{"Records":[],"MillisBehindLatest":0,"NextShardIterator":"x"}"#)
            }
        }
        try await Connection.with(server) { aws in
            let log = StreamEvents(client: aws.client, services: aws.services, stream: "clicks")
            let first = try await log.read(ReadEventsRequest(start: .oldest, context: Connection.context()))
            #expect(first.events.map { String(decoding: $0.data, as: UTF8.self) } == ["1"] && first.isAtEnd)
            let second = try await log.read(
                ReadEventsRequest(start: .cursor(first.cursor), context: Connection.context()))
            #expect(second.events.map { String(decoding: $0.data, as: UTF8.self) } == ["2", "3", "4"])
            let third = try await log.read(
                ReadEventsRequest(start: .cursor(second.cursor), context: Connection.context()))
            #expect(third.events.isEmpty && third.cursor == second.cursor)
            // What ended is not asked for again.
            #expect(server.requests.filter { $0.body.contains("\"old\"") }.count == 2)
        }
    }

    @Test func `events that the stream was too busy for are sent again alone`() async throws {
        let server = try LoopbackServer { request, number in
            number == 0
                ? .json(
                    #"{"FailedRecordCount":1,"Records":[{"SequenceNumber":"1","ShardId":"s"},"#
                        + #"{"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"busy"},"#
                        + #"{"SequenceNumber":"2","ShardId":"s"}]}"#)
                : .json(#"{"FailedRecordCount":0,"Records":[{"SequenceNumber":"3","ShardId":"s"}]}"#)
        }
        try await Connection.with(server) { aws in
            let log = StreamEvents(client: aws.client, services: aws.services, stream: "clicks")
            let positions = try await log.append(
                AppendEventsRequest(
                    events: ["a", "b", "c"].map { NewEvent(key: $0, data: Array($0.utf8)) },
                    context: Connection.context()))
            #expect(positions.map(\.number) == ["1", "3", "2"])
            #expect(server.requests.count == 2)
            #expect(server.requests.last?.body.contains("\"b\"") == true)
            #expect(server.requests.last?.body.contains("\"a\"") == false)
        }
    }
}
