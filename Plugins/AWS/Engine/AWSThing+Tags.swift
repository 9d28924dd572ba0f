// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension AWSThing {
    /// All tags of the thing; nil where the kind has none.
    func tags(_ told: Value, _ scope: Scope) async throws(CallError) -> ObjectValue? {
        guard let tags = entry.tags else { return nil }
        guard let read = tags.read else {
            return map(ValuePath(tags.result).pick(from: told, scope) ?? .null, tags)
        }
        let scope = scope.adding(toldOutputs(told, scope))
        do throws(AWSFailure) {
            let answer = try await attempt(read, read.parameters(in: scope))
            return map(ValuePath(tags.result).pick(from: .object(answer), scope) ?? .null, tags)
        } catch {
            if read.absent.match(error) { return [:] }
            throw error.callError
        }
    }

    /// The outputs that what was told gives, for calls that need them before the thing is put together.
    private func toldOutputs(_ told: Value, _ scope: Scope) -> ObjectValue {
        let outputs = ObjectValue(
            entry.outputs.compactMap { output in
                output.value == nil
                    ? ValuePath(output.from).pick(from: told, scope).map { (output.schema.name, $0) } : nil
            })
        return outputs.merging(computed(in: scope.adding(outputs), beside: outputs))
    }

    private func map(_ value: Value, _ tags: TagsEntry) -> ObjectValue {
        if let map = value.object { return map }
        guard let pairs = tags.toldPairs, let items = value.list else { return [:] }
        return ObjectValue(
            items.compactMap { item in
                item.object?[pairs.key]?.plainText.map { ($0, item.object?[pairs.value] ?? "") }
            })
    }

    /// Tags as the kind's calls take them.
    func encoded(_ tags: ObjectValue, _ entry: TagsEntry, _ scope: Scope) -> Value {
        guard let pairs = entry.pairs else { return .object(tags) }
        let extra = scope.expand(entry.extra)
        return .list(
            tags.map { tag in
                let pair: ObjectValue = [pairs.key: .string(tag.key), pairs.value: tag.value]
                return .object(pair.merging(extra))
            })
    }

    /// Brings the tags of a thing that is there from one state to another.
    ///
    /// - Parameters:
    ///   - own: Tags of Converge to set with them; nil to leave those that are there.
    ///   - present: All tags that are there, of which Converge's own are sent again where a call replaces all.
    func changeTags(
        from before: ObjectValue, to after: ObjectValue, own: ObjectValue?, present: ObjectValue = [:], _ scope: Scope
    ) async throws(CallError) {
        guard let tags = entry.tags, let tag = tags.tag else { return }
        if tag.isWhole {
            var whole = own ?? present.filter { $0.key.hasPrefix(OwnTags.prefix) }
            for item in after { whole[item.key] = item.value }
            return try await send(whole, tag, tags, scope)
        }
        let removed = before.filter { after[$0.key] == nil }
        if let untag = tags.untag, !removed.isEmpty {
            let keys: Value =
                untag.takesObjects
                ? encoded(removed, tags, scope) : .list(removed.keys.map { .string($0) })
            try await perform(untag.call, scope) { ValuePath(untag.place).put(keys, into: $0) }
        }
        var added = own ?? [:]
        for item in after where before[item.key] != item.value { added[item.key] = item.value }
        if !added.isEmpty { try await send(added, tag, tags, scope) }
    }

    private func send(
        _ tags: ObjectValue, _ tag: TagsEntry.Setting, _ entry: TagsEntry, _ scope: Scope
    ) async throws(CallError) {
        let value = encoded(tags, entry, scope)
        try await perform(tag.call, scope) { ValuePath(tag.place).put(value, into: $0) }
    }
}
