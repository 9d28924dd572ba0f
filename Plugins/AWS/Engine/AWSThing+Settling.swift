// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension AWSThing {
    /// What became of a create whose answer never arrived.
    func settleCreate(_ inputs: ObjectValue) async throws(CallError) -> Settlement {
        switch entry.settlement {
        case .name, .same:
            guard let seen = try await look(recorded: inputs, outputs: [:]) else { return .didNotHappen }
            // A thing of that name with another's token is another's.
            if let token = seen.tags?[OwnTags.token]?.string, token != context.token.text { return .didNotHappen }
            if entry.tags?.create != nil, seen.tags?[OwnTags.token] == nil { return .didNotHappen }
            try await mark(seen, inputs)
            return .happened(outputs: seen.outputs)
        case .tag: return try await settleByTag(inputs)
        case .content(let names): return try await settleByContent(inputs, names)
        case .tokenAt(let path):
            let token = Value.string(context.token.text)
            return try await settleByList(inputs) { ValuePath(path).pick(from: $0.told) == token }
        case .again: return .didNotHappen
        case .token:
            if entry.tags?.create != nil { return try await settleByTag(inputs) }
            // AWS knows the token, so that asking again makes nothing new and tells what there is.
            return .happened(outputs: try await create(inputs))
        }
    }

    /// Puts Converge's own tags on a thing whose creation was interrupted before it came to them.
    private func mark(_ seen: SeenThing, _ inputs: ObjectValue) async throws(CallError) {
        guard let tags = entry.tags, tags.create == nil, tags.hasOwn, seen.tags?[OwnTags.token] == nil else {
            return
        }
        let present = seen.inputs[tags.field]?.object ?? [:]
        try await changeTags(
            from: present, to: present, own: OwnTags.of(identity, context), scope(inputs, seen.outputs))
    }

    private func settleByTag(_ inputs: ObjectValue) async throws(CallError) -> Settlement {
        try await settleByList(inputs) { $0.tags?[OwnTags.token]?.string == context.token.text }
    }

    /// The one thing of those that are listed that tells itself to be of this operation.
    private func settleByList(
        _ inputs: ObjectValue, isOurs: @Sendable (SeenThing) -> Bool
    ) async throws(CallError) -> Settlement {
        guard let list = entry.list else {
            return .cannotTell(reason: "AWS lists no \(entry.name) by which one could be found again")
        }
        var page = try await listed(list, after: nil, known: inputs, keeping: isOurs)
        while page.things.isEmpty, let next = page.next {
            page = try await listed(list, after: next, known: inputs, keeping: isOurs)
        }
        guard let found = page.things.first else { return .didNotHappen }
        try await mark(found, inputs)
        return .happened(outputs: found.outputs)
    }

    private func settleByContent(
        _ inputs: ObjectValue, _ names: [String]
    ) async throws(CallError) -> Settlement {
        guard let list = entry.list else {
            return .cannotTell(reason: "AWS lists no \(entry.name) by which one could be found again")
        }
        var found: [SeenThing] = []
        var token: String?
        repeat {
            let page = try await listed(list, after: token, known: inputs) { isSame($0, as: inputs, names) }
            found += page.things
            token = page.next
        } while token != nil
        guard let only = found.first else { return .didNotHappen }
        if found.count > 1 {
            return .cannotTell(reason: "AWS has \(found.count) of the same content, and nothing tells them apart")
        }
        return .happened(outputs: only.outputs)
    }

    private func isSame(_ seen: SeenThing, as inputs: ObjectValue, _ names: [String]) -> Bool {
        entry.fields.allSatisfy { field in
            guard names.isEmpty || names.contains(field.schema.name) else { return true }
            let wanted = inputs[field.schema.name] ?? .null
            if wanted.isNull || field.from == nil { return true }
            return Sameness.told(wanted, now: seen.inputs[field.schema.name] ?? .null, field) == wanted
        }
    }

    /// What became of a change whose answer never arrived.
    func settleUpdate(_ inputs: ObjectValue, _ outputs: ObjectValue) async throws(CallError) -> Settlement {
        guard let seen = try await look(recorded: inputs, outputs: outputs) else { return .didNotHappen }
        let isDone = entry.fields.allSatisfy { field in
            (seen.inputs[field.schema.name] ?? .null) == (inputs[field.schema.name] ?? .null)
        }
        return isDone ? .happened(outputs: seen.outputs) : .didNotHappen
    }

    func settleDelete(_ inputs: ObjectValue, _ outputs: ObjectValue) async throws(CallError) -> Settlement {
        if entry.delete == nil { return .happened(outputs: [:]) }
        return try await isThere(recorded: inputs, outputs: outputs) ? .didNotHappen : .happened(outputs: [:])
    }
}
