// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What may stand at the cursor, best first.
package struct Completion: Sendable, Hashable {
    /// The part of the text that a chosen item replaces; it ends at the cursor.
    package var replaces: SourceRange
    package var items: [CompletionItem]
    /// How many there are in all, where `items` holds only the best of them.
    package var total: Int

    package init(replaces: SourceRange, items: [CompletionItem], total: Int? = nil) {
        self.replaces = replaces
        self.items = items
        self.total = total ?? items.count
    }

    /// Nothing to offer.
    package static let none = Completion(replaces: SourceRange(0, 0), items: [])
}

/// One text that may stand at the cursor.
package struct CompletionItem: Sendable, Hashable {
    /// What is inserted while the item is chosen.
    package var text: String
    /// What follows once the item is taken, such as `: ` behind a field.
    package var suffix: String
    /// One line about it: its type, default and doc line.
    package var detail: String
    /// Marked in the menu as something that may not be left out.
    package var isRequired: Bool

    package init(_ text: String, suffix: String = "", detail: String = "", isRequired: Bool = false) {
        self.text = text
        self.suffix = suffix
        self.detail = detail
        self.isRequired = isRequired
    }
}
