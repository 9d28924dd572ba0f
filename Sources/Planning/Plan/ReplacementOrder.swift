// SPDX-License-Identifier: Apache-2.0

/// What comes first where a thing is made anew.
package enum ReplacementOrder: String, Sendable, Hashable {
    /// The old one goes, then the new one is made.
    case deleteFirst = "delete_first"
    /// The new one is made; the old one goes once everything uses the new one.
    case createFirst = "create_first"
}
