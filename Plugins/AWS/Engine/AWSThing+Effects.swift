// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension AWSThing {
    // MARK: Creation

    /// Makes the thing, waits until it does its work, and gives its outputs.
    func create(_ inputs: ObjectValue) async throws(CallError) -> ObjectValue {
        let scope = try await scope(inputs, [:])
        if mustLookFirst { try await awaitFree(entry.id.name(in: scope) ?? "that name", for: inputs) }
        let operation = try model(entry.create)
        var taken: ObjectValue = [:]
        var left: Set<String> = []
        for field in entry.fields where field.schema.name != entry.tags?.field && !field.isLocal {
            let value = inputs[field.schema.name] ?? .null
            if value.isNull { continue }
            let place = entry.create.place(field.to)
            if entry.create.names.contains(field.schema.name) {
                continue
            } else if operation.takes(place) {
                taken = ValuePath(place).put(wire(value, field, at: place, operation), into: taken)
            } else if value != field.schema.defaultValue, !field.isRecorded {
                left.insert(field.schema.name)
            }
        }
        let own = entry.tags?.hasOwn == true ? OwnTags.of(identity, context) : [:]
        let wanted = entry.tags.flatMap { inputs[$0.field]?.object } ?? [:]
        let answer = try await firstCall(inputs, scope) { parameters in
            var filled = parameters.overlaid(with: taken)
            if let tags = entry.tags, let place = tags.create, !own.isEmpty || !wanted.isEmpty {
                filled = ValuePath(place).put(encoded(own.merging(wanted), tags, scope), into: filled)
            }
            return filled
        }
        let outputs = outputs(of: answer ?? [:], scope)
        let after = scope.adding(outputs).adding(["answer": .object(answer ?? [:])])
        if !left.isEmpty {
            // What AWS begins with is the default: some calls say by how much a value is to grow.
            let first = ObjectValue(
                left.compactMap { name in entry.field(name)?.schema.defaultValue.map { (name, $0) } })
            let after = after.adding(["prior": .object(encoded(first))])
            if entry.ready != nil { _ = try await awaitReady(recorded: inputs, outputs: outputs) }
            try await change(left, inputs: inputs, prior: [:], after)
        }
        if let tags = entry.tags, tags.create == nil, !own.isEmpty || !wanted.isEmpty {
            try await changeTags(from: [:], to: wanted, own: own, after)
        }
        if entry.ready == nil, entry.outputs.allSatisfy({ $0.value != nil }) {
            let seen = SeenThing(inputs: inputs, outputs: outputs, told: .null, tags: nil)
            return completed(seen, given: [:], after).outputs
        }
        return try await awaitReady(recorded: inputs, outputs: outputs).outputs
    }

    /// Makes the call that creates the thing. Where AWS failed in the midst of it, and has nothing that came of it, it is made
    /// again; before that is known a second call could make a second thing.
    private func firstCall(
        _ inputs: ObjectValue, _ scope: Scope, filled: (ObjectValue) -> ObjectValue
    ) async throws(CallError) -> ObjectValue? {
        let service = entry.create.service ?? entry.service
        var attempt = 1
        while true {
            do throws(CallError) {
                return try await perform(
                    entry.create, scope, repeatable: entry.settlement == .same, filled: filled)
            } catch {
                guard error.reason == .lost, error.diagnostic.code == .awsFailure, entry.settlement != .same,
                    !Self.carriesToken(service, entry.create.operation), attempt < client.settings.maxAttempts
                else { throw error }
                try await services.clock.sleep(
                    for: .seconds(1) + Backoff(randomness: services.randomness).wait(after: attempt))
                guard await hasFailed(inputs) else { throw error }
                attempt += 1
            }
        }
    }

    private static func carriesToken(_ service: String, _ operation: String) -> Bool {
        do throws(AWSFailure) { return try AWSCall(service, operation, [:]).operation.tokenMember != nil } catch {
            return false
        }
    }

    /// True where AWS says that nothing came of the creation; false also where it does not say.
    private func hasFailed(_ inputs: ObjectValue) async -> Bool {
        do throws(CallError) {
            if case .didNotHappen = try await settleCreate(inputs) { return true }
            return false
        } catch { return false }
    }

    /// True where a thing that has the name already could not be told from one that was just made: the call that
    /// makes it takes no tags, or it changes what is there, or gives that back as if it had made it.
    private var mustLookFirst: Bool {
        entry.settlement == .name && (entry.tags?.create == nil || entry.overwrites)
    }

    /// Refuses a name that something has. What had it before this thing, and was deleted for it, may be told of for a
    /// while after its deletion was answered.
    private func awaitFree(_ name: String, for inputs: ObjectValue) async throws(CallError) {
        var waits = Waits(first: .milliseconds(200), longest: .seconds(5), total: .seconds(30))
        while let seen = try await look(recorded: inputs, outputs: [:]) {
            guard OwnTags.areOf(identity, seen.tags ?? [:]), let pause = waits.next(services.randomness) else {
                throw .nameTaken(entry.name, name)
            }
            services.log.progress(nil, "waiting until the one before is gone", context)
            try await services.clock.sleep(for: pause)
        }
    }

    /// A field's value as it goes to a place of an input: bytes as base64.
    private func wire(_ value: Value, _ field: FieldEntry, at place: String, _ operation: OperationShape) -> Value {
        let encoded = field.encoded(value)
        guard !field.isBase64, let text = encoded.string, operation.takesBytes(place) else { return encoded }
        return .string(WireText.base64(Array(text.utf8)))
    }

    /// The outputs that the answer to the create call gives.
    func outputs(of answer: ObjectValue, _ scope: Scope) -> ObjectValue {
        var outputs: ObjectValue = [:]
        let root = Value.object(answer)
        let places: [Value] =
            if let place = entry.createdAt {
                [ValuePath(place).pick(from: root, scope) ?? .null, root]
            } else {
                [root] + answer.compactMap { $0.value.object.map { .object($0) } ?? $0.value.list?.first }
            }
        for output in entry.outputs where output.value == nil {
            let paths = [output.answer, output.from, output.schema.name].compactMap(\.self)
            let found = paths.lazy.map { ValuePath($0) }.compactMap { path in
                places.lazy.compactMap { path.pick(from: $0, scope) }.first
            }.first
            outputs[output.schema.name] = found.map { output.decoded($0) }
        }
        return outputs
    }

    // MARK: Change

    func update(
        from priorInputs: ObjectValue, _ priorOutputs: ObjectValue, to inputs: ObjectValue
    ) async throws(CallError) -> ObjectValue {
        guard let seen = try await look(recorded: inputs, outputs: priorOutputs) else {
            throw CallError(
                .notFound, "this \(entry.name) is gone: something else than Converge deleted it",
                help: ["apply FILE    makes it anew"])
        }
        // Versions and the like may have moved on since they were recorded.
        let outputs = priorOutputs.merging(seen.outputs.filter { !$0.value.isNull })
        // What others changed meanwhile is brought back as well.
        var present = priorInputs
        var changed: Set<String> = []
        var done: Set<String> = []
        for field in entry.fields where field.schema.name != entry.tags?.field {
            let name = field.schema.name
            let (wanted, before, now) = (inputs[name] ?? .null, priorInputs[name] ?? .null, seen.inputs[name] ?? .null)
            guard field.from != nil, !wanted.isNull else {
                // What is given up and AWS's business then is no change: the plan shows none either.
                if wanted != before, !wanted.isNull || !entry.isOpen(field) { changed.insert(name) }
                continue
            }
            // What an interrupted change has done already is not asked for again: some services refuse that.
            if wanted != now { changed.insert(name) } else if wanted != before { done.insert(name) }
            if wanted != now || wanted != before { present[name] = now }
        }
        let prior = encoded(present).merging(outputs)
        let scope = try await scope(inputs, outputs).adding(["prior": .object(prior)])
        var isResting = isResting(seen)
        if isResting, try await wake(seen, after: done.subtracting(changed), scope) { isResting = false }
        isResting = try await change(changed, inputs: inputs, prior: present, scope, isResting: isResting)
        if let tags = entry.tags, let after = inputs[tags.field]?.object {
            let before = seen.inputs[tags.field]?.object ?? priorInputs[tags.field]?.object ?? [:]
            if before != after {
                try await changeTags(from: before, to: after, own: nil, present: seen.tags ?? [:], scope)
            }
        }
        return try await awaitReady(recorded: inputs, outputs: outputs, orIsThere: isResting).outputs
    }

    /// Whether the thing is at rest, as some changes need it to be: somebody stopped it, or a change that was interrupted.
    private func isResting(_ seen: SeenThing) -> Bool { entry.updates.contains { $0.lets(seen, rest: entry.ready) } }

    /// Makes the calls that come after a change which was interrupted once it was done, without which the thing would rest
    /// for ever.
    ///
    /// - Returns: Whether there are such.
    private func wake(
        _ seen: SeenThing, after done: Set<String>, _ scope: Scope
    ) async throws(CallError) -> Bool {
        let interrupted = entry.updates.first { update in
            update.lets(seen, rest: entry.ready) && !done.isDisjoint(with: update.fields)
                && update.call.condition.holds(in: scope) && !update.call.after.isEmpty
        }
        guard let interrupted else { return false }
        for step in interrupted.call.after { try await perform(step, scope) }
        return true
    }

    /// Makes the calls that bring the fields to what they shall be.
    ///
    /// - Parameter isResting: True where the thing need not get ready.
    /// - Returns: The same afterwards: false once a call has woken it.
    @discardableResult
    private func change(
        _ changed: Set<String>, inputs: ObjectValue, prior: ObjectValue, _ scope: Scope, isResting: Bool = false
    ) async throws(CallError) -> Bool {
        var isResting = isResting
        let scope = scope.adding(differences(changed, from: prior, to: inputs))
        for update in entry.updates {
            let operation = try model(update.call)
            let own = entry.fields.filter { field in
                update.fields.isEmpty
                    ? operation.takes(place(of: field, in: update)) : update.fields.contains(field.schema.name)
            }
            let mine = own.filter { changed.contains($0.schema.name) }
            if mine.isEmpty || !update.call.condition.holds(in: scope) { continue }
            let isGivenUp = mine.allSatisfy { (inputs[$0.schema.name] ?? .null).isNull }
            if isGivenUp, !update.isWhole, update.call.condition.isEmpty { continue }
            let sent = update.sendsNothing || !update.patch.isEmpty ? [] : update.isWhole ? own : mine
            var taken: ObjectValue = [:]
            for field in sent where field.schema.name != entry.tags?.field && !field.isLocal {
                let value = inputs[field.schema.name] ?? .null
                let place = place(of: field, in: update)
                if update.call.placed.contains(field.schema.name) { continue }
                if value.isNull || !operation.takes(place) { continue }
                taken = ValuePath(place).put(wire(value, field, at: place, operation), into: taken)
            }
            let patches = PatchOperations(update, inputs, prior).operations(for: mine)
            try await perform(update.call, scope) { parameters in
                var filled = taken.overlaid(with: parameters)
                if !update.patch.isEmpty { filled["patch_operations"] = .list(patches) }
                return filled
            }
            if update.losesTags, let tags = entry.tags {
                try await changeTags(
                    from: [:], to: inputs[tags.field]?.object ?? [:], own: OwnTags.of(identity, context), scope)
            }
            if !update.call.after.isEmpty { isResting = false }
            if entry.ready != nil, !isResting {
                _ = try await awaitReady(recorded: inputs, outputs: outputs(in: scope))
            }
        }
        return isResting
    }

    private func place(of field: FieldEntry, in update: UpdateEntry) -> String {
        update.call.place(update.places[field.schema.name] ?? field.to)
    }

    /// What changed fields have gained and lost, for calls that take differences.
    private func differences(_ names: Set<String>, from prior: ObjectValue, to inputs: ObjectValue) -> ObjectValue {
        var added: ObjectValue = [:]
        var removed: ObjectValue = [:]
        var removedKeys: ObjectValue = [:]
        for name in names {
            let (before, after) = (prior[name] ?? .null, inputs[name] ?? .null)
            guard let field = entry.field(name) else { continue }
            if before.list != nil || after.list != nil {
                let (old, new) = (before.list ?? [], after.list ?? [])
                let (gained, lost) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
                added[name] = field.encoded(.list(gained))
                removed[name] = field.encoded(.list(lost))
            } else if before.object != nil || after.object != nil {
                let (old, new) = (before.object ?? [:], after.object ?? [:])
                let (gained, lost) = (new.filter { old[$0.key] != $0.value }, old.filter { new[$0.key] == nil })
                added[name] = field.encoded(.object(gained))
                removed[name] = field.encoded(.object(lost))
                removedKeys[name] = .list(lost.map { .string($0.key) })
            }
        }
        return ["added": .object(added), "removed": .object(removed), "removed_keys": .object(removedKeys)]
    }

    // MARK: Deletion

    func delete(_ inputs: ObjectValue, _ outputs: ObjectValue) async throws(CallError) {
        guard let delete = entry.delete else { return }
        let scope = try await scope(inputs, outputs)
        try await perform(delete, scope)
        if entry.isDeletionAwaited { try await awaitGone(recorded: inputs, outputs: outputs) }
    }
}

extension UpdateEntry {
    /// Whether the thing is in the state that it is brought to before this change, and is not broken.
    fileprivate func lets(_ seen: SeenThing, rest ready: WaitEntry?) -> Bool {
        call.before.compactMap(\.wait).contains { wait in
            let state = ValuePath(wait.path).pick(from: seen.told) ?? .null
            return wait.values.contains { $0.isSameText(as: state) }
                && ready?.failed.contains { $0.isSameText(as: state) } != true
        }
    }
}

extension ObjectValue {
    /// This object with another's entries over it, objects inside merged and lists item by item.
    func overlaid(with other: ObjectValue) -> ObjectValue {
        var result = self
        for entry in other { result[entry.key] = result[entry.key]?.overlaid(with: entry.value) ?? entry.value }
        return result
    }
}

extension Value {
    fileprivate func overlaid(with other: Value) -> Value {
        switch (self, other) {
        case (_, .null): return self
        case (.object(let mine), .object(let theirs)): return .object(mine.overlaid(with: theirs))
        case (.list(let mine), .list(let theirs)):
            var items = mine
            for (place, item) in theirs.enumerated() {
                if place < items.count { items[place] = items[place].overlaid(with: item) } else { items.append(item) }
            }
            return .list(items)
        default: return other
        }
    }
}
