// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension RecipeType {
    /// The type of what a field takes: of texts that are sensitive, secrets.
    init(field: FieldSchema, _ library: ContractLibrary) {
        let type = RecipeType(field.type, library)
        self = field.isSensitive ? type.keptSecret : type
    }

    /// The type that readers of an output see: what is sensitive is a secret, whatever it is made of.
    init(output: FieldSchema, _ library: ContractLibrary) {
        let type = RecipeType(output.type, library)
        guard output.isSensitive else {
            self = type
            return
        }
        let kept = type.keptSecret
        self = kept.holdsSecret ? kept : type.allowsNull ? RecipeType.secret(.string).orNull : .secret(.string)
    }

    /// The type with its texts as secrets.
    private var keptSecret: RecipeType {
        switch self {
        case .string, .url: .secret(.string)
        case .list(let element): .list(element.keptSecret)
        case .map(let element): .map(element.keptSecret)
        case .optional(let inner): .optional(inner.keptSecret)
        case .either(let types): .either(types.map(\.keptSecret))
        default: self
        }
    }

    /// The type that a plugin's schema names.
    ///
    /// A name that nothing declares is taken for any type: the plugin that has it may be missing, which is told
    /// elsewhere.
    init(_ type: ValueType, _ library: ContractLibrary) {
        switch type {
        case .any: self = .any
        case .bool: self = .bool
        case .int: self = .int
        case .float: self = .float
        case .string: self = .string
        case .duration: self = .duration
        case .size: self = .size
        case .percent: self = .percent
        case .date: self = .date
        case .time: self = .time
        case .object: self = .object
        case .sql: self = .sql
        case .shell: self = .shell
        case .url: self = .url
        case .html: self = .html
        case .table: self = .table
        case .column: self = .column
        case .model: self = .model
        case .artifact: self = .artifact
        case .list(let element): self = .list(RecipeType(element, library))
        case .map(let element): self = .map(RecipeType(element, library))
        case .secret(let element): self = .secret(RecipeType(element, library))
        case .optional(let inner): self = RecipeType(inner, library).orNull
        case .either(let types): self = .either(types.map { RecipeType($0, library) })
        case .named(let name): self = library.type(named: name) ?? .any
        @unknown default: self = .any
        }
    }

    /// The type as plugins and the shell see it.
    var schemaType: ValueType {
        switch self {
        case .poison, .any, .null, .never, .step, .module, .function: .any
        case .bool: .bool
        case .int: .int
        case .float: .float
        case .string: .string
        case .duration: .duration
        case .size: .size
        case .percent: .percent
        case .date: .date
        case .time: .time
        case .sql: .sql
        case .shell: .shell
        case .url: .url
        case .html: .html
        case .table: .table
        case .column: .column
        case .model: .model
        case .artifact: .artifact
        case .object, .record: .object
        case .list(let element): .list(element.schemaType)
        case .map(let element): .map(element.schemaType)
        case .secret(let element): .secret(element.schemaType)
        case .optional(let inner): .optional(inner.schemaType)
        case .either(let types): .either(types.map(\.schemaType))
        case .shape(let name), .thing(let name): .named(name)
        }
    }

    /// The type of a value that is there.
    init(of value: Value) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .float: self = .float
        case .string: self = .string
        case .duration: self = .duration
        case .size: self = .size
        case .percent: self = .percent
        case .date: self = .date
        case .time: self = .time
        case .list(let items): self = .list(.joined(items.map { RecipeType(of: $0) }))
        case .object(let object):
            var fields: [String: RecipeType] = [:]
            for entry in object { fields[entry.key] = RecipeType(of: entry.value) }
            self = .record(fields)
        case .secret: self = .secret(.string)
        case .reference(let reference):
            switch reference.type {
            case "Table": self = .table
            case "Column": self = .column
            case "Model": self = .model
            case "Artifact": self = .artifact
            default: self = .thing(reference.type)
            }
        case .unknown, .template: self = .any
        @unknown default: self = .any
        }
    }
}
