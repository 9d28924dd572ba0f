// SPDX-License-Identifier: Apache-2.0

/// A value of the recipe language, and of everything that crosses a plugin's border.
///
/// Twelve plain forms and four states that flow through every expression: unknown (apply will know), secret
/// (a reference, never text), template (text with typed holes) and reference (to a resource, table, model or artifact).
public enum Value: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case float(Double)
    case string(String)
    case duration(Duration)
    /// A number of bytes.
    case size(Int64)
    /// A share: 20% is 20.
    case percent(Double)
    case date(CalendarDate)
    case time(Timestamp)
    case list([Value])
    case object(ObjectValue)
    case unknown(UnknownValue)
    case secret(SecretReference)
    case template(Template)
    case reference(Reference)
}

/// Says whose outcome a value waits for.
public struct UnknownValue: Sendable, Hashable {
    /// The address, or address and output, that will know; for messages.
    public var origin: String

    public init(origin: String) { self.origin = origin }
}

/// Names a secret without holding it: the text exists only inside the services that the host lends.
public struct SecretReference: Sendable, Hashable {
    /// Where it is kept: `env` for an environment variable.
    public var source: String
    public var name: String
    /// The version that was asked for, or nil for the current one.
    public var version: String?

    public init(source: String, name: String, version: String? = nil) {
        self.source = source
        self.name = name
        self.version = version
    }

    /// The source of sensitive values that a plugin gave: the host keeps them encrypted, and the encrypted text is
    /// the name of such a secret.
    public static let sealedSource = "sealed"

    /// True for a sensitive value that a plugin gave, whose name means nothing to people.
    public var isSealed: Bool { source == Self.sealedSource }
}

/// Text with typed holes; the type of the field that takes it decides how a hole is written.
public struct Template: Sendable, Hashable {
    @frozen
    public enum Part: Sendable, Hashable {
        case text(String)
        case hole(Value)
    }

    public var parts: [Part]

    public init(_ parts: [Part]) { self.parts = parts }
}

/// Points to a thing that a resource or step holds: a resource itself, a table, a column, a model, an artifact.
public struct Reference: Sendable, Hashable {
    /// `Table`, `Column`, `Model`, `Artifact`, or the name of a capability or kind.
    public var type: String
    /// The resource that is meant or that holds it; nil where no resource does.
    public var resource: Address?
    /// The name inside the resource: a table's or a model's name; empty for the resource itself.
    public var name: String
    /// Further facts, such as `version`, `digest`, `path`, `columns`.
    public var attributes: ObjectValue

    public init(type: String, resource: Address?, name: String = "", attributes: ObjectValue = [:]) {
        self.type = type
        self.resource = resource
        self.name = name
        self.attributes = attributes
    }
}

/// Where a declaration stands in its module: `lake`, `lake/bucket`, `bucket["eu"]`, `network/subnet["a"]`.
@frozen
public struct Address: Sendable, Hashable, Comparable, CustomStringConvertible, Codable {
    public let text: String

    @inlinable
    public init(_ text: String) { self.text = text }

    public var description: String { text }

    @inlinable
    public static func < (left: Address, right: Address) -> Bool { left.text < right.text }

    /// The address of a child of this one.
    public func child(_ name: String) -> Address { Address(text + "/" + name) }

    public init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
