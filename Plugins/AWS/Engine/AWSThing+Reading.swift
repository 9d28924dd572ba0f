// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension AWSThing {
    /// The thing as it is now; nil where it is gone.
    ///
    /// - Parameters:
    ///   - recorded: Its recorded fields, of which those that are null are left alone; nil to be told of everything.
    ///   - outputs: As last recorded, or what a list, an id or a create gave.
    func look(recorded: ObjectValue?, outputs: ObjectValue) async throws(CallError) -> SeenThing? {
        let scope = try await scope(recorded ?? [:], outputs)
        guard let told = try await told(entry.read, scope, recorded) else { return nil }
        var further = [(names: [String], told: Value)]()
        let wider = scope.adding(told.object ?? [:])
        for read in entry.reads where recorded == nil || isWanted(read, recorded ?? [:]) {
            guard read.call.condition.holds(in: wider) else { continue }
            further.append((read.names, try await self.told(read, wider, recorded) ?? .null))
        }
        return try await seen(told, recorded: recorded, outputs: outputs, further: further)
    }

    /// Whether AWS tells of the thing, without asking what it is like.
    func isThere(recorded: ObjectValue, outputs: ObjectValue) async throws(CallError) -> Bool {
        try await told(entry.read, scope(recorded, outputs), recorded) != nil
    }

    /// The thing of which AWS told that.
    func seen(
        _ told: Value, recorded: ObjectValue?, outputs: ObjectValue, further: [(names: [String], told: Value)]
    ) async throws(CallError) -> SeenThing {
        let scope = try await scope(recorded ?? [:], outputs)
        // Where tags are not Converge's to keep, only those that a recipe gives are asked for.
        let areTagsWanted = entry.tags.map { $0.hasOwn || !(recorded?[$0.field] ?? .null).isNull } ?? false
        let tags = areTagsWanted ? try await tags(told, scope) : nil
        var thing = SeenThing(inputs: [:], outputs: [:], told: told, tags: tags)
        for field in entry.fields {
            let name = field.schema.name
            let source = further.first { $0.names.contains(name) }?.told ?? told
            thing.inputs[name] = self.field(field, in: source, recorded, tags, scope)
        }
        for output in entry.outputs where output.value == nil {
            let name = output.schema.name
            let source = further.first { $0.names.contains(name) }?.told ?? told
            let told = ValuePath(output.from).pick(from: source, scope).map { output.decoded($0) }
            thing.outputs[name] = told ?? outputs[name]
        }
        return completed(thing, given: outputs, scope)
    }

    /// A further read is made where a field of it is managed, or an output comes from it.
    private func isWanted(_ read: ReadEntry, _ recorded: ObjectValue) -> Bool {
        read.names.isEmpty
            || read.names.contains { name in
                entry.outputs.contains { $0.schema.name == name } || recorded[name].map { !$0.isNull } ?? false
            }
    }

    private func told(
        _ read: ReadEntry, _ scope: Scope, _ recorded: ObjectValue?
    ) async throws(CallError) -> Value? {
        let answer: ObjectValue
        do throws(AWSFailure) {
            answer = try await attempt(read.call, read.call.parameters(in: scope))
        } catch {
            if read.call.absent.match(error) { return nil }
            guard read.empty.match(error) else { throw error.callError }
            answer = [:]
        }
        if let needs = read.needs, ValuePath(needs).pick(from: .object(answer), scope) == nil { return nil }
        var whole = answer
        if let json = read.json, let text = ValuePath(json).pick(from: .object(answer))?.string {
            whole = ValuePath(json).put(Value.documentText(text) ?? .null, into: answer)
        }
        guard var told = ValuePath(read.result).pick(from: .object(whole), scope) else { return nil }
        if let items = told.list {
            if items.isEmpty { return nil }
            if !read.match.isEmpty {
                guard let found = items.first(where: { isMatch($0, read.match, recorded, scope) }) else { return nil }
                told = found
            }
        }
        // A conditional expression would make `nil` the value null.
        if read.isGone(told) { return nil }
        return told
    }

    private func isMatch(_ item: Value, _ names: [String], _ recorded: ObjectValue?, _ scope: Scope) -> Bool {
        names.allSatisfy { name in
            guard let field = entry.field(name), let from = field.from else { return true }
            let wanted = recorded?[name] ?? scope.value(of: name) ?? .null
            guard let found = ValuePath(from).pick(from: item, scope) else {
                return wanted.isNull || wanted == field.schema.defaultValue
            }
            let now = field.decoded(found)
            return Sameness.told(wanted, now: now, field) == wanted
        }
    }

    private func field(
        _ field: FieldEntry, in told: Value, _ recorded: ObjectValue?, _ tags: ObjectValue?, _ scope: Scope
    ) -> Value {
        let name = field.schema.name
        let record = recorded?[name]
        // What a recipe does not give is AWS's business.
        if let record, record.isNull { return .null }
        if let tags, name == entry.tags?.field {
            return .object(tags.filter { !$0.key.hasPrefix(OwnTags.prefix) && !$0.key.hasPrefix("aws:") })
        }
        let untold = record ?? scope.value(of: name) ?? field.schema.defaultValue ?? .null
        guard let from = field.from, !(record?.containsSecret ?? false) else { return untold }
        guard field.told.holds(in: scope.adding(told.object ?? [:])) else { return .null }
        guard let found = ValuePath(from).pick(from: told, scope) else {
            // What identifies a thing is often in the question alone.
            if let missing = field.missing { return missing }
            return field.schema.change == .replaces ? untold : field.schema.defaultValue ?? .null
        }
        let now = field.decoded(found)
        return record.map { Sameness.told($0, now: now, field) } ?? now
    }

    /// The thing with the outputs that are made from others.
    func completed(_ thing: SeenThing, given: ObjectValue, _ scope: Scope) -> SeenThing {
        var thing = thing
        for output in entry.outputs {
            let name = output.schema.name
            if let value = output.value {
                let scope = scope.adding(thing.inputs.filter { !$0.value.isNull }).adding(thing.outputs)
                thing.outputs[name] = given[name] ?? scope.expand(value) ?? .null
            } else if thing.outputs[name] == nil {
                thing.outputs[name] = .null
            }
        }
        return thing
    }

    // MARK: Waiting

    /// Waits until the thing does its work.
    ///
    /// - Parameter orIsThere: True where it need not work, but be there.
    /// - Throws: `CallError` where it fails, or is not ready in time.
    func awaitReady(
        recorded: ObjectValue, outputs: ObjectValue, orIsThere: Bool = false
    ) async throws(CallError) -> SeenThing {
        guard !orIsThere, let ready = entry.ready else {
            guard let seen = try await awaitThere(recorded, outputs) else { throw vanished() }
            return seen
        }
        return try await awaitState(ready, recorded: recorded, outputs: outputs)
    }

    /// Waits for a state within a step of a call.
    func awaitState(_ wait: WaitEntry, _ scope: Scope) async throws(CallError) {
        let inputs = ObjectValue(
            entry.fields.map { field in
                (field.schema.name, scope.value(of: field.schema.name).map { field.decoded($0) } ?? .null)
            })
        _ = try await awaitState(wait, recorded: inputs, outputs: outputs(in: scope))
    }

    /// The outputs that a scope knows.
    func outputs(in scope: Scope) -> ObjectValue {
        ObjectValue(
            entry.outputs.compactMap { output in
                scope.value(of: output.schema.name).map { (output.schema.name, $0) }
            })
    }

    private func awaitState(
        _ wait: WaitEntry, recorded: ObjectValue, outputs: ObjectValue
    ) async throws(CallError) -> SeenThing {
        var waits = Waits(first: .milliseconds(200), longest: .seconds(15), total: wait.timeout)
        var last = "not there"
        while true {
            if let seen = try await look(recorded: recorded, outputs: outputs) {
                let state = ValuePath(wait.path).pick(from: seen.told) ?? .null
                if wait.values.contains(where: { $0.isSameText(as: state) }) { return seen }
                last = state.plainText ?? "nothing"
                if wait.failed.contains(where: { $0.isSameText(as: state) }) {
                    let reason = wait.reason.flatMap { ValuePath($0).pick(from: seen.told)?.plainText }
                    throw .thingFailed(entry.name, state: last, reason: reason)
                }
            }
            guard let pause = waits.next(services.randomness) else {
                throw .neverReady(entry.name, state: last, after: wait.timeout)
            }
            services.log.progress(nil, last, context)
            try await services.clock.sleep(for: pause)
        }
    }

    /// A thing that was made a moment ago may not be shown yet.
    private func awaitThere(_ recorded: ObjectValue, _ outputs: ObjectValue) async throws(CallError) -> SeenThing? {
        var waits = Waits(first: .milliseconds(200), longest: .seconds(5), total: .seconds(60))
        while true {
            if let seen = try await look(recorded: recorded, outputs: outputs) { return seen }
            guard let pause = waits.next(services.randomness) else { return nil }
            try await services.clock.sleep(for: pause)
        }
    }

    /// Waits until AWS does not tell of the thing any more.
    func awaitGone(recorded: ObjectValue, outputs: ObjectValue) async throws(CallError) {
        let limit = entry.ready?.timeout ?? .seconds(600)
        var waits = Waits(first: .milliseconds(200), longest: .seconds(15), total: limit)
        while try await isThere(recorded: recorded, outputs: outputs) {
            guard let pause = waits.next(services.randomness) else { throw .neverGone(entry.name, after: limit) }
            services.log.progress(nil, "waiting until it is gone", context)
            try await services.clock.sleep(for: pause)
        }
    }

    private func vanished() -> CallError {
        CallError(
            .lost, "AWS took the \(entry.name), and does not show it",
            help: ["plan    looks again", "look at \(client.region) by AWS's own tools"])
    }
}
