// SPDX-License-Identifier: Apache-2.0

/// Which changes of a field can be made in place, where that is a part of them; every other one makes the thing anew.
public enum FieldAlteration: Sendable, Hashable, Codable {
    /// Items of a list and keys of an object can be added, a number can rise, and of allowed values a later one can take
    /// the place of an earlier one.
    case grows
    /// These parts of an object can have other values.
    case parts([String])

    /// What it means for the thing, in a few words.
    public var doc: String {
        switch self {
        case .grows: "can only grow: what takes something away makes the thing anew"
        case .parts(let names): "create-only but for \(names.joined(separator: ", "))"
        }
    }
}
