// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import RecipeSyntax

extension RecipeCompletion {
    // MARK: Fields

    /// The fields that an object does not have yet: those that must be given first, and none that could only be refused.
    func fields(_ owner: FieldOwner) -> [RecipeSuggestion] {
        let lacking = lackingFields(of: owner)
        let open = schemas(of: owner).filter { field in
            field.presence != .computed && !owner.given.contains(field.name) && !lacking.contains(field.name)
        }
        return (open.filter(\.isRequired) + open.filter { !$0.isRequired }).map { field in
            let isObject = RecipeType(field.type, library).unwrapped.isObject
            return RecipeSuggestion(
                field.name, suffix: isObject ? ": { " : ": ", detail: Self.detail(of: field),
                isRequired: field.isRequired)
        }
    }

    /// The fields that nobody here acts on, whatever they hold.
    private func lackingFields(of owner: FieldOwner) -> Set<String> {
        guard owner.path.isEmpty, case .step(let kind) = owner.head, let contract = library.step(named: kind),
            !contract.hasOtherExecutors
        else { return [] }
        return Set(contract.lacks.lazy.filter { $0.condition == nil }.map(\.field))
    }

    private func schemas(of owner: FieldOwner) -> [FieldSchema] {
        if owner.path.isEmpty {
            switch owner.head {
            case .resource(let kind): return library.kind(named: kind)?.fields.map(\.schema) ?? []
            case .step(let kind): return library.step(named: kind)?.fields.map(\.schema) ?? []
            case .use(let plugin): return library.vocabulary.plugin(plugin)?.provider?.settings ?? []
            case .trigger(let word):
                return TriggerContract.of(word).map { $0.options + [TriggerContract.with] } ?? []
            case .run(let workflow): return module?.parameters(ofWorkflow: workflow) ?? []
            case .other: return []
            }
        }
        if let record = record(of: owner) {
            return record.members.map { member in
                FieldSchema(
                    member.name, member.type, "",
                    presence: member.isRequired ? .required : .optional(defaultValue: .null))
            }
        }
        guard let shape = type(of: owner)?.shapeName else { return [] }
        return library.shape(named: shape)?.parameters.map(\.schema) ?? []
    }

    /// What the object in which the cursor stands may hold, as the platform's API says.
    private func record(of owner: FieldOwner) -> RecordSchema? {
        guard case .resource(let name) = owner.head, let kind = library.kind(named: name), let first = owner.path.first,
            var type = kind.field(first)?.schema.inside
        else { return nil }
        for key in owner.path.dropFirst() {
            type = type.item
            switch type {
            case .map(let element): type = element
            case .named(let inside):
                guard let member = kind.records.first(where: { $0.name == inside })?.member(key) else { return nil }
                type = member.type
            default: return nil
            }
        }
        guard case .named(let last) = type.item else { return nil }
        return kind.records.first { $0.name == last }
    }

    /// The type of the object in which the cursor stands.
    private func type(of owner: FieldOwner) -> RecipeType? {
        guard let first = owner.path.first,
            let field = rule(first, of: FieldOwner(head: owner.head, path: [], given: []))
        else { return nil }
        var type = RecipeType(field.type, library).item
        for key in owner.path.dropFirst() {
            type = type.item
            if let element = type.mapElement {
                type = element
            } else if let shape = type.shapeName,
                let parameter = library.shape(named: shape)?.parameter(named: key)
            {
                type = parameter.type
            } else {
                return nil
            }
        }
        return type.item
    }

    private func rule(_ name: String, of owner: FieldOwner) -> FieldSchema? {
        schemas(of: owner).first { $0.name == name }
    }

    /// A field's type, default and doc line.
    package static func detail(of field: FieldSchema) -> String {
        var text = field.type.description
        if let value = field.defaultValue, !value.isNull { text += " = " + value.literal }
        return field.doc.isEmpty ? text : text + "  " + field.doc
    }

    // MARK: Values

    func values(_ owner: FieldOwner, _ field: String, _ typed: TypedDeclarations) -> [RecipeSuggestion] {
        let schema = rule(field, of: owner)
        let type = schema.map { RecipeType($0.type, library) } ?? type(of: owner)?.mapElement
        var items = (schema?.allowed ?? []).filter { !$0.isNull }.map { RecipeSuggestion($0.literal) }
        if type?.unwrapped == .bool { items += [RecipeSuggestion("true"), RecipeSuggestion("false")] }
        if items.isEmpty, let example = schema?.example {
            items.append(RecipeSuggestion(example.literal, detail: "an example"))
        }
        items += names(typed, wanted: type)
        return items + functions(for: type)
    }

    /// The texts that a field allows, as they stand in an open string; empty where it allows any.
    func allowedTexts(_ owner: FieldOwner, _ field: String) -> [RecipeSuggestion] {
        switch field {
        case "@service":
            services(owner).map { RecipeSuggestion($0.service, suffix: "\"", detail: $0.provider) }
        case "@on_failure": ["stop", "continue"].map { RecipeSuggestion($0, suffix: "\"") }
        default: rule(field, of: owner)?.allowed.compactMap(\.string).map { RecipeSuggestion($0, suffix: "\"") } ?? []
        }
    }

    /// The services that fulfil the capability of a resource, as far as something connects to their platforms; all of
    /// them where nothing does.
    private func services(_ owner: FieldOwner) -> [MappingOrigin] {
        guard case .resource(let capability) = owner.head else { return [] }
        let all = library.mappings(of: capability)
        let connected = all.filter { module?.connections.alias(ofPlugin: $0.provider) != nil }
        return connected.isEmpty ? all : connected
    }

    /// False where a field's type wants a text of another language than that of paths.
    func canBePath(_ owner: FieldOwner, _ field: String) -> Bool {
        switch rule(field, of: owner).map({ RecipeType($0.type, library) })?.unwrapped {
        case .sql, .url, .html: false
        default: true
        }
    }

    func metaValues(_ name: String, _ owner: FieldOwner, _ typed: TypedDeclarations) -> [RecipeSuggestion] {
        switch name {
        case "service":
            services(owner).map { RecipeSuggestion(Value.string($0.service).literal, detail: $0.provider) }
        case "on": (module?.connections.aliases ?? []).map { RecipeSuggestion($0, detail: "connection") }
        case "needs", "recover", "undo": names(typed, wanted: nil)
        case "protect": [RecipeSuggestion("true"), RecipeSuggestion("false")]
        case "on_failure": [RecipeSuggestion("\"stop\""), RecipeSuggestion("\"continue\"")]
        case "retry": [RecipeSuggestion("{ attempts: 3, backoff: 10s }")]
        case "timeout": [RecipeSuggestion("10m")]
        case "cache": [RecipeSuggestion("true"), RecipeSuggestion("false"), RecipeSuggestion("7d")]
        case "rate": [RecipeSuggestion("{ group: \"\", limit: 100, per: 1m }")]
        case "priority": [RecipeSuggestion("10")]
        case "concurrency": [RecipeSuggestion("\"\""), RecipeSuggestion("{ group: \"\", limit: 2 }")]
        default: names(typed, wanted: nil)
        }
    }

    /// The names that can be seen; those whose value or output fits come first, with the output behind them.
    func names(_ typed: TypedDeclarations, wanted: RecipeType?) -> [RecipeSuggestion] {
        var fitting: [RecipeSuggestion] = []
        var rest: [RecipeSuggestion] = []
        for name in typed.names + (module?.visibleNames ?? []) {
            let type = name.type(library)
            if let wanted, !type.isNoValue, type.fit(wanted, library).isPossible, type != .any {
                fitting.append(RecipeSuggestion(name.text, detail: name.detail))
                continue
            }
            rest.append(RecipeSuggestion(name.text, detail: name.detail))
            guard let wanted, wanted != .any else { continue }
            for (member, memberType) in self.members(of: type) where memberType != .any {
                guard memberType.fit(wanted, library).isPossible else { continue }
                fitting.append(RecipeSuggestion("\(name.text).\(member)", detail: memberType.description))
            }
        }
        return fitting + rest
    }

    // MARK: Members

    func members(_ path: [String], _ typed: TypedDeclarations) -> [RecipeSuggestion] {
        guard let first = path.first else { return [] }
        let known = typed.names.first { $0.text == first } ?? module?.visibleNames.first { $0.text == first }
        guard let known else {
            let prefix = path.joined(separator: ".") + "."
            return functions().filter { $0.text.hasPrefix(prefix) }.map {
                RecipeSuggestion(String($0.text.dropFirst(prefix.count)), suffix: $0.suffix, detail: $0.detail)
            }
        }
        var type = known.type(library)
        for name in path.dropFirst() {
            guard let next = members(of: type).first(where: { $0.name == name })?.type ?? type.mapElement else {
                return []
            }
            type = next
        }
        return members(of: type).map { RecipeSuggestion($0.name, detail: $0.type.description) }
    }

    private func members(of type: RecipeType) -> [(name: String, type: RecipeType)] {
        switch type.unwrapped {
        case .thing(let kind):
            guard let contract = library.kind(named: kind) else { return [] }
            return contract.outputs.map { ($0.schema.name, $0.type) }
                + contract.fields.filter { !$0.isComputed && contract.output($0.name) == nil }.map {
                    ($0.name, $0.type)
                }
        case .step(let kind, _):
            guard let contract = library.step(named: kind) else { return [] }
            return zip(contract.schema.outputs, contract.outputTypes).map { ($0.name, $1) }
        case .module(let index):
            return (module?.outputsOfImport(index) ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        case .record(let fields): return fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        case .shape(let name):
            return library.shape(named: name)?.parameters.map { ($0.name, $0.type) } ?? []
        default: return []
        }
    }
}

extension RecipeType {
    /// The type of a list's items, through all of its depth; the type itself where it is no list.
    fileprivate var item: RecipeType { if case .list(let element) = unwrapped { element.item } else { self } }
}

extension ValueType {
    /// The type of a list's items, through all of its depth; the type itself where it is no list.
    fileprivate var item: ValueType { if case .list(let element) = unwrapped { element.item } else { unwrapped } }
}
