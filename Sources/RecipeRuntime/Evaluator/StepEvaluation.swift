// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension EvaluationSession {
    /// A step with its inputs as far as they are known; nil where it looks at steps that are not told yet.
    func node(
        _ step: WorkflowInstance.Step, of workflow: WorkflowInstance
    ) throws(EvaluationError) -> StepNode? {
        let code = workflow.code.steps[step.index]
        workflow.hasMetWaiting = false
        var inputs = ObjectValue()
        let (control, found) = try recording { () throws(EvaluationError) in
            try inFrame { () throws(EvaluationError) -> StepControl in
                for (position, rule) in code.contract.fields.enumerated() where !rule.isComputed {
                    if let field = code.fields[position] {
                        inputs[rule.name] = try evaluate(field.code, in: step.scope)
                    } else {
                        inputs[rule.name] = rule.defaultValue
                    }
                }
                return try self.control(code, step.scope, workflow)
            }
        }
        if workflow.hasMetWaiting { return nil }
        var reads = found.steps
        reads.remove(step.address)
        let needs = control.needs.union(found.ended).subtracting(reads).subtracting([step.address])
        let executor = try executor(of: code, inputs, step.scope)
        var node = StepNode(
            address: step.address, kind: code.contract.schema, executorPlugin: executor, reads: reads.sorted(),
            needs: needs.sorted(),
            inputs: inputs, isWanted: control.isWanted, retry: control.retry, timeout: control.timeout,
            onFailure: control.onFailure, place: step.scope.code.source.place(code.range),
            problems: problems(of: code, inputs, executor, step.scope))
        node.openCondition = control.openCondition
        node.cache = control.cache
        node.concurrency = control.concurrency
        node.rate = control.rate
        node.priority = control.priority
        node.recovery = control.recovery
        node.isStandIn = workflow.code.recoveries.contains(step.index)
        node.undo = control.undo
        node.isUndo = workflow.code.undoings.contains(step.index)
        node.isFinal = step.isFinal
        return node
    }

    /// The rules of the step's kind that its inputs break, as far as they are known.
    private func problems(
        of code: StepCode, _ inputs: ObjectValue, _ executor: String?, _ scope: ScopeInstance
    ) -> [Diagnostic] {
        if code.openRules.isEmpty { return [] }
        let rules = library.compiledRules(of: code.contract)
        let isForeign = executor != nil && executor != code.contract.plugin
        let open = code.openRules.filter { rules.rules[$0].lack == nil || !isForeign }
        let values = code.contract.fields.map { inputs[$0.name] ?? .null }
        return verdicts(rules, open, on: values).compactMap { position, verdict in
            guard case .broken(let message) = verdict else { return nil }
            let field = code.contract.fieldIndex[rules.rules[position].schema.field].flatMap { code.fields[$0] }
            let place = scope.code.source.place(field?.range ?? code.range)
            return rules.diagnostic(position, message, at: place)
        }
    }

    /// What the meta fields of a step say.
    private struct StepControl {
        var needs: Set<Address> = []
        var isWanted: Bool? = true
        var openCondition: String?
        var retry = RetryRule.none
        var timeout: Duration?
        var onFailure = StepNode.OnFailure.stop
        var cache = CacheRule.byKind
        var concurrency: ConcurrencyRule?
        var rate: RateRule?
        var priority = 0
        var recovery: Address?
        var undo: Address?
    }

    private func control(
        _ code: StepCode, _ scope: ScopeInstance, _ workflow: WorkflowInstance
    ) throws(EvaluationError) -> StepControl {
        var control = StepControl()
        guard let meta = code.meta else { return control }
        for need in meta.needs { control.needs.formUnion(try steps(meantBy: need, scope, workflow)) }
        if let recover = meta.recover { control.recovery = try steps(meantBy: recover, scope, workflow).first }
        if let undo = meta.undo { control.undo = try steps(meantBy: undo, scope, workflow).first }
        if let when = meta.when {
            let value = try evaluate(when.code, in: scope)
            control.openCondition = value.isUnknown ? value.firstUnknown?.origin : nil
            control.isWanted = value.isUnknown ? nil : try truth(value, when.range, scope)
        }
        if let timeout = meta.timeout { control.timeout = try limited("timeout", timeout, scope).duration }
        if let retry = meta.retry { control.retry = try rule(retry, scope) }
        if let onFailure = meta.onFailure, let text = try evaluate(onFailure.code, in: scope).string {
            control.onFailure = StepNode.OnFailure(rawValue: text) ?? .stop
        }
        if let cache = meta.cache { control.cache = try cacheRule(cache, scope) }
        if let concurrency = meta.concurrency { control.concurrency = try concurrencyRule(concurrency, scope) }
        if let rate = meta.rate { control.rate = try rateRule(rate, scope) }
        if let priority = meta.priority, let number = try evaluate(priority.code, in: scope).int {
            control.priority = Int(clamping: number)
        }
        return control
    }

    /// The steps that a meta field names, as far as they can be told.
    private func steps(
        meantBy need: NeedCode, _ scope: ScopeInstance, _ workflow: WorkflowInstance
    ) throws(EvaluationError) -> [Address] {
        guard case .step(let index) = need.target else { return [] }
        guard let keyCode = need.key else { return try workflow.steps(of: index, self).steps.map(\.address) }
        let value = try evaluate(keyCode, in: scope)
        if value.isUnknown {
            // Whether all of them are known counts, whichever it is.
            _ = try workflow.steps(of: index, self)
            return []
        }
        let key = try self.key(value, need.range, scope)
        if let found = try workflow.step(workflow.code.steps[index].address(key), of: index, self) {
            return [found.address]
        }
        if workflow.hasMetWaiting { return [] }
        let (steps, _) = try workflow.steps(of: index, self)
        throw missing(
            key, among: steps.compactMap(\.key), "'\(workflow.code.steps[index].name)'", need.range, scope)
    }

    private func cacheRule(
        _ cache: StepMetaCode.Given, _ scope: ScopeInstance
    ) throws(EvaluationError) -> CacheRule {
        switch try limited("cache", cache, scope) {
        case .bool(true): .trusted(within: nil)
        case .bool(false): .never
        case .duration(let age): .trusted(within: age)
        default: .byKind
        }
    }

    /// What a meta field says, within its bounds.
    private func limited(
        _ field: String, _ given: StepMetaCode.Given, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        let value = try evaluate(given.code, in: scope)
        if let breach = MetaLimits.breach(of: field, value) {
            throw failure(.metaMisused, breach.message, at: given.range, in: scope, help: breach.help)
        }
        return value
    }

    /// Nil while the group depends on steps that have not ended.
    private func concurrencyRule(
        _ concurrency: StepMetaCode.Given, _ scope: ScopeInstance
    ) throws(EvaluationError) -> ConcurrencyRule? {
        guard let object = try limited("concurrency", concurrency, scope).object, let group = object["group"]?.string,
            let limit = object["limit"]?.int
        else { return nil }
        return ConcurrencyRule(
            group: group, limit: Int(limit), place: scope.code.source.place(concurrency.range))
    }

    /// Nil while it depends on steps that have not ended.
    private func rateRule(
        _ rate: StepMetaCode.Given, _ scope: ScopeInstance
    ) throws(EvaluationError) -> RateRule? {
        guard let object = try limited("rate", rate, scope).object, let group = object["group"]?.string,
            let limit = object["limit"]?.int, let per = object["per"]?.duration
        else { return nil }
        return RateRule(
            group: group, limit: Int(limit), per: per, place: scope.code.source.place(rate.range))
    }

    private func rule(
        _ retry: (code: Code, range: SourceRange), _ scope: ScopeInstance
    ) throws(EvaluationError) -> RetryRule {
        guard let object = try limited("retry", retry, scope).object else { return .none }
        var rule = RetryRule.none
        if let attempts = object["attempts"]?.int { rule.attempts = Int(attempts) }
        if let backoff = object["backoff"]?.duration { rule.backoff = backoff }
        switch object["on"] {
        case .string(let text)?: rule.on = [text]
        case .list(let items)?: rule.on = items.compactMap(\.string)
        default: break
        }
        return rule
    }

    /// The plugin that executes a step: by `@on`, else that of the resource in the placement field where it has an
    /// executor of its own, else any.
    private func executor(
        of code: StepCode, _ inputs: ObjectValue, _ scope: ScopeInstance
    ) throws(EvaluationError) -> String? {
        if let on = code.meta?.on { return program?.connections.plugin(of: on.alias) }
        guard let placement = code.contract.schema.placement,
            case .reference(let reference)? = inputs[placement], let address = reference.resource,
            let instance = program?.resource(address), let plugin = program?.connections.plugin(of: instance.alias)
        else { return nil }
        if code.contract.executors.contains(plugin), plugin != code.contract.plugin { return plugin }
        let facets = code.contract.schema.facets
        if facets.isEmpty || instance.offers(facets) { return nil }
        let range = code.contract.fieldIndex[placement].flatMap { code.fields[$0]?.range } ?? code.nameRange
        if let program, instance.mapping != nil {
            let need = FacetNeed(
                resource: instance.declaration, facets: facets, needer: code.contract.name, range: range)
            throw facetLacking(instance, need, program, at: range, in: scope)
        }
        throw failure(
            .placementImpossible, "\(address) offers nothing on which \(code.contract.name) could be executed",
            at: range,
            in: scope, notes: ["\(code.contract.name) needs \(facets.joined(separator: " or "))"])
    }
}
