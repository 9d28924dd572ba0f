// SPDX-License-Identifier: Apache-2.0

/// Dresses text in colours, or leaves it alone where there is no colour.
package struct TextStyle: Sendable, Hashable {
    package enum Role: String, Sendable {
        case error = "1;31"
        case warning = "1;33"
        case added = "32"
        case changed = "33"
        case removed = "31"
        case heading = "1"
        case accent = "36"
        case dim = "90"
    }

    package let hasColour: Bool

    package static let plain = TextStyle(hasColour: false)

    package init(hasColour: Bool) { self.hasColour = hasColour }

    /// The text in the role's colour.
    package func callAsFunction(_ role: Role, _ text: String) -> String {
        hasColour && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
    }
}
