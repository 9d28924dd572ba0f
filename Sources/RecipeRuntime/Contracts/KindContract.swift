// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What may be said of a resource of one capability or kind, indexed for checking and evaluation.
final class KindContract: Sendable {
    enum Form: Sendable {
        case native(ResourceKindSchema, plugin: String)
        case capability(CapabilityContract)
    }

    let name: String
    let form: Form
    let fields: [FieldRule]
    let fieldIndex: [String: Int]
    let outputs: [OutputRule]
    let outputIndex: [String: Int]
    let facets: [String]
    /// The inputs of a resource that gives none.
    let defaults: ObjectValue

    init(native schema: ResourceKindSchema, plugin: String, _ library: ContractLibrary) {
        name = schema.name
        form = .native(schema, plugin: plugin)
        fields = schema.fields.map { FieldRule($0, RecipeType(field: $0, library)) }
        outputs = schema.outputs.map { OutputRule(schema: $0, type: RecipeType(output: $0, library), feature: nil) }
        facets = schema.facets
        defaults = Self.defaults(of: fields)
        fieldIndex = Self.index(fields.map(\.name))
        outputIndex = Self.index(outputs.map(\.schema.name))
    }

    init(_ capability: CapabilityContract) {
        name = capability.name
        form = .capability(capability)
        fields = capability.parameters.map { FieldRule($0.schema, $0.type) }
        outputs = capability.outputs
        facets = capability.facets
        defaults = Self.defaults(of: fields)
        fieldIndex = Self.index(fields.map(\.name))
        outputIndex = Self.index(outputs.map(\.schema.name))
    }

    /// What the objects inside of its fields may hold.
    var records: [RecordSchema] { if case .native(let schema, _) = form { schema.records } else { [] } }

    var isCapability: Bool { if case .capability = form { true } else { false } }

    var capability: CapabilityContract? { if case .capability(let contract) = form { contract } else { nil } }

    /// Whether what it does is measured under portable names, where the platform measures it.
    var isMeasured: Bool { capability?.features.contains { $0.name == "metrics" } ?? false }

    func field(_ name: String) -> FieldRule? { fieldIndex[name].map { fields[$0] } }
    func output(_ name: String) -> OutputRule? { outputIndex[name].map { outputs[$0] } }

    /// The names that may be read of such a resource.
    var memberNames: [String] { outputs.map(\.schema.name) + fields.map(\.name) + (isCapability ? ["native"] : []) }

    private static func defaults(of fields: [FieldRule]) -> ObjectValue {
        ObjectValue(fields.lazy.filter { !$0.isComputed }.map { ($0.name, $0.defaultValue) })
    }

    private static func index(_ names: [String]) -> [String: Int] {
        Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

/// A field of a kind, or a parameter of a capability.
final class FieldRule: Sendable {
    let schema: FieldSchema
    let type: RecipeType
    let isRequired: Bool
    let isComputed: Bool
    let defaultValue: Value

    init(_ schema: FieldSchema, _ type: RecipeType) {
        self.schema = schema
        self.type = type
        isRequired = schema.isRequired
        isComputed = schema.presence == .computed
        defaultValue = schema.defaultValue ?? .null
    }

    var name: String { schema.name }
}

struct OutputRule: Sendable {
    let schema: FieldSchema
    let type: RecipeType
    /// The feature that it belongs to: reading it asks for that feature.
    let feature: String?
}

/// What may be said of a step of one kind.
final class StepContract: Sendable {
    let schema: StepKindSchema
    /// The plugin that has the kind.
    let plugin: String
    let fields: [FieldRule]
    let fieldIndex: [String: Int]
    let outputIndex: [String: Int]
    let outputTypes: [RecipeType]
    /// The plugins that execute it.
    let executors: [String]

    init(_ origin: KindOrigin<StepKindSchema>, executors: [String], _ library: ContractLibrary) {
        schema = origin.schema
        plugin = origin.plugin
        fields = origin.schema.fields.map { FieldRule($0, RecipeType(field: $0, library)) }
        outputTypes = origin.schema.outputs.map { RecipeType(output: $0, library) }
        self.executors = executors
        fieldIndex = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        outputIndex = Dictionary(
            origin.schema.outputs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var name: String { schema.name }

    func outputType(_ name: String) -> RecipeType? { outputIndex[name].map { outputTypes[$0] } }
}
