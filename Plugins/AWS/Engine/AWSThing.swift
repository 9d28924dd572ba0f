// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A thing as AWS tells of it.
struct SeenThing: Sendable {
    var inputs: ObjectValue
    var outputs: ObjectValue
    /// The result of the kind's own read, for conditions.
    var told: Value
    /// All tags, Converge's own among them; nil where the kind has none.
    var tags: ObjectValue?
    /// The native id under which a list gave it; nil where it was asked for by itself.
    var id: String?
}

/// One thing of a kind at one connection: the calls that its table describes, with its own values filled in.
struct AWSThing: Sendable {
    let entry: KindEntry
    let client: AWSClient
    let services: any HostServices
    let context: CallContext
    /// Nil where a list found it.
    let identity: ResourceIdentity?
    /// What becomes of refusals for now as long as nothing was changed.
    var firstRefusal = AWSCall.Refusal.told
    let trace = EffectTrace()

    var refusal: AWSCall.Refusal { trace.hasActed ? .outlasted : firstRefusal }

    // MARK: Scopes

    /// What tables may read beside a thing's own fields and outputs.
    func surroundings() async throws(CallError) -> ObjectValue {
        var names: ObjectValue = [
            "region": .string(client.region), "partition": .string(client.partition.rawValue),
            "suffix": .string(client.partition.suffix), "token": .string(context.token.text),
            "now": .string(services.clock.now().description)
        ]
        if entry.needsAccount {
            do throws(AWSFailure) { names["account"] = .string(try await client.account(context)) } catch {
                throw error.callError
            }
        }
        return names
    }

    /// The fields as AWS takes them, the outputs, and what is around them.
    func scope(_ inputs: ObjectValue, _ outputs: ObjectValue) async throws(CallError) -> Scope {
        let scope = Scope(encoded(inputs), outputs, try await surroundings())
        return scope.adding(computed(in: scope, beside: outputs))
    }

    /// The outputs that follow from what a scope knows, in the order of the table.
    func computed(in scope: Scope, beside outputs: ObjectValue) -> ObjectValue {
        var computed: ObjectValue = [:]
        for output in entry.outputs where outputs[output.schema.name] == nil {
            guard let value = output.value, let filled = scope.adding(computed).expand(value) else { continue }
            computed[output.schema.name] = filled
        }
        return computed
    }

    /// Fields as AWS takes them; those that are not given are left out.
    func encoded(_ inputs: ObjectValue) -> ObjectValue {
        ObjectValue(
            inputs.compactMap { item in
                if item.value.isNull { return nil }
                return (item.key, entry.field(item.key)?.encoded(item.value) ?? item.value)
            })
    }

    // MARK: Calls

    func model(_ call: CallEntry) throws(CallError) -> OperationShape {
        try OperationShape(service: call.service ?? entry.service, operation: call.operation)
    }

    /// Makes a call, again for some minutes where the table says that AWS sees late what it needs.
    func attempt(
        _ call: CallEntry, _ parameters: ObjectValue, repeatable: Bool = true
    ) async throws(AWSFailure) -> ObjectValue {
        var waits = Waits(first: .milliseconds(500), longest: .seconds(15), total: .seconds(300))
        while true {
            do throws(AWSFailure) {
                var made = try AWSCall(
                    call.service ?? entry.service, call.operation, parameters, isRepeatable: repeatable)
                made.refusal = refusal
                let answer = try await client.answer(to: made, context: context).object
                if !made.operation.isReading { trace.note() }
                if let failed = call.failures?.first(in: answer) { throw partialFailure(failed, of: call) }
                return answer
            } catch {
                if !error.isReading, !error.hadNoEffect { trace.note() }
                guard call.retry.match(error), let wait = waits.next(services.randomness) else { throw error }
                services.log.progress(nil, "waiting, since AWS says \(error.code ?? "no")", context)
                do throws(CallError) { try await services.clock.sleep(for: wait) } catch {
                    throw AWSFailure(.transport(error))
                }
            }
        }
    }

    /// What failed of several things, as if the call had.
    private func partialFailure(_ failed: (code: String, message: String), of call: CallEntry) -> AWSFailure {
        let body = Value.object(["__type": .string(failed.code), "message": .string(failed.message)])
        let answer = ErrorAnswer(HTTPResponse(status: 400, body: Array(body.plainJSON.utf8)))
        return AWSFailure(.answer(answer), service: call.service ?? entry.service, operation: call.operation)
    }

    /// Makes a step that a table describes: under its condition, for each of its items, with what is to come before
    /// and after it.
    ///
    /// - Parameter filled: Puts more into the parameters.
    /// - Returns: The last answer; nil where there was nothing to do, or what it is for is not there.
    @discardableResult
    func perform(
        _ call: CallEntry, _ scope: Scope, repeatable: Bool = true,
        filled: (ObjectValue) -> ObjectValue = { $0 }
    ) async throws(CallError) -> ObjectValue? {
        guard call.condition.holds(in: scope) else { return nil }
        for step in call.before { try await perform(step, scope) }
        var answer: ObjectValue?
        for scope in try await scopes(of: call, scope) {
            do throws(AWSFailure) {
                answer = try await attempt(call, filled(call.parameters(in: scope)), repeatable: repeatable)
            } catch {
                if call.absent.match(error) { continue }
                throw error.callError
            }
        }
        if let wait = call.wait { try await awaitState(wait, scope) }
        if !call.after.isEmpty {
            let inner = scope.adding(outputs(of: answer ?? [:], scope)).adding(["answer": .object(answer ?? [:])])
            for step in call.after { try await perform(step, inner) }
        }
        return answer
    }

    /// All pages of a list.
    func answers(to list: CallEntry, _ scope: Scope) async throws(AWSFailure) -> [ObjectValue] {
        var answers: [ObjectValue] = []
        try await client.pages(
            list.service ?? entry.service, list.operation, list.parameters(in: scope), refusal: refusal,
            context: context
        ) { page in
            answers.append(page.answer)
            return true
        }
        return answers
    }

    /// The scopes in which a call is made: one for each of its items.
    private func scopes(of call: CallEntry, _ scope: Scope) async throws(CallError) -> [Scope] {
        guard let each = call.each else { return [scope] }
        var items: [Value] = []
        switch each.source {
        case .path(let path): items = scope.value(of: path)?.list ?? []
        case .call(let list, let paths):
            do throws(AWSFailure) {
                let pages = try await answers(to: list, scope)
                for page in pages {
                    for path in paths { items += ValuePath(path).pick(from: .object(page), scope)?.list ?? [] }
                }
            } catch {
                if call.absent.match(error) || list.absent.match(error) { return [] }
                throw error.callError
            }
        }
        items = items.filter { item in
            each.filter.allSatisfy { (ValuePath($0.key).pick(from: item) ?? .null).isSameText(as: $0.value) }
        }
        guard let batch = each.batch else { return items.map { scope.adding(["item": $0]) } }
        if !each.pick.isEmpty {
            items = items.map { item in .object((item.object ?? [:]).filter { each.pick.contains($0.key) }) }
        }
        return stride(from: 0, to: items.count, by: batch).map { start in
            scope.adding(["items": .list(Array(items[start..<min(start + batch, items.count)]))])
        }
    }
}
