// SPDX-License-Identifier: Apache-2.0

/// What a damaged ledger still holds, what it does not, and what a backup has of that.
package struct RepairReport: Sendable, Hashable {
    package struct Kept: Sendable, Hashable {
        /// `resources`, `runs`, …
        package let what: String
        package let count: Int
    }

    /// Why the ledger is taken for damaged.
    package var damage: String
    package var kept: [Kept] = []
    /// What cannot be read and stands in no backup, each by its name.
    package var lost: [String] = []
    /// What is taken from a backup, each by its name.
    package var taken: [String] = []
    /// The backup that it is taken from; nil where there is none that can be used.
    package var backup: String?
    /// Where the damaged file is kept; nil as long as nothing was done.
    package var keptAside: String?
}
