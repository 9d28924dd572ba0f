// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StreamEvents {
    /// What Kinesis gives in one answer.
    private static let largestAnswer = 10_000

    func read(_ request: ReadEventsRequest) async throws(CallError) -> EventPage {
        var cursor: StreamCursor
        switch request.start {
        case .oldest: cursor = StreamCursor(since: nil)
        case .newest: cursor = StreamCursor(since: services.clock.now())
        case .time(let time): cursor = StreamCursor(since: time)
        case .cursor(let text): cursor = try StreamCursor(text: text)
        }
        let end = services.clock.now().advanced(by: request.wait)
        while true {
            try checkCancellation()
            let page = try await pass(&cursor, request)
            guard page.events.isEmpty, page.isAtEnd, services.clock.now() < end else { return page }
            // Each shard may be asked five times a second, by all readers together.
            try await services.clock.sleep(for: .seconds(1))
        }
    }

    func cursor(behind positions: [EventPosition]) throws(CallError) -> String {
        var cursor = StreamCursor(since: nil)
        for position in positions { cursor.read[position.part] = position.number }
        return cursor.text
    }

    /// Reads each shard that may be read as far as it goes, or as the page has room.
    private func pass(
        _ cursor: inout StreamCursor, _ request: ReadEventsRequest
    ) async throws(CallError) -> EventPage {
        let shards = try await shards(request.context)
        // Kinesis forgets shards whose last event is too old.
        let known = Set(shards.map(\.id))
        cursor.ended.formIntersection(known)
        cursor.read = cursor.read.filter { known.contains($0.key) }
        var events: [StoredEvent] = []
        var seen: Set<String> = []
        // What a shard was split or merged into comes after its last event.
        while let shard = shards.first(where: { shard in
            !seen.contains(shard.id) && !cursor.ended.contains(shard.id)
                && shard.parents.allSatisfy { !known.contains($0) || cursor.ended.contains($0) }
        }) {
            seen.insert(shard.id)
            guard try await readOn(shard.id, &cursor, &events, request) else {
                return EventPage(events: events, cursor: cursor.text, isAtEnd: false)
            }
        }
        return EventPage(events: events, cursor: cursor.text, isAtEnd: true)
    }

    /// Reads one shard on.
    ///
    /// - Returns: False where the page was full before its end.
    private func readOn(
        _ shard: String, _ cursor: inout StreamCursor, _ events: inout [StoredEvent], _ request: ReadEventsRequest
    ) async throws(CallError) -> Bool {
        do throws(AWSFailure) {
            var iterator = try await begin(shard, cursor, request.context)
            while let here = iterator {
                let room = request.limit - events.count
                guard room > 0 else { return false }
                let answer = try await client.call(
                    "kinesis", "GetRecords",
                    ["shard_iterator": .string(here), "limit": .int(Int64(min(room, Self.largestAnswer)))],
                    context: request.context)
                let records = answer["records"]?.list ?? []
                for record in records {
                    let event = try stored(record, shard)
                    events.append(event)
                    cursor.read[shard] = event.position.number
                }
                iterator = answer["next_shard_iterator"]?.string
                // An answer without records is not the end: it may lie in a stretch without any.
                if records.isEmpty, answer["millis_behind_latest"]?.int ?? 0 == 0, iterator != nil { return true }
            }
            // There is no next place in a shard that gets no more events.
            cursor.ended.insert(shard)
            cursor.read[shard] = nil
            return true
        } catch { throw error.callError }
    }

    private func begin(
        _ shard: String, _ cursor: StreamCursor, _ context: CallContext
    ) async throws(AWSFailure) -> String? {
        var parameters: ObjectValue = ["stream_name": .string(stream), "shard_id": .string(shard)]
        if let number = cursor.read[shard] {
            parameters["shard_iterator_type"] = "AFTER_SEQUENCE_NUMBER"
            parameters["starting_sequence_number"] = .string(number)
        } else if let since = cursor.since {
            parameters["shard_iterator_type"] = "AT_TIMESTAMP"
            parameters["timestamp"] = .time(since)
        } else {
            parameters["shard_iterator_type"] = "TRIM_HORIZON"
        }
        return try await client.call("kinesis", "GetShardIterator", parameters, context: context)["shard_iterator"]?
            .string
    }

    private func stored(_ record: Value, _ shard: String) throws(AWSFailure) -> StoredEvent {
        guard let object = record.object, let number = object["sequence_number"]?.string,
            let data = WireText.bytes(base64: object["data"]?.string ?? "")
        else {
            throw AWSFailure(
                .answerFault(
                    AnswerFault(path: "records", reason: "one is not what a record is"), status: 200, requestID: nil),
                service: "kinesis", operation: "GetRecords")
        }
        return StoredEvent(
            key: object["partition_key"]?.string ?? "", data: data,
            position: EventPosition(part: shard, number: number),
            time: object["approximate_arrival_timestamp"]?.time ?? services.clock.now())
    }

    // MARK: Shards

    private struct Shard: Sendable {
        var id: String
        /// What it was split or merged from.
        var parents: [String]
    }

    private func shards(_ context: CallContext) async throws(CallError) -> [Shard] {
        var shards: [Shard] = []
        var token: Value?
        do throws(AWSFailure) {
            repeat {
                // A later page is asked for by its token alone.
                let parameters: ObjectValue = token.map { ["next_token": $0] } ?? ["stream_name": .string(stream)]
                let answer = try await client.call("kinesis", "ListShards", parameters, context: context)
                for item in answer["shards"]?.list ?? [] {
                    guard let object = item.object, let id = object["shard_id"]?.string else { continue }
                    let parents = [object["parent_shard_id"], object["adjacent_parent_shard_id"]]
                    shards.append(Shard(id: id, parents: parents.compactMap { $0?.string }))
                }
                token = answer["next_token"]
            } while token?.string != nil
        } catch { throw error.callError }
        return shards
    }
}
