// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ProgramBuilder {
    struct Choice {
        let mapping: MappingCode
        let alias: String
    }

    /// What a resource asks of the mapping that fulfils it; equal wishes have equal choices.
    struct Wish: Hashable {
        let capability: String
        let on: String?
        /// The connection of the mapping around.
        let around: String?
        let service: String?
    }

    /// The connection under which a native resource is made.
    func alias(
        _ code: ResourceCode, _ plugin: String, _ scope: ScopeInstance, _ module: ModuleInstance
    ) throws(EvaluationError) -> String {
        let connections = program.connections
        if let on = code.meta?.on {
            if let found = connections.plugin(of: on.alias), found != plugin {
                throw session.failure(
                    .connectionUnfit,
                    "'\(on.alias)' is a connection to \(found), and \(code.contract.name) is a kind of \(plugin)",
                    at: on.range, in: scope,
                    help: [
                        connections.alias(ofPlugin: plugin).map { "@on: \($0)" } ?? "use \(plugin)    connects to it"
                    ])
            }
            return on.alias
        }
        if let alias = module.alias, connections.plugin(of: alias) == plugin { return alias }
        if let alias = connections.alias(ofPlugin: plugin) { return alias }
        guard reportedGaps.insert(plugin).inserted else { throw .reported }
        throw session.failure(
            .connectionMissing, "nothing here connects to \(plugin), which \(code.contract.name) is a kind of",
            at: code.range, in: scope,
            notes: [
                "connections: " + (connections.aliases.isEmpty ? "none" : connections.aliases.joined(separator: ", "))
            ],
            help: ["use \(plugin)    in the environment or in the recipe"])
    }

    /// The mapping that fulfils a capability here: by `@on` and `@service`, else the first connection that has one.
    func choose(
        _ code: ResourceCode, _ contract: CapabilityContract, _ scope: ScopeInstance, _ module: ModuleInstance
    ) throws(EvaluationError) -> Choice {
        let service = try self.service(code, scope)
        let wish = Wish(
            capability: contract.name, on: code.meta?.on?.alias, around: module.alias, service: service?.name)
        if let known = choices[wish] { return known }
        var aliases: [String]
        if let on = code.meta?.on {
            aliases = [on.alias]
        } else {
            aliases = program.connections.aliases
            if let alias = module.alias { aliases = [alias] + aliases.filter { $0 != alias } }
        }
        let all = program.library.mappings(of: contract.name)
        for alias in aliases {
            let plugin = program.connections.plugin(of: alias) ?? alias
            let offered = all.filter { $0.provider == plugin }
            guard let origin = offered.first(where: { service == nil || $0.service == service?.name }) else { continue }
            let mapping = program.library.compiledMapping(origin, contract)
            if !mapping.diagnostics.isEmpty {
                report.add(mapping.diagnostics)
                throw .reported
            }
            let choice = Choice(mapping: mapping, alias: alias)
            choices[wish] = choice
            return choice
        }
        throw try unfulfilled(code, contract, service, aliases, all, scope)
    }

    private func service(
        _ code: ResourceCode, _ scope: ScopeInstance
    ) throws(EvaluationError) -> (name: String, range: SourceRange)? {
        guard let service = code.meta?.service else { return nil }
        let value = try session.evaluate(service.code, in: scope)
        guard let name = value.string else { throw unknownAtPlan("'@service'", value, service.range, scope) }
        return (name, service.range)
    }

    private func unfulfilled(
        _ code: ResourceCode, _ contract: CapabilityContract, _ service: (name: String, range: SourceRange)?,
        _ aliases: [String], _ all: [MappingOrigin], _ scope: ScopeInstance
    ) throws(EvaluationError) -> EvaluationError {
        let known = all.map { "\($0.provider) by \($0.service)" }
        let plugins = aliases.map { program.connections.plugin(of: $0) ?? $0 }
        let here = all.filter { plugins.contains($0.provider) }
        if let service, !here.isEmpty {
            let nearest = NearestName.find(service.name, in: here.map(\.service))
            return session.failure(
                .serviceUnknown, "no service '\(service.name)' fulfils \(contract.name) here", at: service.range,
                in: scope,
                notes: ["there is " + here.map { "\"\($0.service)\" of \($0.provider)" }.joined(separator: ", ")],
                help: nearest.map { ["did you mean \"\($0)\"?"] } ?? [])
        }
        guard reportedGaps.insert("\(contract.name) on \(aliases)").inserted else { return .reported }
        let who =
            code.meta?.on.map { "'\($0.alias)'" }
            ?? (aliases.isEmpty ? "nothing here" : aliases.joined(separator: ", "))
        return session.failure(
            .capabilityUnfulfilled,
            aliases.count > 1
                ? "none of \(who) fulfils \(contract.name)"
                : aliases.isEmpty ? "nothing here fulfils \(contract.name)" : "\(who) does not fulfil \(contract.name)",
            at: code.range, in: scope,
            notes: known.isEmpty ? ["no plugin here fulfils it"] : ["fulfilled on " + known.joined(separator: ", ")],
            help: ["mapping    shows who fulfils what"])
    }

    // MARK: What is asked of a mapping

    func checkFeatures(
        _ instance: ResourceInstance, _ mapping: MappingCode, _ index: Int, _ contract: ScopeInstance,
        _ module: ModuleInstance
    ) {
        for read in module.code.featureReads where read.resource == index {
            guard let reason = mapping.lacks[read.feature] else { continue }
            reportLack(
                read.feature, reason, "'\(read.output)' belongs to it", mapping, read.range, module.body)
        }
        for feature in mapping.capability.features {
            guard let reason = mapping.lacks[feature.name], let condition = feature.condition else { continue }
            do throws(EvaluationError) {
                let asked = try session.inFrame { () throws(EvaluationError) in
                    try session.evaluate(condition, in: contract)
                }
                if asked.isUnknown {
                    throw unknownAtPlan(
                        "whether \(instance.address) asks for \(feature.name)", asked, instance.code.nameRange,
                        instance.scope)
                }
                if asked.bool == true {
                    let (range, scope) = place(asking: feature, instance)
                    reportLack(feature.name, reason, "it is asked for here", mapping, range, scope)
                }
            } catch {
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
        }
    }

    /// The given field that a feature's condition looks at.
    private func place(
        asking feature: CapabilityCode.Feature, _ instance: ResourceInstance
    ) -> (SourceRange, ScopeInstance) {
        var slots: Set<Int> = []
        feature.condition?.visitSlots { slots.insert($0.index) }
        for (position, field) in instance.code.fields.enumerated() {
            if let field, slots.contains(position) { return (field.keyRange, instance.scope) }
        }
        return (instance.code.nameRange, instance.scope)
    }

    private func reportLack(
        _ feature: String, _ reason: String, _ why: String, _ mapping: MappingCode, _ range: SourceRange,
        _ scope: ScopeInstance
    ) {
        let contract = mapping.contract
        let offering = program.library.mappings(of: contract.name).filter { origin in
            !origin.declaration.body.statements.contains { statement in
                if case .lacks(let lack) = statement { lack.feature.text == feature } else { false }
            }
        }.map { "\($0.provider) by \($0.service)" }
        let error = session.failure(
            .featureLacking,
            "\(contract.name) on \(mapping.origin.provider) by \(mapping.service) lacks \(feature)", at: range,
            in: scope,
            notes: [reason, why].filter { !$0.isEmpty },
            help: offering.isEmpty ? ["no service here offers it"] : ["offered on " + offering.joined(separator: ", ")])
        if let diagnostic = error.diagnostic { report.add(diagnostic) }
    }

    /// The `where`s of parameters: what is known is decided now, the rest each time when more is known.
    func checkRules(
        of module: ModuleInstance, _ scope: ScopeInstance, giver: ScopeInstance, fields: [FieldCode?],
        at range: SourceRange
    ) {
        for (position, slot) in scope.code.slots.enumerated() {
            guard case .parameter(let parameter) = slot.form, parameter.condition != nil else { continue }
            let field = fields.indices.contains(position) ? fields[position] : nil
            let rule = ModuleInstance.OpenRule(
                parameter: parameter, position: position, scope: scope, field: field, giver: giver, range: range)
            do throws(EvaluationError) {
                if try !session.holds(rule) { module.openRules.append(rule) }
            } catch {
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
        }
    }

    /// `@native` names children and fields that the chosen mapping has.
    func checkOverrides(_ instance: ResourceInstance, _ mapping: MappingCode) {
        for override in instance.code.meta?.native ?? [] {
            let source = instance.scope.code.source
            guard let child = mapping.module.resources.first(where: { $0.name == override.child }) else {
                let names = mapping.module.resources.map(\.name)
                let nearest = NearestName.find(override.child, in: names)
                report.add(
                    Diagnostic(
                        .nativeUnknown,
                        "\(mapping.contract.name) on \(mapping.origin.provider) makes no '\(override.child)'",
                        at: source.place(override.childRange), nearest.map { "did you mean '\($0)'?" } ?? "",
                        notes: ["it has " + names.joined(separator: ", ")]))
                continue
            }
            for field in override.fields where child.contract.fieldIndex[field.name] == nil {
                let nearest = NearestName.find(field.name, in: child.contract.fields.map(\.name))
                report.add(
                    Diagnostic(
                        .unknownField, "\(child.contract.name) has no field '\(field.name)'",
                        at: source.place(field.1.keyRange), nearest.map { "did you mean '\($0)'?" } ?? "",
                        help: ["explain \(child.contract.name)"]))
            }
        }
    }
}

extension EvaluationSession {
    /// Whether a parameter's rule was decided: false while it depends on what is not known.
    ///
    /// - Throws: The rule is broken.
    func holds(
        _ rule: ModuleInstance.OpenRule
    ) throws(EvaluationError) -> Bool {
        guard let condition = rule.parameter.condition else { return true }
        let scope = rule.scope
        let value = try slot(SlotPlace(level: scope.level, index: rule.position), scope)
        if value.isNull { return true }
        let holds = try inFrame { () throws(EvaluationError) in try evaluate(condition, in: scope) }
        if holds.isUnknown { return false }
        if try truth(holds, condition.range ?? rule.parameter.range, scope) { return true }
        throw failure(
            .conditionBroken, "'\(rule.parameter.contract.name)' cannot be \(value.literal)",
            at: rule.field?.range ?? rule.range, in: rule.giver, notes: rule.parameter.notes(in: scope.code.source))
    }
}

extension Code {
    /// The place of the code itself, where it can fail.
    var range: SourceRange? {
        switch self {
        case .comparison(_, _, _, let range), .logical(_, _, let range), .not(_, let range): range
        default: nil
        }
    }

    /// Calls `body` for each slot that the code reads.
    func visitSlots(_ body: (SlotPlace) -> Void) {
        switch self {
        case .slot(let place): body(place)
        case .path(let base, let steps):
            base.visitSlots(body)
            for step in steps { if case .index(let code) = step.form { code.visitSlots(body) } }
        case .comparison(_, let left, let right, _):
            left.visitSlots(body)
            right.visitSlots(body)
        case .logical(_, let operands, _), .coalesce(let operands), .list(let operands), .builtin(_, let operands, _):
            for operand in operands { operand.visitSlots(body) }
        case .not(let operand, _), .negate(let operand, _), .lambda(_, let operand): operand.visitSlots(body)
        case .arithmetic(let first, let rest):
            first.visitSlots(body)
            for step in rest { step.operand.visitSlots(body) }
        case .convert(let conversion): conversion.code.visitSlots(body)
        case .listComprehension(let clause, let element):
            clause.collection.visitSlots(body)
            element.visitSlots(body)
        default: break
        }
    }
}
