// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension Vocabulary {
    /// What there is to say of a name; nil where nothing has it.
    package func explain(_ name: String) -> Explanation? {
        let library = ContractLibrary(self)
        if let capability = library.capability(named: name) { return .capability(explanation(of: capability, library)) }
        if let origin = resourceKinds[name] { return .resourceKind(origin.schema, plugin: origin.plugin) }
        if let origin = stepKinds[name] { return .stepKind(origin.schema, executors: executors[name] ?? []) }
        if let shape = library.shape(named: name) {
            return .shape(name: name, fields: shape.parameters.map { ParameterExplanation($0, shape.source) })
        }
        if let function = functions[name] { return .function(function.schema) }
        if let builtin = Builtins.schemas.first(where: { $0.name == name }) { return .function(builtin) }
        if let plugin = plugin(name) {
            return .plugin(
                name: plugin.name, version: plugin.version, doc: plugin.doc, settings: plugin.provider?.settings ?? [])
        }
        if let trigger = TriggerContract.of(name.hasPrefix("on ") ? String(name.dropFirst(3)) : name) {
            return .trigger(trigger)
        }
        return record(name) ?? facet(name, library)
    }

    private func record(_ name: String) -> Explanation? {
        guard let dot = name.lastIndex(of: "."), let origin = resourceKinds[String(name[..<dot])],
            let record = origin.schema.records.first(where: { $0.name == name[name.index(after: dot)...] })
        else { return nil }
        return .record(record, kind: origin.schema.name)
    }

    /// Every name that can be explained.
    package var explainableNames: [String] {
        texts.names(of: .capability) + resourceKinds.names.sorted() + stepKinds.keys.sorted() + texts.names(of: .shape)
            + functions.keys.sorted() + Builtins.schemas.map(\.name) + TriggerContract.all.map { "on \($0.word)" }
            + plugins.map(\.name) + facetNames
    }

    /// Every name that can be explained, with one line about it.
    package var explainableLines: [(name: String, line: String)] {
        let library = ContractLibrary(self)
        let builtins = Dictionary(Builtins.schemas.map { ($0.name, $0.doc) }, uniquingKeysWith: { first, _ in first })
        return explainableNames.map { name in
            let line =
                resourceKinds[name]?.schema.doc ?? stepKinds[name]?.schema.doc ?? functions[name]?.schema.doc
                ?? builtins[name] ?? library.capability(named: name)?.doc ?? plugin(name)?.doc
            return (name, line ?? "")
        }
    }

    /// The contracts, in the order of the plugins' texts.
    package var capabilityNames: [String] {
        let library = ContractLibrary(self)
        var names: [String] = []
        for text in texts.texts.indices {
            for declaration in library.capabilities(inText: text) where !names.contains(declaration) {
                names.append(declaration)
            }
        }
        return names
    }

    // MARK: Capabilities

    private func explanation(
        of contract: CapabilityContract, _ library: ContractLibrary
    ) -> CapabilityExplanation {
        let source = contract.source
        return CapabilityExplanation(
            name: contract.name, doc: contract.doc,
            functionality: contract.notes["paper"]?.object?["functionality"]?.string ?? "",
            isActivity: contract.isActivity, parameters: contract.parameters.map { ParameterExplanation($0, source) },
            outputs: contract.outputs.map { OutputExplanation(schema: $0.schema, feature: $0.feature) },
            features: contract.features.map { feature in
                let condition = feature.condition.map { source.text(of: $0.range) }
                let isCommon = feature.name == CapabilityContract.customerKey && condition == nil
                return FeatureExplanation(
                    name: feature.name, doc: feature.doc, condition: isCommon ? "key != null" : condition)
            },
            facets: contract.facets, accessLevels: contract.accessLevels,
            steps: (contract.notes["steps"]?.list?.compactMap(\.string) ?? []).map {
                stepKinds[$0] == nil ? "\($0) (not yet)" : $0
            },
            services: library.mappings(of: contract.name).map { ServiceExplanation($0, library) },
            example: example(of: contract, library))
    }

    /// A declaration with what must be given.
    private func example(of contract: CapabilityContract, _ library: ContractLibrary) -> String {
        if contract.isActivity {
            let steps = contract.notes["steps"]?.list?.compactMap(\.string) ?? []
            return steps.lazy.compactMap { self.stepKinds[$0]?.schema.example }.first ?? ""
        }
        let name = contract.facets.isEmpty ? "thing" : Self.placeName(contract.name)
        let required = contract.parameters.filter(\.isRequired)
        guard !required.isEmpty else { return "resource \(name): \(contract.name) {}" }
        let fields = required.map { "\($0.name): \(Self.placeholder($0.type))" }.joined(separator: ", ")
        return "resource \(name): \(contract.name) { \(fields) }"
    }

    /// The last word of a name in upper camel case, in small letters: `storage` of `DataLakeStorage`.
    private static func placeName(_ name: String) -> String {
        guard let start = name.lastIndex(where: \.isUppercase) else { return name.lowercased() }
        return name[start...].lowercased()
    }

    private static func placeholder(_ type: RecipeType) -> String {
        switch type.unwrapped {
        case .bool: "true"
        case .int: "1"
        case .float: "1.0"
        case .duration: "1d"
        case .size: "1GiB"
        case .percent: "10%"
        case .list: "[]"
        case .map, .object, .shape: "{}"
        case .thing(let name): placeName(name)
        default: "\"…\""
        }
    }

    // MARK: Facets

    private var facetNames: [String] {
        Set(resourceKinds.all.flatMap(\.schema.facets) + stepKinds.values.flatMap(\.schema.facets)).sorted()
    }

    private func facet(_ name: String, _ library: ContractLibrary) -> Explanation? {
        let offering = library.resourceKindNames.filter { library.kind(named: $0)?.facets.contains(name) ?? false }
        let needing = stepKinds.values.filter { $0.schema.facets.contains(name) }.map(\.schema.name)
        if offering.isEmpty, needing.isEmpty { return nil }
        return .facet(name: name, offeredBy: offering.sorted(), neededBy: needing.sorted())
    }
}

extension ParameterExplanation {
    init(_ parameter: ContractParameter, _ source: SourceText) {
        schema = parameter.schema
        rule = parameter.declaration?.condition.map { source.text(of: $0.range) }
        computedDefault = parameter.declaration?.defaultValue.flatMap { expression in
            LiteralReader.value(of: expression) == nil ? source.text(of: expression.range) : nil
        }
    }
}

extension ServiceExplanation {
    init(_ origin: MappingOrigin, _ library: ContractLibrary) {
        provider = origin.provider
        service = origin.service
        version = Int(clamping: origin.declaration.version)
        lacks = origin.declaration.body.statements.compactMap { statement in
            guard case .lacks(let lack) = statement else { return nil }
            return Lack(name: lack.feature.text, reason: lack.reason.plainText ?? "")
        }
        kinds = MadeKinds(library).of(origin)
    }
}
