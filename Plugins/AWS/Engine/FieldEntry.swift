// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A field of a kind: what the host knows of it, and how AWS takes and tells it.
struct FieldEntry: Sendable {
    let schema: FieldSchema
    /// The path in a call's input; the field's own name unless the table says otherwise.
    let to: String
    /// The path below a read's result; nil where AWS never tells it, so that what was recorded stands.
    let from: String?
    /// When AWS tells it: a condition on what was told. Elsewhere it is null.
    let told: Condition
    private let form: ToldForm
    /// True where the text is the base64 form of bytes.
    let isBase64: Bool
    /// True where AWS never sees it: conditions of the table look at it.
    let isLocal: Bool
    /// True where only later calls use it, so that a change is recorded and needs no call.
    let isRecorded: Bool
    /// The names of lists inside, at any depth, that have no order.
    let unordered: [String]
    /// What it is where AWS does not tell it.
    let missing: Value?
    let sameness: ValueSameness
    /// How a name is made where the recipe gives none; nil where there is none to make.
    let made: MadeName?

    init(_ name: String, _ table: TableReader) throws(CallError) {
        let type = try table.text("type")
        guard let valueType = ValueType(type) else { throw table.wrong("type", "a type of the language") }
        let isRequired = try table.flag("required")
        let isUnique = try table.flag("unique")
        let made = try MadeName(table, isName: isRequired && isUnique && valueType == .string)
        self.made = made
        var field = FieldSchema(
            name, made == nil ? valueType : .optional(.string),
            try table.text("doc") + (made == nil ? "" : "; made of environment, module and address where left out"),
            presence: isRequired && made == nil ? .required : .optional(defaultValue: table.value("default") ?? .null),
            change: try table.flag("createOnly") ? .replaces : .updates)
        if case .secret = valueType.unwrapped { field.isSensitive = true }
        field.allowed = table.value("allowed")?.list ?? []
        field.isUnique = isUnique
        let parts = try table.texts("alters")
        field.alteration = try table.flag("grows") ? .grows : parts.isEmpty ? nil : .parts(parts)
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
        form = try ToldForm(table)
        self.sameness = rule ?? (form.isJSON ? .json : .exact)
        isBase64 = try table.flag("base64")
        isLocal = try table.flag("local")
        isRecorded = try table.flag("recorded")
        unordered = try table.texts("unordered")
        missing = table.value("missing")
        told = Condition(try table.object("told"))
        to = try table.optionalText("to") ?? name
        if isLocal || table.value("from")?.bool == false {
            from = nil
        } else {
            from = try table.optionalText("from") ?? to.split(separator: ".").last.map(String.init) ?? name
        }
    }

    /// A field's value as AWS takes it.
    func encoded(_ value: Value) -> Value { form.encoded(value) }

    /// What AWS tells of a field, as recipes write it.
    func decoded(_ value: Value) -> Value {
        let told = form.decoded(value, as: schema.type)
        guard sameness == .dot, let name = told.string, name.count > 1, name.hasSuffix(".") else { return told }
        // Names of domains are written without the dot at their end.
        return .string(String(name.dropLast()))
    }

    /// True where AWS takes it as the recipe writes it.
    var isTakenAsWritten: Bool { !isLocal && form.isPlain }

    /// True where one text stands for JSON.
    var isJSON: Bool { form.isJSON }
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
    /// What AWS tells begins with it.
    case prefix
    /// AWS adds items of its own.
    case subset
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
