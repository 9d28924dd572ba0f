// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ModuleChecker {
    func checkWorkflow(_ node: WorkflowDeclaration) -> WorkflowCode {
        let scope = NameScope(parent: root, source: source, level: root.level + 1)
        let first = items.count
        steps = []
        (surroundings, workflowLookups) = (.workflow, [])
        defer { surroundings = .module }
        let plan = collect(node.body.statements, scope, .workflow)
        let order = arrange(from: first)
        checkItems(order, from: first)
        checkConcurrencyLimits()
        checkStandIns()
        let moduleOutputs = (outputTypes, wantedOutputs)
        (outputTypes, wantedOutputs) = ([:], [:])
        let outputs = checkOutputs(node.body.statements, in: scope)
        (outputTypes, wantedOutputs) = moduleOutputs
        collectParts(of: node.name.text)
        let mentioned = mentionedDeclarations(node, from: first)
        let triggers = checkTriggers(of: node, scope)
        let isWhole = steps.allSatisfy { $0.code != nil }
        return WorkflowCode(
            name: node.name.text, scope: scope.code(), statements: isWhole ? plan.code() : [],
            steps: isWhole ? steps.compactMap(\.code) : [],
            outputs: outputs, triggers: triggers, lookups: workflowLookups, resources: mentioned.resources,
            imports: mentioned.imports,
            range: node.name.range)
    }

    /// The resources and imports that the workflow's items mention, through `let`s of the module too.
    private func mentionedDeclarations(
        _ node: WorkflowDeclaration, from first: Int
    ) -> (resources: [Int], imports: [Int]) {
        var resources: Set<Int> = []
        var imports: Set<Int> = []
        var seen: Set<Int> = []
        var queue = Array(first..<items.count)
        var position = 0
        var mentions = Mentions()
        for statement in node.body.statements {
            switch statement {
            case .output(let output): if let value = output.value { mentions.visit(value) }
            case .on(let trigger): if let argument = trigger.argument { mentions.visit(argument) }
            default: continue
            }
        }
        queue += mentions.names.compactMap { root.item($0.text) }
        while position < queue.count {
            let index = queue[position]
            position += 1
            guard seen.insert(index).inserted else { continue }
            switch items[index] {
            case .resource(let resource): resources.insert(resource)
            case .importModule(let module): imports.insert(module)
            default: queue += mentionedItems(of: items[index])
            }
        }
        return (resources.sorted(), imports.sorted())
    }

    func checkStep(_ index: Int) {
        let draft = steps[index]
        let node = draft.declaration
        let checker = ExpressionChecker(module: self, scope: draft.scope)
        let key = node.key.map { checker.check($0, as: .string, "the key of '\(node.name.text)'") }
        var meta = StepMetaDraft()
        guard let contract = draft.contract else {
            checkFieldsOfUnknownKind(node.fields, checker) { checkMeta($0, $1, checker, &meta) }
            return
        }
        let rules = FieldRules(
            kind: contract.name, fields: contract.fields, index: contract.fieldIndex, placement: contract)
        let fields = checkFields(GivenFields(node.fields), rules, checker) { name, value in
            checkMeta(name, value, checker, &meta)
        }
        if let on = meta.fields.on { checkExecutor(contract, on) }
        if contract.executors.isEmpty {
            report(
                .executorMissing, "no plugin here executes \(contract.name)", at: node.kind.range,
                help: ["plugins    lists those that are there"])
        }
        let openRules = node.fields.isWhole ? checkRules(contract, fields, at: node.kind.range) : []
        let code = StepCode(
            name: node.name.text, contract: contract, key: key, fields: fields, openRules: openRules, meta: meta.code,
            nameRange: node.name.range, range: SourceRange(Int(node.range.lower), Int(node.kind.range.upper)))
        steps[index].code = code
        if let need = FacetNeed(code) { facetNeeds.append(need) }
        checkRecipe(code)
    }

    /// Decides the rules of a kind as far as the text alone tells the fields.
    ///
    /// - Returns: The rules that more must be known for.
    func checkRules(_ contract: some RuledContract, _ fields: [FieldCode?], at range: SourceRange) -> [Int] {
        if contract.ruleSchemas.isEmpty, contract.lacks.isEmpty { return [] }
        let rules = session.library.compiledRules(of: contract)
        guard rules.diagnostics.isEmpty else {
            if session.reportedContracts.insert("rules \(contract.name)").inserted {
                session.report.add(rules.diagnostics)
            }
            return []
        }
        let values = zip(contract.fields, fields).map { rule, field -> Value in
            if let field { return field.code.told }
            return rule.isRequired ? .unknown(UnknownValue(origin: rule.name)) : rule.defaultValue
        }
        var open: [Int] = []
        let evaluation = EvaluationSession(library: session.library)
        for (position, verdict) in evaluation.verdicts(rules, Array(rules.rules.indices), on: values) {
            switch verdict {
            case .holds: continue
            case .open: open.append(position)
            // Who executes the step is seen where it is placed.
            case .broken where rules.rules[position].lack != nil && contract.hasOtherExecutors: open.append(position)
            case .broken(let message):
                let field = contract.fieldIndex[rules.rules[position].schema.field].flatMap { fields[$0] }
                session.report.add(
                    rules.diagnostic(position, message, at: source.place(field?.range ?? range)))
            }
        }
        return open
    }

    private func checkExecutor(_ contract: StepContract, _ on: (alias: String, range: SourceRange)) {
        guard let plugin = session.connections.plugin(of: on.alias), !session.missingPlugins.contains(plugin),
            !contract.executors.contains(plugin)
        else { return }
        report(
            .executorMissing, "\(plugin) does not execute \(contract.name)", at: on.range,
            help: contract.executors.isEmpty ? [] : ["executed by " + contract.executors.joined(separator: ", ")])
    }
}
