// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// A `use` line of a recipe whose settings look at what the recipe declares.
struct ConnectionCode: Sendable {
    var alias: String
    /// What the plugin's connections may be given.
    var contract: SettingsContract
    /// What is given, in the order of the contract.
    var codes: [FieldCode?]
    /// The rules that only the values of a run decide.
    var openRules: [Int]
    var range: SourceRange
}

extension ModuleChecker {
    /// The connections of the file that depend on what it declares.
    func checkConnections(_ statements: [Statement]) -> [ConnectionCode] {
        statements.compactMap { statement in
            guard case .use(let use) = statement, use.mentionsDeclarations(of: statements),
                let provider = session.library.vocabulary.plugin(use.provider.text)?.provider
            else { return nil }
            let checker = ExpressionChecker(module: self, scope: root)
            let contract = SettingsContract(provider, of: use.provider.text, session.library)
            let given = GivenFields(use.settings, orNoneAt: use.range)
            let codes = checkFields(given, contract.rules, checker) { name, _ in
                report(.metaUnknown, "there is no '@\(name.text)' for a connection", at: name.range)
            }
            return ConnectionCode(
                alias: use.alias?.text ?? use.provider.text, contract: contract, codes: codes,
                openRules: given.isWhole ? checkRules(contract, codes, at: use.range) : [], range: use.range)
        }
    }
}

extension UseStatement {
    /// True where a setting names a parameter, a value, a resource or a module of the file.
    func mentionsDeclarations(of statements: [Statement]) -> Bool {
        guard let settings else { return false }
        var mentions = Mentions()
        mentions.visit(settings)
        let names = Set(mentions.names.map(\.text))
        return statements.contains { statement in
            switch statement {
            case .param(let node): names.contains(node.name.text)
            case .letBinding(let node): names.contains(node.name.text)
            case .resource(let node): names.contains(node.name.text)
            case .importModule(let node): names.contains(node.alias.text)
            default: false
            }
        }
    }
}

extension EvaluationSession {
    /// The settings of a connection, as far as they are known.
    func settings(of connection: ConnectionDefinition) throws(EvaluationError) -> ObjectValue {
        guard let root = program?.root, let code = root.code.connections.first(where: { $0.alias == connection.alias })
        else { return connection.settings }
        var settings = ObjectValue()
        for (field, given) in zip(code.contract.fields, code.codes) {
            if let given {
                settings[field.name] = try evaluate(given.code, in: root.body)
            } else if let value = field.schema.defaultValue {
                settings[field.name] = value
            }
        }
        return settings
    }

    /// The rules that settings break which only a run tells.
    func problems(of connection: ConnectionDefinition, _ settings: ObjectValue) -> [Diagnostic] {
        guard let root = program?.root,
            let code = root.code.connections.first(where: { $0.alias == connection.alias }), !code.openRules.isEmpty
        else { return [] }
        let rules = library.compiledRules(of: code.contract)
        let values = code.contract.fields.map { settings[$0.name] ?? .null }
        return verdicts(rules, code.openRules, on: values).compactMap { position, verdict in
            guard case .broken(let message) = verdict else { return nil }
            let field = code.contract.fieldIndex[rules.rules[position].schema.field].flatMap { code.codes[$0] }
            return rules.diagnostic(
                position, message, at: root.body.code.source.place(field?.range ?? code.range))
        }
    }
}

extension ProgramBuilder {
    /// The connections with their settings as far as they are known.
    func providers() -> [ProviderUse] {
        program.connections.all.map { connection in
            var use = ProviderUse(
                alias: connection.alias, plugin: connection.plugin, settings: connection.settings)
            do throws(EvaluationError) {
                use.settings = try session.settings(of: connection)
                report.add(session.problems(of: connection, use.settings))
            } catch {
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
            return use
        }
    }
}
