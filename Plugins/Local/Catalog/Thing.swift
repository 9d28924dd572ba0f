// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A thing of this platform as its catalog row has it.
struct Thing: Sendable, Hashable {
    var kind: String
    /// Made from the token of the creation, so that a repeat finds the same folder.
    var id: String
    /// Unique among the things of the kind; nil for kinds without a folder or service.
    var name: String?
    /// As last declared.
    var inputs: ObjectValue
    /// What creation found out and nothing changes later.
    var facts: ObjectValue = [:]
    /// The token of the last update.
    var change: String?
    /// Another one after each change, also one that went past this plugin.
    var version = "0"
    /// When it was changed last; nil where it never was.
    var changed: Timestamp?
}
