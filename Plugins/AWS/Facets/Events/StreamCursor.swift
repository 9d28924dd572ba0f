// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How far each shard of a stream was read, as text that whoever reads keeps.
struct StreamCursor: Sendable, Hashable {
    /// Where shards begin that were not read yet; nil for their oldest event.
    var since: Timestamp?
    /// The last number that was read, by shard.
    var read: [String: String] = [:]
    /// Shards that get no more events and were read to their end.
    var ended: Set<String> = []

    init(since: Timestamp?) { self.since = since }

    /// - Throws: `CallError` with `invalid` where the text is none of ours.
    init(text: String) throws(CallError) {
        let value: Value
        do throws(JSONError) { value = try Value(foreignJSON: Array(text.utf8)) } catch { throw Self.foreign }
        guard let object = value.object, let read = object["read"]?.object, let ended = object["ended"]?.list else {
            throw Self.foreign
        }
        for (shard, number) in read.map({ ($0.key, $0.value.string) }) {
            guard let number else { throw Self.foreign }
            self.read[shard] = number
        }
        self.ended = Set(ended.compactMap(\.string))
        since = object["since"]?.int.map { Timestamp(nanoseconds: $0) }
    }

    private static let foreign = CallError(.invalid, "the cursor is none of this stream's")

    var text: String {
        let object: ObjectValue = [
            "since": since.map { .int($0.nanoseconds) } ?? .null,
            "read": .object(ObjectValue(read.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "ended": .list(ended.sorted().map { .string($0) })
        ]
        return Value.object(object).plainJSON
    }
}
