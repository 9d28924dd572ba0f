// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// Expands a checked module into resources: loops are gone through, conditions decided, mappings chosen.
///
/// A statement is expanded when something first looks at it, so that a loop may go through the resources of another.
final class ProgramBuilder {
    let program: ProgramInstance
    let session: EvaluationSession
    let report = Report()
    /// The mappings that were chosen so far.
    var choices: [Wish: Choice] = [:]
    /// What only a part of an apply will decide.
    private(set) var deferrals: [Deferral] = []
    /// Plugins and capabilities of which it was told that nothing connects to or fulfils them.
    var reportedGaps: Set<String> = []

    /// How many mappings may be inside one another.
    static let deepest = 32

    init(
        library: ContractLibrary, connections: Connections, now: Timestamp, lookups: LookupResults = [:],
        hasLookedUp: Bool = false, resources: ResourceState = ResourceState(), files: RecipeFiles = .none
    ) {
        program = ProgramInstance(
            library: library, connections: connections, lookups: lookups, hasLookedUp: hasLookedUp, files: files)
        session = EvaluationSession(library: library, program: program, resources: resources)
        session.isBuilding = true
        session.clock = RunClock(now: now)
    }

    func addRoot(_ code: ModuleCode, _ slots: [ScopeInstance.Slot]) -> ModuleInstance {
        let scope = ScopeInstance(code.scope, parent: nil, module: nil, slots: slots)
        let module = ModuleInstance(
            code, scope: scope, body: scope, prefix: "", owner: nil, outer: nil, alias: nil, lacks: [:], depth: 0,
            builder: self)
        program.root = module
        return module
    }

    /// The module that imports what the environment does.
    func addPacks(_ code: ModuleCode) -> ModuleInstance {
        let scope = ScopeInstance(code.scope, parent: nil, module: nil)
        let module = ModuleInstance(
            code, scope: scope, body: scope, prefix: "", owner: nil, outer: nil, alias: nil, lacks: [:], depth: 0,
            builder: self)
        expandAll(of: module)
        return module
    }

    /// Expands every statement of the module, in order, and tells what goes wrong.
    func expandAll(of module: ModuleInstance) {
        evaluateSlots(of: module)
        for position in module.code.statements.indices {
            do throws(EvaluationError) {
                try expand(position, of: module)
            } catch {
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
        }
        checkFacets(of: module)
    }

    /// Evaluates parameters and `let`s, each after those that it needs.
    private func evaluateSlots(of module: ModuleInstance) {
        for index in module.code.slotOrder {
            do throws(EvaluationError) {
                _ = try session.recording { () throws(EvaluationError) in
                    try session.slot(SlotPlace(level: module.body.level, index: index), module.body)
                }
            } catch {
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
        }
    }

    func expand(_ position: Int, of module: ModuleInstance) throws(EvaluationError) {
        switch module.expansions[position] {
        case .done: return
        case .failed: throw .reported
        case .open:
            throw session.failure(
                .needsItself, "which resources there are depends on themselves",
                at: module.code.statements[position].range(in: module.code), in: module.body)
        case .pending: break
        }
        module.expansions[position] = .open
        var produced: [ModuleInstance.Produced] = []
        do throws(EvaluationError) {
            let (_, _) = try session.recording { () throws(EvaluationError) in
                try session.inFrame { () throws(EvaluationError) in
                    try expand(module.code.statements[position], module.body, module, &produced)
                }
            }
            module.expansions[position] = .done(produced)
        } catch {
            module.expansions[position] = .failed
            if let diagnostic = error.diagnostic { report.add(diagnostic) }
            throw .reported
        }
        for item in produced {
            switch item {
            case .resource(let instance): if let mapping = instance.mapping { expandAll(of: mapping) }
            case .module(let module): expandAll(of: module)
            }
        }
    }

    private func expand(
        _ statement: StatementCode, _ scope: ScopeInstance, _ module: ModuleInstance,
        _ produced: inout [ModuleInstance.Produced]
    ) throws(EvaluationError) {
        switch statement {
        case .step, .rule, .finally: return
        case .resource(let index):
            if let instance = try makeResource(index, scope, module) { produced.append(.resource(instance)) }
        case .importModule(let index): produced.append(.module(makeImport(index, scope, module)))
        case .forLoop(let loop):
            let (collection, found) = try session.recording { () throws(EvaluationError) in
                try session.evaluate(loop.collection, in: scope)
            }
            if let unknown = collection.firstUnknown, collection.list == nil {
                return deferred(loop.statements, "what the loop goes through", unknown, loop.range, scope, module)
            }
            guard case .list(let items) = collection else {
                throw unknownAtPlan("what the loop goes through", collection, loop.range, scope)
            }
            for (position, item) in items.enumerated() {
                let turn = ScopeInstance(
                    loop.scope, parent: scope, module: module, slots: loop.slots(position, item, found, scope))
                for statement in loop.statements { try expand(statement, turn, module, &produced) }
            }
        case .ifElse(let branches):
            for branch in branches {
                if let condition = branch.condition {
                    let value = try session.evaluate(condition, in: scope)
                    if let unknown = value.firstUnknown {
                        return deferred(
                            branches.flatMap(\.statements), "the condition of `if`", unknown, branch.range, scope,
                            module)
                    }
                    guard try session.truth(value, branch.range, scope) else { continue }
                }
                let block = ScopeInstance(branch.scope, parent: scope, module: module)
                for statement in branch.statements { try expand(statement, block, module, &produced) }
                return
            }
        }
    }

    /// Leaves statements to a later phase.
    private func deferred(
        _ statements: [StatementCode], _ subject: String, _ unknown: UnknownValue, _ range: SourceRange,
        _ scope: ScopeInstance, _ module: ModuleInstance
    ) {
        var names: [String] = []
        var formers: [String] = []
        for statement in statements {
            statement.visit { leaf in
                switch leaf {
                case .resource(let index):
                    module.leaveOpen(resource: index)
                    let code = module.code.resources[index]
                    names.append(module.prefix + code.name)
                    formers += formerNames(of: code.name, code.meta?.formerly ?? [], module)
                case .importModule(let index):
                    module.leaveOpen(importedModule: index)
                    let code = module.code.imports[index]
                    names.append(module.prefix + code.alias)
                    formers += formerNames(of: code.alias, code.formerly, module)
                default: break
                }
            }
        }
        let origin = Deferral.origin(in: .unknown(unknown)) ?? unknown.origin
        deferrals.append(
            Deferral(
                subject: subject, origin: origin, names: names, formerNames: formers,
                place: scope.code.source.place(range)))
    }

    func unknownAtPlan(
        _ what: String, _ value: Value, _ range: SourceRange, _ scope: ScopeInstance
    ) -> EvaluationError {
        guard let unknown = value.firstUnknown else {
            return session.failure(.wrongValue, "\(what) is \(value.phrase)", at: range, in: scope)
        }
        return session.failure(
            .unknownAtPlan, "\(what) depends on \(unknown.origin), which only an apply will know", at: range, in: scope,
            notes: ["loops, conditions and keys may wait for a later phase of the apply; this may not"],
            help: ["decide it by parameters, or by declared fields instead of outputs"])
    }

    // MARK: Imports

    private func makeImport(_ index: Int, _ scope: ScopeInstance, _ module: ModuleInstance) -> ModuleInstance {
        let code = module.code.imports[index]
        var slots = [ScopeInstance.Slot](repeating: .own, count: code.module.scope.slots.count)
        for (position, argument) in code.arguments.enumerated() {
            if let argument { slots[position] = .given(argument, scope) }
        }
        let inner = ScopeInstance(code.module.scope, parent: nil, module: nil, slots: slots)
        let made = ModuleInstance(
            code.module, scope: inner, body: inner, prefix: module.prefix + code.alias + "/", owner: nil,
            outer: module, alias: nil, lacks: [:], depth: module.depth + 1, builder: self)
        made.importing = (code, scope)
        module.add(made, of: index)
        checkRules(of: made, inner, giver: scope, fields: code.arguments, at: code.range)
        return made
    }

    // MARK: Resources

    private func makeResource(
        _ index: Int, _ scope: ScopeInstance, _ module: ModuleInstance
    ) throws(EvaluationError) -> ResourceInstance? {
        let code = module.code.resources[index]
        var key: String?
        if let code = code.key {
            // Nil where it is decided in a later phase.
            guard let known = try self.key(code, index, scope, module) else { return nil }
            key = known
        }
        let suffix = key.map { "[\(Value.string($0).literal)]" } ?? ""
        let address = Address(module.prefix + code.name + suffix)
        let instance: ResourceInstance
        switch code.contract.form {
        case .native(_, let plugin):
            let alias = try self.alias(code, plugin, scope, module)
            instance = ResourceInstance(
                address: address, code: code, declaration: index, scope: scope, key: key, alias: alias,
                home: module)
        case .capability(let contract):
            let choice = try choose(code, contract, scope, module)
            instance = ResourceInstance(
                address: address, code: code, declaration: index, scope: scope, key: key, alias: choice.alias,
                home: module)
            try fulfil(instance, choice.mapping, index, scope, module)
        }
        guard module.add(instance, of: index) else {
            throw session.failure(
                .badKey, "the key \(suffix.isEmpty ? "" : suffix) of '\(code.name)' comes twice", at: code.nameRange,
                in: scope)
        }
        program.add(instance)
        return instance
    }

    private func key(
        _ code: Code, _ index: Int, _ scope: ScopeInstance, _ module: ModuleInstance
    ) throws(EvaluationError) -> String? {
        let resource = module.code.resources[index]
        let value = try session.evaluate(code, in: scope)
        if let unknown = value.firstUnknown {
            deferred(
                [.resource(index)], "the key of '\(resource.name)'", unknown, resource.nameRange, scope, module)
            return nil
        }
        let text = try session.key(value, resource.nameRange, scope)
        if text.isEmpty {
            throw session.failure(.badKey, "the key of '\(resource.name)' is empty", at: resource.nameRange, in: scope)
        }
        return text
    }

    private func fulfil(
        _ instance: ResourceInstance, _ mapping: MappingCode, _ index: Int, _ scope: ScopeInstance,
        _ module: ModuleInstance
    ) throws(EvaluationError) {
        let code = instance.code
        guard module.depth < Self.deepest else {
            throw session.failure(
                .tooDeep, "mappings are more than \(Self.deepest) deep inside one another", at: code.nameRange,
                in: scope)
        }
        var slots = [ScopeInstance.Slot](repeating: .own, count: mapping.capability.scope.slots.count)
        for (position, rule) in code.contract.fields.enumerated() {
            if let (field, giver) = instance.override(rule.name) {
                slots[position] = .given(field.converted(to: rule, of: instance), giver)
            } else if let field = code.fields[position] {
                slots[position] = .given(field, scope)
            }
        }
        let contract = ScopeInstance(mapping.capability.scope, parent: nil, module: nil, slots: slots)
        let body = ScopeInstance(mapping.module.scope, parent: contract, module: nil)
        let made = ModuleInstance(
            mapping.module, scope: contract, body: body, prefix: instance.address.text + "/", owner: instance,
            outer: module, alias: instance.alias, lacks: mapping.lacks, depth: module.depth + 1, builder: self)
        instance.fulfil(by: made, service: mapping.service, version: mapping.version)
        checkFeatures(instance, mapping, index, contract, module)
        checkRules(of: made, contract, giver: scope, fields: code.fields, at: code.nameRange)
        checkOverrides(instance, mapping)
    }
}

extension StatementCode {
    /// Where the statement can be shown.
    func range(in module: ModuleCode) -> SourceRange {
        switch self {
        case .resource(let index): module.resources[index].nameRange
        case .importModule(let index): module.imports[index].range
        case .step, .rule, .finally: SourceRange(0, 0)
        case .forLoop(let loop): loop.range
        case .ifElse(let branches): branches.first?.range ?? SourceRange(0, 0)
        }
    }
}

extension FieldCode {
    /// The value looked at where it is used, as nobody could do before the mapping was chosen.
    func converted(to rule: FieldRule, of instance: ResourceInstance) -> FieldCode {
        let conversion = ConversionCode(
            code: code, type: rule.type, allowed: rule.schema.allowed, subject: "'\(rule.name)' of \(instance.address)",
            range: range)
        return FieldCode(code: .convert(conversion), range: range, keyRange: keyRange)
    }
}
