// SPDX-License-Identifier: Apache-2.0

extension Value {
    public var isNull: Bool { if case .null = self { true } else { false } }
    public var isUnknown: Bool { if case .unknown = self { true } else { false } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var int: Int64? { if case .int(let value) = self { value } else { nil } }
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var duration: Duration? { if case .duration(let value) = self { value } else { nil } }
    public var size: Int64? { if case .size(let value) = self { value } else { nil } }
    public var percent: Double? { if case .percent(let value) = self { value } else { nil } }
    public var date: CalendarDate? { if case .date(let value) = self { value } else { nil } }
    public var time: Timestamp? { if case .time(let value) = self { value } else { nil } }
    public var list: [Value]? { if case .list(let value) = self { value } else { nil } }
    public var object: ObjectValue? { if case .object(let value) = self { value } else { nil } }
    public var secret: SecretReference? { if case .secret(let value) = self { value } else { nil } }
    public var template: Template? { if case .template(let value) = self { value } else { nil } }
    public var reference: Reference? { if case .reference(let value) = self { value } else { nil } }

    /// The number of an Int or a Float.
    public var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .float(let value): value
        default: nil
        }
    }

    /// True where the value or anything inside it is unknown.
    public var containsUnknown: Bool {
        contains { if case .unknown = $0 { true } else { false } }
    }

    /// True where the value or anything inside it is a secret.
    public var containsSecret: Bool {
        contains { if case .secret = $0 { true } else { false } }
    }

    /// True where the value itself or anything inside it satisfies the test.
    public func contains(_ matches: (Value) -> Bool) -> Bool {
        if matches(self) { return true }
        switch self {
        case .list(let items): return items.contains { $0.contains(matches) }
        case .object(let object): return object.contains { $0.value.contains(matches) }
        case .template(let template):
            return template.parts.contains { if case .hole(let value) = $0 { value.contains(matches) } else { false } }
        case .reference(let reference): return reference.attributes.contains { $0.value.contains(matches) }
        default: return false
        }
    }

    /// The name of the value's type as messages show it.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "Bool"
        case .int: "Int"
        case .float: "Float"
        case .string: "String"
        case .duration: "Duration"
        case .size: "Size"
        case .percent: "Percent"
        case .date: "Date"
        case .time: "Time"
        case .list: "List"
        case .object: "Object"
        case .unknown: "unknown"
        case .secret: "Secret"
        case .template: "text with holes"
        case .reference(let reference): reference.type
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, Value)...) { self = .object(ObjectValue(elements)) }
    public init(nilLiteral: ()) { self = .null }
}
