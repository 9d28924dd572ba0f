// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Planning
package import RecipeSyntax

/// Reads a project's `converge.project`.
package struct EnvironmentReader {
    private let session: CheckSession
    private let source: SourceText
    /// Where the file lies.
    private let path: String

    init(_ session: CheckSession, _ source: SourceText, path: String) {
        self.session = session
        self.source = source
        self.path = path
    }

    /// The environments that the file declares, in its order, and everything that is wrong with it.
    ///
    /// - Parameter path: Where the file lies, as the source of modules understands it.
    package static func environments(
        in project: ParsedRecipe, at path: String, vocabulary: Vocabulary
    ) -> (environments: [EnvironmentDefinition], diagnostics: [Diagnostic]) {
        let library = ContractLibrary(vocabulary)
        let source = project.file.source
        let session = CheckSession(library: library, modules: ModuleLoader(.none, root: source.name))
        session.report.add(project.diagnostics)
        let reader = EnvironmentReader(session, source, path: path)
        var environments: [EnvironmentDefinition] = []
        for statement in project.file.statements {
            guard case .environment(let node) = statement else {
                reader.report(
                    .misplaced, "only environments stand in a project's file", at: statement.range,
                    help: ["move it to a recipe"])
                continue
            }
            if environments.contains(where: { $0.name == node.name.text }) {
                reader.report(.declaredTwice, "environment '\(node.name.text)' is declared twice", at: node.name.range)
                continue
            }
            environments.append(reader.environment(node))
        }
        return (environments, session.report.ordered)
    }

    private func report(_ code: DiagnosticCode, _ message: String, at range: SourceRange, help: [String] = []) {
        session.report.add(Diagnostic(code, message, at: source.place(range), help: help))
    }

    private func environment(_ node: EnvironmentDeclaration) -> EnvironmentDefinition {
        var definition = EnvironmentDefinition(name: node.name.text, connections: [])
        var packs: [ImportStatement] = []
        for statement in node.body.statements {
            switch statement {
            case .use(let use):
                if let connection = connection(use, among: definition.connections) {
                    definition.connections.append(connection)
                }
            case .set(let set):
                if definition.values[set.name.text] != nil {
                    report(.declaredTwice, "'\(set.name.text)' is set twice", at: set.name.range)
                } else if let value = constant(set.value) {
                    definition.values[set.name.text] = EnvironmentValue(
                        value: value, place: source.place(set.value.range))
                }
            case .importModule(let node):
                if packs.contains(where: { $0.alias.text == node.alias.text }) {
                    report(.declaredTwice, "'\(node.alias.text)' is imported twice", at: node.alias.range)
                } else {
                    packs.append(node)
                }
            case .budget(let node):
                if definition.budget != nil {
                    report(.declaredTwice, "an environment has one budget", at: node.range)
                } else {
                    definition.budget = budget(node)
                }
            default:
                report(.misplaced, "this statement has no place in an environment", at: statement.range)
            }
        }
        if !packs.isEmpty { definition.packs = PolicyPacks(file: path, source: source, imports: packs) }
        return definition
    }

    private func budget(_ node: BudgetStatement) -> Budget? {
        let halves = node.amount.text.split(separator: " ")
        guard halves.count == 2, let amount = Amount(String(halves[0])), Money.isCurrency(String(halves[1])) else {
            report(
                .budgetUnclear, "a budget is an amount and a currency, and this is \"\(node.amount.text)\"",
                at: node.amount.range, help: ["budget \"500 EUR\"    with the code that the price tables use"])
            return nil
        }
        let rule = FieldSchema(
            "unknown", .string, "what becomes of a plan whose cost is not known",
            presence: .optional(defaultValue: .string(Budget.UnknownRule.allow.rawValue)),
            allowed: Budget.UnknownRule.allCases.map { .string($0.rawValue) })
        let contract = SettingsContract("budget", [rule], explainedBy: "budget", session.library)
        let options = settings(node.options, contract, at: node.range)
        return Budget(
            amount: amount, currency: String(halves[1]),
            unknown: options["unknown"]?.string.flatMap { Budget.UnknownRule(rawValue: $0) } ?? .allow,
            place: source.place(node.range))
    }

    /// A `use` line as a connection; nil where it repeats an alias.
    ///
    /// - Parameter isOpen: True where its settings are another's to check and evaluate.
    func connection(
        _ use: UseStatement, among others: [ConnectionDefinition], isOpen: Bool = false
    ) -> ConnectionDefinition? {
        let plugin = use.provider.text
        let alias = use.alias?.text ?? plugin
        let place = source.place(use.provider.range)
        if others.contains(where: { $0.alias == alias }) {
            report(
                .declaredTwice, "the connection '\(alias)' is declared twice",
                at: use.alias?.range ?? use.provider.range,
                help: ["give one another name: use \(plugin) as NAME"])
            return nil
        }
        guard let known = session.library.vocabulary.plugin(plugin) else {
            session.missingPlugins.insert(plugin)
            let nearest = NearestName.find(plugin, in: session.library.vocabulary.plugins.map(\.name))
            session.report.add(
                Diagnostic(
                    .pluginMissing, "there is no plugin '\(plugin)'", at: place,
                    nearest.map { "did you mean '\($0)'?" } ?? "", help: ["plugins    lists those that are there"]))
            return ConnectionDefinition(alias: alias, plugin: plugin, place: place)
        }
        if let wanted = use.version, !Self.isAtLeast(known.version, wanted.text) {
            report(
                .pluginTooOld, "the plugin '\(plugin)' is version \(known.version), and \(wanted.text) is asked for",
                at: wanted.range, help: ["install a newer one, or ask for less"])
        }
        guard let provider = known.provider else {
            report(
                .pluginMissing, "the plugin '\(plugin)' has no platform to connect to", at: use.provider.range,
                help: ["take the line out: its kinds are there without it"])
            return nil
        }
        return ConnectionDefinition(
            alias: alias, plugin: plugin,
            settings: isOpen
                ? [:] : settings(use.settings, SettingsContract(provider, of: plugin, session.library), at: use.range),
            place: place)
    }

    /// What an object gives to fields, defaults filled in.
    private func settings(
        _ object: ObjectExpression?, _ contract: SettingsContract, at range: SourceRange
    ) -> ObjectValue {
        let module = ModuleChecker(session, source: source, path: nil)
        let checker = ExpressionChecker(module: module, scope: module.root)
        let given = GivenFields(object, orNoneAt: range)
        let codes = module.checkFields(given, contract.rules, checker) { name, _ in
            report(.metaUnknown, "there is no '@\(name.text)' here", at: name.range)
        }
        // What is open is a secret's or the surroundings' business, and told by the platform.
        if given.isWhole { _ = module.checkRules(contract, codes, at: range) }
        var settings: ObjectValue = [:]
        for (rule, code) in zip(contract.fields, codes) {
            if let code {
                settings[rule.name] = evaluate(code.code) ?? .null
            } else if let value = rule.schema.defaultValue {
                settings[rule.name] = value
            }
        }
        return settings
    }

    private func constant(_ expression: Expression) -> Value? {
        let module = ModuleChecker(session, source: source, path: nil)
        return evaluate(ExpressionChecker(module: module, scope: module.root).item(expression, as: nil).code)
    }

    private func evaluate(_ code: Code) -> Value? {
        if let value = code.constant { return value }
        if session.report.hasErrors { return nil }
        do {
            return try EvaluationSession(library: session.library)
                .evaluate(code, in: ScopeInstance(constantsOf: source))
        } catch {
            if let diagnostic = error.diagnostic { session.report.add(diagnostic) }
            return nil
        }
    }

    /// Whether a version of numbers and dots is the other or a later one.
    static func isAtLeast(_ version: String, _ wanted: String) -> Bool {
        let left = version.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        let right = wanted.split(separator: ".").map { Int($0) ?? 0 }
        for position in 0..<Swift.max(left.count, right.count) {
            let a = position < left.count ? left[position] : 0
            let b = position < right.count ? right[position] : 0
            if a != b { return a > b }
        }
        return true
    }
}
