// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How a create whose answer was lost is found again.
enum SettlementRule: Sendable, Equatable {
    /// The fields name the thing.
    case name
    /// AWS names the thing; it is found by the token in its tags.
    case tag
    /// AWS knows the token itself, so that a repeat gives the same thing.
    case token
    /// A repeat has no second effect: a part of another thing is put in place.
    case same
    /// AWS offers nothing of these: the one thing in which these fields are the same is taken for it, and of several
    /// none. Empty for all fields.
    case content([String])
    /// A listed item holds the token at a path.
    case tokenAt(String)
    /// A second one does no harm, and nothing tells the first one.
    case again

    init(_ table: TableReader) throws(CallError) {
        switch table.value("settle") {
        case nil, .null: self = .content([])
        case .string("name"): self = .name
        case .string("tag"): self = .tag
        case .string("token"): self = .token
        case .string("same"): self = .same
        case .string("repeat"): self = .again
        case .object(let object) where object["token"]?.string != nil: self = .tokenAt(object["token"]?.string ?? "@")
        case .object(let object): self = .content(object["by"]?.list?.compactMap(\.string) ?? [])
        default: throw table.wrong("settle", "one of name, tag, token, same, or the fields to compare")
        }
    }
}
