// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The events of a Kinesis stream; its shards are the parts.
struct StreamEvents: EventLog {
    /// What Kinesis takes in one call: so many events, and so many bytes with their keys.
    static let largestBatch = 500
    static let largestBytes = 5 << 20
    static let largestEvent = 1 << 20

    let client: AWSClient
    let services: any HostServices
    let stream: String

    func append(_ request: AppendEventsRequest) async throws(CallError) -> [EventPosition] {
        try check(request.events)
        var positions: [EventPosition] = []
        positions.reserveCapacity(request.events.count)
        var batch: [Value] = []
        var bytes = 0
        for (number, event) in request.events.enumerated() {
            // Kinesis wants a key; without an order to keep, each event gets one of its own.
            let key = event.key.isEmpty ? "\(request.context.token.text)-\(number)" : event.key
            let size = event.data.count + key.utf8.count
            if batch.count == Self.largestBatch || bytes + size > Self.largestBytes {
                positions += try await send(batch, request.context)
                (batch, bytes) = ([], 0)
            }
            batch.append(["partition_key": .string(key), "data": .string(WireText.base64(event.data))])
            bytes += size
        }
        if !batch.isEmpty { positions += try await send(batch, request.context) }
        return positions
    }

    private func check(_ events: [NewEvent]) throws(CallError) {
        for (number, event) in events.enumerated() {
            if event.key.unicodeScalars.count > 256 {
                throw CallError(.invalid, "the key of event \(number + 1) has more than 256 characters")
            }
            if event.data.count + event.key.utf8.count > Self.largestEvent {
                throw CallError(.invalid, "event \(number + 1) is larger than 1 MiB with its key")
            }
        }
    }

    /// Adds a batch; what the stream was too busy for is sent again, until it is there or time is up.
    private func send(_ batch: [Value], _ context: CallContext) async throws(CallError) -> [EventPosition] {
        var positions = [EventPosition?](repeating: nil, count: batch.count)
        var open = Array(batch.indices)
        var waits = Waits(first: .milliseconds(200), longest: .seconds(5), total: .seconds(120))
        while true {
            try checkCancellation()
            let results: [Value]
            do throws(AWSFailure) {
                let answer = try await client.call(
                    "kinesis", "PutRecords",
                    ["stream_name": .string(stream), "records": .list(open.map { batch[$0] })], context: context,
                    repeatable: true)
                results = answer["records"]?.list ?? []
            } catch { throw error.callError }
            guard results.count == open.count else {
                throw CallError(.lost, "Kinesis answered for \(results.count) of \(open.count) events")
            }
            var refused: [Int] = []
            var reason = ""
            for (index, result) in zip(open, results) {
                if let part = result.object?["shard_id"]?.string,
                    let number = result.object?["sequence_number"]?.string
                {
                    positions[index] = EventPosition(part: part, number: number)
                } else {
                    refused.append(index)
                    reason = result.object?["error_message"]?.string ?? result.object?["error_code"]?.string ?? reason
                }
            }
            if refused.isEmpty { return positions.compactMap { $0 } }
            open = refused
            guard let wait = waits.next(services.randomness) else {
                throw CallError(
                    .throttled(retryAfter: nil),
                    "the stream '\(stream)' was too busy for \(refused.count) of \(batch.count) events: \(reason)",
                    help: ["give it more shards, or stream_mode: \"ON_DEMAND\""])
            }
            services.log.progress(nil, "waiting, since the stream is too busy", context)
            try await services.clock.sleep(for: wait)
        }
    }
}
