// SPDX-License-Identifier: Apache-2.0

/// Whether a field must be given.
@frozen
public enum FieldPresence: Sendable, Hashable, Codable {
    case required
    /// What counts when the field is left out.
    case optional(defaultValue: Value)
    /// Set by the platform; never given.
    case computed
}

/// What a change of a field's value means for the thing.
@frozen
public enum FieldChange: Sendable, Hashable, Codable {
    /// Changed in place.
    case updates
    /// The thing is made anew (`create_only`).
    case replaces
    /// Set by runs and never compared (`operational`).
    case operational
}

/// When two values of a field mean the same to the platform, so that one in the place of the other is no change.
public enum FieldSameness: String, Sendable, Hashable, Codable, CaseIterable {
    /// Only when they are the same.
    case exact
    /// Lists with the same elements, in any order and however often.
    case anyOrder
    /// Texts that differ in capitals alone.
    case anyCase
}

/// A field of a kind: its name, type, meaning and rules.
public struct FieldSchema: Sendable, Hashable, Codable {
    public var name: String
    public var type: ValueType
    /// One line, without a full stop.
    public var doc: String
    public var presence: FieldPresence
    public var change: FieldChange
    /// True where the value is never shown or stored in clear: a recipe gives such a field secrets, and what the
    /// platform gives is encrypted before anything else sees it and reaches readers as a secret.
    public var isSensitive: Bool
    /// The only values allowed beside null, for a list those of its items; empty for any of the type.
    public var allowed: [Value]
    /// A value to show in examples.
    public var example: Value?
    /// What an output is as long as the thing does its work; nil where every value is as good. Where the platform
    /// tells of another value, that is drift, and an update of the thing has to put it right.
    public var expected: Value?
    /// True where no two things of the kind may have one value of it, such as a name that the platform knows once.
    public var isUnique = false
    /// True where null leaves the field to the platform, so that no value that the thing has is a change.
    public var isOpen = false
    /// Which of its changes can be made in place; nil for what `change` says.
    public var alteration: FieldAlteration?
    /// When two of its values mean the same.
    public var sameness = FieldSameness.exact
    /// What stands inside, where the type says no more than that it is an object, with records of the kind by their names.
    public var inside: ValueType?

    public init(
        _ name: String, _ type: ValueType, _ doc: String, presence: FieldPresence = .required,
        change: FieldChange = .updates, isSensitive: Bool = false, allowed: [Value] = [], example: Value? = nil
    ) {
        self.name = name
        self.type = type
        self.doc = doc
        self.presence = presence
        self.change = change
        self.isSensitive = isSensitive
        self.allowed = allowed
        self.example = example
    }

    /// A field that may be left out.
    public static func optional(
        _ name: String, _ type: ValueType, default defaultValue: Value, _ doc: String, allowed: [Value] = []
    ) -> FieldSchema {
        FieldSchema(name, type, doc, presence: .optional(defaultValue: defaultValue), allowed: allowed)
    }

    /// A field that the platform sets.
    ///
    /// - Parameter change: `.replaces` keeps its value as long as the thing lives; `.updates` may get another one with
    ///   each update, so that it is unknown while one is planned; `.operational` is set by runs.
    public static func output(
        _ name: String, _ type: ValueType, _ doc: String, change: FieldChange = .replaces
    ) -> FieldSchema {
        FieldSchema(name, type, doc, presence: .computed, change: change)
    }

    /// An output that tells whether the thing does its work, which neither a declaration nor a run sets.
    ///
    /// - Parameters:
    ///   - expected: Its value as long as all is well.
    ///   - otherwise: The values that it has when not.
    public static func condition(
        _ name: String, expected: String, otherwise: [String], _ doc: String
    ) -> FieldSchema {
        var field = FieldSchema(
            name, .string, doc, presence: .computed, change: .operational,
            allowed: ([expected] + otherwise).map { .string($0) })
        field.expected = .string(expected)
        return field
    }

    public var isRequired: Bool { presence == .required }

    /// What counts when the field is left out; nil for required and computed fields.
    public var defaultValue: Value? {
        if case .optional(let value) = presence { value } else { nil }
    }
}
