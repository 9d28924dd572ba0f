// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// A checked `lookup`.
struct LookupCode: Sendable {
    var kind: String
    var plugin: String
    var query: [(name: String, value: Code)]
    var range: SourceRange
}

extension ExpressionChecker {
    /// What a lookup gives: every field and output of the kind that is no secret.
    func lookup(_ node: LookupExpression) -> Checked {
        module.session.hasLookups = true
        guard let contract = module.kind(node.kind, scope) else {
            for entry in node.query.entries { _ = check(entry.value) }
            return .poison
        }
        guard case .native(let schema, let plugin) = contract.form else {
            report(
                .lookupMisused, "\(contract.name) may be many things, and a lookup reads one of a platform's own kinds",
                at: node.kind.range, help: ["lookup a kind of one platform, such as local.Lake"])
            return .poison
        }
        guard schema.isListable else {
            report(
                .lookupMisused, "things of the kind \(contract.name) cannot be listed, so none can be looked up",
                at: node.kind.range, help: ["pass what is needed of it as a parameter"])
            return .poison
        }
        var types: [String: RecipeType] = [:]
        for field in contract.fields where !field.schema.isSensitive { types[field.name] = field.type }
        for output in contract.outputs where !output.schema.isSensitive { types[output.schema.name] = output.type }
        let query = node.query.entries.compactMap { entry -> (name: String, value: Code)? in
            guard let name = entry.key.plain, let type = types[name] else {
                let name = entry.key.plain ?? ""
                let nearest = NearestName.find(name, in: Array(types.keys))
                report(
                    .unknownField, "\(contract.name) has no '\(name)' to look for", at: entry.key.range,
                    nearest.map { "did you mean '\($0)'?" } ?? "", help: ["explain \(contract.name)"])
                return nil
            }
            return (name, check(entry.value, as: type, "'\(name)' of \(contract.name)"))
        }
        let code = LookupCode(kind: contract.name, plugin: plugin, query: query, range: node.range)
        return Checked(code: .lookup(code), type: .record(types))
    }
}

extension EvaluationSession {
    /// What was found, or something unknown as long as nobody has looked.
    func lookup(_ code: LookupCode, _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        var query = ObjectValue()
        for entry in code.query {
            let value = try evaluate(entry.value, in: scope)
            if value.containsSecret {
                throw failure(.secretUsed, "a secret is looked for", at: code.range, in: scope)
            }
            if let unknown = value.firstUnknown { return .unknown(unknown) }
            query[entry.name] = value
        }
        guard let program else { return .unknown(UnknownValue(origin: "lookup \(code.kind)")) }
        let alias = program.connections.alias(ofPlugin: code.plugin)
        guard let connection = program.connections.all.first(where: { $0.alias == alias }) else {
            throw failure(
                .connectionMissing, "nothing here connects to \(code.plugin), which \(code.kind) is a kind of",
                at: code.range, in: scope, help: ["use \(code.plugin)    in the environment or in the recipe"])
        }
        let settings = try settings(of: connection)
        if let unknown = Value.object(settings).firstUnknown { return .unknown(unknown) }
        let lookup = Lookup(
            kind: code.kind,
            provider: ProviderUse(alias: connection.alias, plugin: connection.plugin, settings: settings), query: query)
        if let found = program.lookups[lookup] { return .object(found) }
        if isBuilding { program.want(lookup, at: scope.code.source.place(code.range)) }
        return .unknown(UnknownValue(origin: "lookup \(code.kind)"))
    }
}
