// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A portable contract as its text declares it, with what every contract has.
struct CapabilityContract: Sendable {
    let name: String
    /// Nil where a recipe's file declares it.
    let plugin: String?
    let source: SourceText
    let declaration: CapabilityDeclaration
    let parameters: [ContractParameter]
    let outputs: [OutputRule]
    let features: [Feature]
    let facets: [String]
    let accessLevels: [String]
    /// The constants that the text gives beside: `doc`, `paper`, `steps`.
    let notes: ObjectValue

    struct Feature: Sendable {
        let name: String
        let doc: String
        /// Nil for one that only its outputs or other kinds ask for, and for the one that every contract has.
        let condition: Expression?
    }

    init(_ declaration: CapabilityDeclaration, plugin: String?, _ source: SourceText, _ library: ContractLibrary) {
        name = declaration.name.text
        self.plugin = plugin
        self.source = source
        self.declaration = declaration
        var parameters: [ContractParameter] = []
        var outputs: [OutputRule] = []
        var features: [Feature] = []
        var facets: [String] = []
        var levels: [String] = []
        var notes: ObjectValue = [:]
        for statement in declaration.body.statements {
            switch statement {
            case .param(let node):
                parameters.append(ContractParameter(node, type: library.lenientType(node.type)))
            case .output(let node):
                let type = node.type.map { library.lenientType($0) } ?? .any
                outputs.append(
                    OutputRule(
                        schema: .output(
                            node.name.text, type.schemaType, node.doc?.text ?? "",
                            change: node.isOperational ? .operational : .replaces),
                        type: type, feature: node.feature?.text))
            case .feature(let node):
                features.append(
                    Feature(name: node.name.text, doc: node.doc?.text ?? "", condition: node.condition))
            case .offers(let node): facets += node.facets.map(\.text)
            case .access(let node): levels += node.levels.map(\.text)
            case .letBinding(let node):
                if let value = LiteralReader.value(of: node.value) { notes[node.name.text] = value }
            default: continue
            }
        }
        for common in Self.commonParameters where !parameters.contains(where: { $0.name == common.name }) {
            parameters.append(common)
        }
        for common in Self.commonOutputs where !outputs.contains(where: { $0.schema.name == common.schema.name }) {
            outputs.append(common)
        }
        if !features.contains(where: { $0.name == Self.customerKey }) {
            features.append(Feature(name: Self.customerKey, doc: "a customer's encryption key", condition: nil))
        }
        self.parameters = parameters
        self.outputs = outputs
        self.features = features
        self.facets = facets
        accessLevels = levels
        self.notes = notes
    }

    /// The feature that a `key` asks for, in every contract.
    static let customerKey = "customer_key"

    private static let commonParameters = [
        ContractParameter(
            FieldSchema(
                "name", .optional(.string), "the platform's name for it; null: made of environment, module and address",
                presence: .optional(defaultValue: .null), change: .replaces),
            type: .optional(.string)),
        ContractParameter(
            FieldSchema.optional("labels", .map(.string), default: [:], "words kept with the thing"),
            type: .map(.string)),
        ContractParameter(
            FieldSchema.optional(
                "key", .optional(.string), default: .null,
                "a customer's encryption key; null: the platform's own key encrypts"),
            type: .optional(.string))
    ]

    private static let commonOutputs = [
        OutputRule(schema: .output("id", .string, "native identity"), type: .string, feature: nil),
        OutputRule(
            schema: .output("access", .map(.object), "what a grant of each level means on this platform"),
            type: .map(.object), feature: nil)
    ]

    /// One line that says what it is.
    var doc: String { notes["doc"]?.string ?? "" }
}

/// A record type as its text declares it.
struct ShapeContract: Sendable {
    let name: String
    let source: SourceText
    let declaration: ShapeDeclaration
    let parameters: [ContractParameter]
    private let index: [String: Int]

    init(_ declaration: ShapeDeclaration, _ source: SourceText, _ library: ContractLibrary) {
        name = declaration.name.text
        self.source = source
        self.declaration = declaration
        parameters = declaration.body.statements.compactMap { statement in
            guard case .param(let node) = statement else { return nil }
            return ContractParameter(node, type: library.lenientType(node.type))
        }
        index = Dictionary(
            parameters.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func parameter(named name: String) -> ContractParameter? { index[name].map { parameters[$0] } }
}
