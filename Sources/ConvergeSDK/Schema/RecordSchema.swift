// SPDX-License-Identifier: Apache-2.0

/// What objects inside of a field may hold, as the platform's API says.
///
/// Texts are held to it where a recipe writes the object down; of values that only a run knows, the provider refuses what
/// does not fit.
public struct RecordSchema: Sendable, Hashable, Codable {
    /// Unique within the kind.
    public var name: String
    public var members: [RecordMember]

    public init(name: String, members: [RecordMember]) {
        self.name = name
        self.members = members
    }

    public func member(_ name: String) -> RecordMember? { members.first { $0.name == name } }
}

/// A member of a record.
public struct RecordMember: Sendable, Hashable, Codable {
    public var name: String
    /// Other records of the kind stand in it by their names: `List<ContainerDefinition>`.
    public var type: ValueType
    public var isRequired: Bool

    public init(_ name: String, _ type: ValueType, isRequired: Bool = false) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
    }
}
