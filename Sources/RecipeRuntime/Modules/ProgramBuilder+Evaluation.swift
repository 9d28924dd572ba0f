// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ProgramBuilder {
    /// Evaluates the inputs of every native resource once, without any output: what is known now stays as it is,
    /// and what was read on the way are the dependencies.
    func evaluateAll(of module: ModuleInstance) {
        var byDeclaration = [[ResourceInstance]](repeating: [], count: module.code.resources.count)
        var modules: [ModuleInstance] = []
        for expansion in module.expansions {
            guard case .done(let produced) = expansion else { continue }
            for item in produced {
                switch item {
                case .resource(let instance): byDeclaration[instance.declaration].append(instance)
                case .module(let module): modules.append(module)
                }
            }
        }
        for inner in modules { evaluateAll(of: inner) }
        let order = module.code.resourceOrder.isEmpty ? Array(byDeclaration.indices) : module.code.resourceOrder
        for index in order {
            for instance in byDeclaration[index] {
                do throws(EvaluationError) {
                    try evaluate(instance, module)
                } catch {
                    if let diagnostic = error.diagnostic { report.add(diagnostic) }
                }
            }
        }
    }

    private func evaluate(_ instance: ResourceInstance, _ module: ModuleInstance) throws(EvaluationError) {
        try settleMeta(instance, module)
        if let mapping = instance.mapping {
            checkParameters(instance, mapping)
            return evaluateAll(of: mapping)
        }
        let contract = instance.code.contract
        var inputs = contract.defaults
        var isFinal = true
        var dependencies = instance.needs
        var problems = 0
        for (position, rule) in contract.fields.enumerated() where instance.gives(position) {
            if instance.home.owner == nil, case .constant(let value)? = instance.code.fields[position]?.code {
                inputs[rule.name] = value
                continue
            }
            do throws(EvaluationError) {
                let (value, found) = try session.recording { () throws(EvaluationError) in
                    try session.field(position, of: instance)
                }
                dependencies.formUnion(found.resources)
                program.natives(in: value, into: &dependencies)
                if value.containsUnknown { isFinal = false } else { instance.settle(position, value, found) }
                inputs[rule.name] = value
            } catch {
                problems += 1
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
        }
        if problems > 0 { throw .reported }
        dependencies.remove(instance.address)
        instance.settle(inputs: isFinal ? inputs : nil, dependencies: dependencies.sorted())
        checkKindRules(instance, inputs)
    }

    /// Decides what must hold between the fields of a native kind, as far as it is known; the rest is left open.
    private func checkKindRules(_ instance: ResourceInstance, _ inputs: ObjectValue) {
        let contract = instance.code.contract
        // What a mapping's text decides for itself, `@native` may have changed.
        let positions =
            instance.home.owner == nil ? instance.code.openRules : Array(contract.ruleSchemas.indices)
        if positions.isEmpty { return }
        let (broken, open) = session.problems(of: instance, positions, inputs)
        instance.openRules = open
        report.add(broken)
    }

    /// The parameters of a capability are looked at even where its mapping reads none of them.
    private func checkParameters(_ instance: ResourceInstance, _ mapping: ModuleInstance) {
        for position in instance.code.contract.fields.indices {
            do throws(EvaluationError) {
                _ = try session.recording { () throws(EvaluationError) in
                    try session.slot(SlotPlace(level: 0, index: position), mapping.scope)
                }
            } catch {
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
        }
    }

    private func settleMeta(_ instance: ResourceInstance, _ module: ModuleInstance) throws(EvaluationError) {
        let owner = module.owner
        var needs = owner?.needs ?? []
        let suffix = String(instance.address.text.dropFirst(module.prefix.count))
        var terms = owner?.terms.ofChild(instance.code.name, suffix) ?? ResourceTerms()
        if module.importing != nil { terms.formerly += try formerPrefixes(of: module).map { Address($0 + suffix) } }
        if let meta = instance.code.meta {
            let scope = instance.scope
            if let protect = meta.protect {
                let value = try session.evaluate(protect.code, in: scope)
                if value.isUnknown { throw unknownAtPlan("'@protect'", value, protect.range, scope) }
                terms.protection = try session.truth(value, protect.range, scope) || terms.protection == true
            }
            terms.formerly += try formers(of: instance, meta.formerly, module)
            for exemption in meta.exemptions {
                terms.exemptions[exemption.policy] = try settled(exemption, scope)
            }
            if let mapping = instance.mapping { try checkIgnored(meta.ignored, mapping, scope) }
            terms.ignored += meta.ignored.map(\.path)
            if let replace = try meta.replace.map({ (replace) throws(EvaluationError) in
                try text("'@replace'", replace, scope)
            }) {
                terms.replacement = ReplacementOrder(rawValue: replace)
            }
            terms.adopted = try meta.adopt.map { (adopt) throws(EvaluationError) in try text("'@adopt'", adopt, scope) }
            if let code = meta.owner { terms.owner = try text("'@owner'", code, scope) }
            for need in meta.needs { needs.formUnion(try natives(of: need, instance, module)) }
        }
        instance.needs = needs
        instance.settle(terms)
    }

    /// A text that must be known when the plan is made.
    private func text(
        _ subject: String, _ given: (code: Code, range: SourceRange), _ scope: ScopeInstance
    ) throws(EvaluationError) -> String {
        let value = try session.evaluate(given.code, in: scope)
        if value.isUnknown { throw unknownAtPlan(subject, value, given.range, scope) }
        guard let text = value.string else {
            throw session.failure(
                .metaMisused, "\(subject) takes a text, and this is \(value.phrase)", at: given.range, in: scope)
        }
        return text
    }

    /// The children and fields that `@ignore` of a capability names.
    private func checkIgnored(
        _ ignored: [IgnoredCode], _ mapping: ModuleInstance, _ scope: ScopeInstance
    ) throws(EvaluationError) {
        for code in ignored {
            let parts = code.path.split(separator: ".").map(String.init)
            let child = mapping.code.resources.first { $0.name == parts.first }
            if let child, parts.count > 1, child.contract.fieldIndex[parts[1]] != nil { continue }
            throw session.failure(
                .metaMisused, "'@ignore' of a capability names a child and its field, and '\(code.path)' is none",
                at: code.range, in: scope,
                notes: ["its children are " + mapping.code.resources.map(\.name).joined(separator: ", ")])
        }
    }

    private func settled(
        _ code: ExemptionCode, _ scope: ScopeInstance
    ) throws(EvaluationError) -> PolicyExemption {
        let until = try session.evaluate(code.until, in: scope)
        let why = try session.evaluate(code.why, in: scope)
        for value in [until, why] where value.isUnknown {
            throw unknownAtPlan("'@exempt'", value, code.range, scope)
        }
        guard let day = until.date, let reason = why.string else {
            throw session.failure(
                .metaMisused, "'@exempt' takes a day and a text that is no secret", at: code.range, in: scope)
        }
        return PolicyExemption(
            until: day, why: reason, isValid: (session.clock?.today).map { $0 <= day } ?? false,
            place: scope.code.source.place(code.range))
    }

    private func natives(
        of need: NeedCode, _ instance: ResourceInstance, _ module: ModuleInstance
    ) throws(EvaluationError) -> [Address] {
        switch need.target {
        case .step: return []
        case .module(let index):
            let imported = try module.importedModule(index, session)
            if module.isOpen(importedModule: index) {
                throw unknownAtPlan(
                    "'@needs'", Deferral.unknown(module.code.imports[index].alias), need.range, instance.scope)
            }
            return imported?.natives ?? []
        case .resource(let index):
            _ = try module.instances(of: index, session)
            if module.isOpen(resource: index) {
                throw unknownAtPlan(
                    "'@needs'", Deferral.unknown(module.code.resources[index].name), need.range, instance.scope)
            }
            guard let code = need.key else { return try module.instances(of: index, session).flatMap(\.natives) }
            let key = try session.key(try session.evaluate(code, in: instance.scope), need.range, instance.scope)
            guard let found = try module.instance(of: index, key: key, session) else {
                throw session.missing(
                    key, among: try module.instances(of: index, session).compactMap(\.key),
                    "'\(module.code.resources[index].name)'", need.range, instance.scope)
            }
            return found.natives
        }
    }
}
