// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// The rules for the fields of a resource or step.
struct FieldRules {
    let kind: String
    let fields: [FieldRule]
    let index: [String: Int]
    /// What the objects inside of fields may hold.
    var records: [RecordSchema] = []
    /// Set for steps: the field whose resource executes it, and what that resource must offer.
    var placement: StepContract?
    /// What helps with a field that is none of these; nil where `explain` knows the kind by its name.
    var help: [String]?
}

/// The fields that a text gives.
struct GivenFields {
    var entries: [ObjectEntry]
    /// False where the parser could not read all of them.
    var isWhole: Bool
    var range: SourceRange

    init(_ object: ObjectExpression) {
        entries = object.entries
        isWhole = object.isWhole
        range = object.range
    }

    /// - Parameter range: Where the fields would stand.
    init(_ object: ObjectExpression?, orNoneAt range: SourceRange) {
        entries = object?.entries ?? []
        isWhole = object?.isWhole ?? true
        self.range = object?.range ?? range
    }
}

extension ModuleChecker {
    /// Checks the fields; meta fields are handed to `meta`.
    ///
    /// - Returns: The given values by position of the rules.
    func checkFields(
        _ given: GivenFields, _ rules: FieldRules, _ checker: ExpressionChecker, meta: (Name, Expression) -> Void
    ) -> [FieldCode?] {
        var codes = [FieldCode?](repeating: nil, count: rules.fields.count)
        var isComplete = given.isWhole
        var misspelt: Set<String> = []
        for entry in given.entries {
            let name: String
            switch entry.key {
            case .meta(let key):
                meta(key, entry.value)
                continue
            case .computed(let key):
                report(
                    .computedField, "a field of \(rules.kind) is named by an expression", at: key.range,
                    help: ["write the field's name itself, without brackets"])
                isComplete = false
                continue
            case .name(let key): name = key.text
            case .text(let key): name = key.text
            }
            guard let position = rules.index[name] else {
                let nearest = checker.reportUnknownField(
                    name, of: rules.kind, among: rules.fields.map(\.name), entry.key.range, help: rules.help)
                if let nearest { misspelt.insert(nearest) }
                _ = checker.check(entry.value)
                continue
            }
            let rule = rules.fields[position]
            if rule.isComputed {
                report(
                    .computedField, "'\(name)' of \(rules.kind) is set by the platform", at: entry.key.range,
                    help: ["leave it out"])
                continue
            }
            if codes[position] != nil {
                checker.reportRepeated(name, entry.key.range)
                continue
            }
            codes[position] = FieldCode(
                code: checkField(entry.value, rule, rules, checker), range: entry.value.range,
                keyRange: entry.key.range)
        }
        if isComplete {
            var missing: [FieldSchema] = []
            for (position, rule) in rules.fields.enumerated() where codes[position] == nil && rule.isRequired {
                if misspelt.contains(rule.name) { continue }
                missing.append(rule.schema)
            }
            checker.reportMissing(missing, of: rules.kind, given.range)
        }
        return codes
    }

    /// Checks the values of fields of which nothing is known; meta fields are handed to `meta`.
    func checkFieldsOfUnknownKind(
        _ object: ObjectExpression, _ checker: ExpressionChecker, meta: (Name, Expression) -> Void
    ) {
        for entry in object.entries {
            if case .meta(let name) = entry.key { meta(name, entry.value) } else { _ = checker.check(entry.value) }
        }
    }

    private func checkField(
        _ expression: Expression, _ rule: FieldRule, _ rules: FieldRules, _ checker: ExpressionChecker
    ) -> Code {
        let checked = checker.check(expression, rule.type)
        if let inside = rule.schema.inside {
            RecordCheck(checker, rules.kind, rules.records).check(expression, inside, "'\(rule.name)' of \(rules.kind)")
        }
        if let step = rules.placement, case .thing(let kind) = checked.type.unwrapped {
            if step.schema.placement == rule.name, !checkPlacement(kind, step, expression) { return .invalid }
            if isStandIn(kind, for: rule.type) { return checked.code }
        }
        return checker.convert(
            checked, to: rule.type, allowed: rule.schema.allowed, "'\(rule.name)' of \(rules.kind)", expression)
    }

    /// Whether steps may take a native thing where a capability is wanted: it offers what the capability does.
    private func isStandIn(_ kind: String, for wanted: RecipeType) -> Bool {
        switch wanted {
        case .optional(let inner): return isStandIn(kind, for: inner)
        case .either(let types): return types.contains { isStandIn(kind, for: $0) }
        case .thing(let name):
            guard let given = session.library.kind(named: kind), !given.isCapability,
                let capability = session.library.kind(named: name), capability.isCapability
            else { return false }
            return !Set(given.facets).isDisjoint(with: capability.facets)
        default: return false
        }
    }

    /// Whether somebody can execute the step on a thing of the kind; what nobody can is reported.
    private func checkPlacement(_ kind: String, _ step: StepContract, _ expression: Expression) -> Bool {
        let library = session.library
        guard !step.schema.facets.isEmpty, let contract = library.kind(named: kind) else { return true }
        if !Set(contract.facets).isDisjoint(with: step.schema.facets) { return true }
        if case .native(_, let plugin) = contract.form, step.executors.contains(plugin), plugin != step.plugin {
            return true
        }
        // What fulfils it tells whether it is.
        if step.schema.facets.contains("MetricSource"), contract.isMeasured { return true }
        if contract.isCapability, step.executors.contains(where: { $0 != step.plugin }) { return true }
        let offers = { (name: String) in
            library.kind(named: name).map { !Set($0.facets).isDisjoint(with: step.schema.facets) } ?? false
        }
        // Some services offer more than the contract promises; which one is taken is looked at where it is known.
        let made = MadeKinds(library)
        if contract.isCapability, library.mappings(of: kind).contains(where: { made.of($0).contains(where: offers) }) {
            return true
        }
        let able = library.resourceKindNames.filter(offers)
        report(
            .placementImpossible,
            "\(kind) offers nothing on which \(step.name) could be executed", at: expression.range,
            notes: ["\(step.name) needs \(step.schema.facets.joined(separator: " or "))"],
            help: able.isEmpty ? [] : ["these offer it: " + able.sorted().joined(separator: ", ")])
        return false
    }
}
