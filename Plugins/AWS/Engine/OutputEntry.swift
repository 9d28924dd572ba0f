// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// An output of a kind.
struct OutputEntry: Sendable {
    let schema: FieldSchema
    /// The path below the read's result.
    let from: String
    /// The path in the create call's answer where that is another one.
    let answer: String?
    /// A text made from fields and other outputs, where AWS need not be asked.
    let value: Value?
    /// The forms in which AWS tells it, as of a field.
    private let form: ToldForm

    /// The name of a thing, which its recipe may leave out.
    init(ofName field: FieldEntry) throws(CallError) {
        let name = field.schema.name
        schema = .output(name, .string, "its name", change: field.schema.change)
        from = name
        answer = nil
        value = .string("$" + name)
        form = try ToldForm(TableReader([:], place: name))
    }

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
        answer = try table.optionalText("answer")
        value = table.value("value")
        form = try ToldForm(table)
    }

    /// What AWS tells of an output, as recipes read it.
    func decoded(_ value: Value) -> Value { form.decoded(value, as: schema.type) }
}
