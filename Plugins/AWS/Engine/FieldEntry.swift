// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A field of a kind: what the host knows of it, and how AWS takes and tells it.
struct FieldEntry: Sendable {
    let schema: FieldSchema
    /// The path in a call's input; the field's own name unless the table says otherwise.
    let to: String
    /// The path below a read's result; nil where AWS never tells it, so that what was recorded stands.
    let from: String?
    /// True where AWS takes and tells an object as JSON text.
    let isJSON: Bool
    /// The names of key and value where AWS keeps a map as a list of objects.
    let pairs: PairNames?
    /// The member of the objects that AWS keeps in the place of a list's texts.
    let wrap: String?
    /// True where the text is the base64 form of bytes.
    let isBase64: Bool
    /// What AWS leaves away at the beginning.
    let prefix: String?
    /// What the values that AWS tells mean.
    let meanings: ObjectValue
    /// True where AWS never sees it: conditions of the table look at it.
    let isLocal: Bool
    let sameness: ValueSameness

    init(_ name: String, _ table: TableReader) throws(CallError) {
        let type = try table.text("type")
        guard let valueType = ValueType(type) else { throw table.wrong("type", "a type of the language") }
        let isRequired = try table.flag("required")
        var field = FieldSchema(
            name, valueType, try table.text("doc"),
            presence: isRequired ? .required : .optional(defaultValue: table.value("default") ?? .null),
            change: try table.flag("createOnly") ? .replaces : .updates)
        if case .secret = valueType.unwrapped { field.isSensitive = true }
        field.allowed = table.value("allowed")?.list ?? []
        field.isUnique = try table.flag("unique")
        let sameness = try table.optionalText("same")
        let rule = sameness.flatMap { ValueSameness(rawValue: $0) }
        if sameness != nil, rule == nil {
            throw table.wrong("same", "one of \(ValueSameness.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        switch rule {
        case .set: field.sameness = .anyOrder
        case .anyCase: field.sameness = .anyCase
        default: break
        }
        schema = field
        isJSON = try table.flag("json")
        self.sameness = rule ?? (isJSON ? .json : .exact)
        pairs = try PairNames(table)
        wrap = try table.optionalText("wrap")
        isBase64 = try table.flag("base64")
        prefix = try table.optionalText("prefix")
        meanings = try table.object("reads_as")
        isLocal = try table.flag("local")
        to = try table.optionalText("to") ?? name
        if isLocal || table.value("from")?.bool == false {
            from = nil
        } else {
            from = try table.optionalText("from") ?? to.split(separator: ".").last.map(String.init) ?? name
        }
    }
}

/// When two values of a field mean the same to AWS.
enum ValueSameness: String, Sendable, CaseIterable {
    case exact
    /// JSON texts of the same content.
    case json
    /// Policy documents: a single text is a list of one, and lists have no order.
    case policy = "json-set"
    /// Lists in any order.
    case set
    case anyCase = "case"
    /// On the keys that the recipe gives.
    case given
    /// With or without a dot at the end.
    case dot
    /// Behind the last slash, where AWS tells the name for an ARN.
    case tail
}

/// The names of key and value in a list of objects that stands for a map.
struct PairNames: Sendable {
    let key: String
    let value: String

    init?(_ table: TableReader) throws(CallError) {
        let names = try table.texts("pairs")
        if names.isEmpty { return nil }
        guard names.count == 2 else { throw table.wrong("pairs", "the names of key and value") }
        key = names[0]
        value = names[1]
    }
}

/// An output of a kind.
struct OutputEntry: Sendable {
    let schema: FieldSchema
    /// The path below the read's result.
    let from: String
    /// A text made from fields and other outputs, where AWS need not be asked.
    let value: Value?

    init(_ name: String, _ table: TableReader) throws(CallError) {
        let type = try table.text("type")
        guard let valueType = ValueType(type) else { throw table.wrong("type", "a type of the language") }
        let change: FieldChange =
            switch try table.optionalText("change") {
            case "updates": .updates
            case "operational": .operational
            default: .replaces
            }
        var field = FieldSchema.output(name, valueType, try table.text("doc"), change: change)
        field.isSensitive = try table.flag("sensitive")
        schema = field
        from = try table.optionalText("from") ?? name
        value = table.value("value")
    }
}
