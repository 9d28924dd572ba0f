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
        var mistakes = false
        let query = node.query.entries.compactMap { entry -> (name: String, value: Code)? in
            guard let name = entry.key.plain, let type = types[name] else {
                let name = entry.key.plain ?? ""
                let nearest = NearestName.find(name, in: Array(types.keys))
                report(
                    .unknownField, "\(contract.name) has no '\(name)' to look for", at: entry.key.range,
                    nearest.map { "did you mean '\($0)'?" } ?? "", help: ["explain \(contract.name)"])
                return nil
            }
            let value = check(entry.value, as: type, "'\(name)' of \(contract.name)")
            if let inner = late(in: value) {
                mistakes = true
                report(
                    .lookupLate, "what \(contract.name) is looked up depends on \(inner)", at: entry.value.range,
                    notes: ["things are looked up before a run begins"],
                    help: ["look it up in a `let` outside, and use that here"])
            }
            return (name, value)
        }
        if mistakes { return Checked(code: .invalid, type: .record(types)) }
        let code = LookupCode(kind: contract.name, plugin: plugin, query: query, range: node.range)
        if module.surroundings == .workflow { module.workflowLookups.append(code) }
        return Checked(code: .lookup(code), type: .record(types))
    }

    /// What a value of a query looks at that nobody knows before a run begins; nil where there is nothing.
    private func late(in code: Code) -> String? {
        switch module.surroundings {
        case .module: return nil
        case .test: return "a test, in which nothing is looked up"
        case .workflow: break
        }
        var found: String?
        let outer = locals.count
        code.visit { part in
            switch part {
            case .step: found = found ?? "a step"
            case .slot(let place) where place.level > module.root.level:
                found = found ?? "what only the workflow knows"
            case .local(let position) where position < outer: found = found ?? "what only the workflow knows"
            default: break
            }
        }
        return found
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
            if let unknown = value.firstUnknown {
                // What another lookup will tell is known in time.
                if program?.hasLookedUp != true, unknown.origin.hasPrefix(Self.lookupOrigin) {
                    return .unknown(unknown)
                }
                throw late(code, "depends on \(unknown.origin), which nobody knows then", scope)
            }
            query[entry.name] = value
        }
        let open = Value.unknown(UnknownValue(origin: Self.lookupOrigin + code.kind))
        guard let program else { return open }
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
        if program.isCollecting { program.want(lookup, at: scope.code.source.place(code.range)) }
        if program.hasLookedUp { throw late(code, "was decided only later", scope) }
        return open
    }

    private static var lookupOrigin: String { "lookup " }

    private func late(_ code: LookupCode, _ why: String, _ scope: ScopeInstance) -> EvaluationError {
        failure(
            .lookupLate, "what \(code.kind) is looked up \(why)", at: code.range, in: scope,
            notes: ["things are looked up when a plan is made, and before a run begins"],
            help: ["ask for it by parameters, declared fields, or what another lookup finds, in a `let` of the recipe"])
    }
}
