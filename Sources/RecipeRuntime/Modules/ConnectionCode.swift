// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// A `use` line of a recipe whose settings look at what the recipe declares.
struct ConnectionCode: Sendable {
    var alias: String
    /// What the plugin's connections may be given, and what is.
    var fields: [(schema: FieldSchema, code: FieldCode?)]
}

extension ModuleChecker {
    /// The connections of the file that depend on what it declares.
    func checkConnections(_ statements: [Statement]) -> [ConnectionCode] {
        statements.compactMap { statement in
            guard case .use(let use) = statement, use.mentionsDeclarations(of: statements),
                let provider = session.library.vocabulary.plugin(use.provider.text)?.provider
            else { return nil }
            let checker = ExpressionChecker(module: self, scope: root)
            let fields = provider.settings.map { FieldRule($0, RecipeType($0.type, session.library)) }
            let rules = FieldRules(
                kind: "use \(use.provider.text)", fields: fields,
                index: Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first }),
                help: ["explain \(use.provider.text)"])
            let codes = checkFields(GivenFields(use.settings, orNoneAt: use.range), rules, checker) { name, _ in
                report(.metaUnknown, "there is no '@\(name.text)' for a connection", at: name.range)
            }
            return ConnectionCode(
                alias: use.alias?.text ?? use.provider.text,
                fields: zip(fields, codes).map { ($0.schema, $1) })
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
        for field in code.fields {
            if let given = field.code {
                settings[field.schema.name] = try evaluate(given.code, in: root.body)
            } else if let value = field.schema.defaultValue {
                settings[field.schema.name] = value
            }
        }
        return settings
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
            } catch {
                if let diagnostic = error.diagnostic { report.add(diagnostic) }
            }
            return use
        }
    }
}
