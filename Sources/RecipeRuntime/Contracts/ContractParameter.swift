// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A parameter of a capability, shape, workflow or module: what the outside sees of it.
struct ContractParameter: Sendable {
    let name: String
    let type: RecipeType
    let schema: FieldSchema
    /// Nil for those that every capability has without saying so.
    let declaration: ParamDeclaration?

    var isRequired: Bool { schema.isRequired }

    init(_ declaration: ParamDeclaration, type: RecipeType) {
        name = declaration.name.text
        self.type = type
        self.declaration = declaration
        let presence: FieldPresence
        if let expression = declaration.defaultValue {
            presence = .optional(defaultValue: LiteralReader.value(of: expression) ?? .null)
        } else {
            // `Any` admits null too, and may be left out only as `Any?`.
            let mayBeLeftOut = type == .any ? declaration.type.isOptional : type.allowsNull
            presence = mayBeLeftOut ? .optional(defaultValue: .null) : .required
        }
        schema = FieldSchema(
            declaration.name.text, type.schemaType, declaration.doc?.text ?? "", presence: presence,
            change: declaration.isCreateOnly ? .replaces : .updates, isSensitive: type.holdsSecret)
    }

    /// A parameter that no text declares.
    init(_ schema: FieldSchema, type: RecipeType) {
        name = schema.name
        self.type = type
        self.schema = schema
        declaration = nil
    }
}

/// Reads expressions that are literals through and through.
enum LiteralReader {
    /// The value; nil where anything but literals, lists and objects of them stands.
    static func value(of expression: Expression) -> Value? {
        switch expression {
        case .literal(let literal): return Value(literal.value)
        case .string(let string): return string.plainText.map { .string($0) }
        case .list(let list):
            let items = list.elements.compactMap { value(of: $0) }
            return items.count == list.elements.count ? .list(items) : nil
        case .object(let object):
            var result: ObjectValue = [:]
            for entry in object.entries {
                guard let key = entry.key.plain, let value = value(of: entry.value) else { return nil }
                result[key] = value
            }
            return .object(result)
        case .unary(let unary) where unary.op == .negate:
            switch value(of: unary.operand) {
            case .int(let number): return number == .min ? nil : .int(-number)
            case .float(let number): return .float(-number)
            default: return nil
            }
        default: return nil
        }
    }
}

extension Value {
    init(_ literal: LiteralValue) {
        switch literal {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .int(value)
        case .float(let value): self = .float(value)
        case .duration(let nanoseconds): self = .duration(.nanoseconds(nanoseconds))
        case .size(let bytes): self = .size(bytes)
        case .percent(let value): self = .percent(value)
        case .date(let date):
            self = CalendarDate(year: date.year, month: date.month, day: date.day).map { .date($0) } ?? .null
        case .time(let time): self = .time(Timestamp(nanoseconds: time.nanosecondsSinceEpoch))
        }
    }
}
