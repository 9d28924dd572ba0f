// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A string as its parts: text with escapes resolved and indentation stripped, and holes.
package struct StringLiteral: Sendable, Hashable {
    /// How the string is written.
    package enum Form: Sendable, Hashable {
        /// `"…"`
        case line
        /// `"""…"""`
        case block
        /// `r"…"`
        case rawLine
        /// `r"""…"""`
        case rawBlock
        /// The rest of a command's line (`sql select …`): holes, but no escapes and no quotes.
        case restOfLine
    }

    /// Texts are never empty and never stand side by side; an empty string has no parts.
    package var parts: [StringPart]
    package var form: Form
    package var range: SourceRange

    package init(parts: [StringPart], form: Form, range: SourceRange) {
        self.parts = parts
        self.form = form
        self.range = range
    }

    package var isRaw: Bool { form == .rawLine || form == .rawBlock }

    /// The whole text where there are no holes, else nil.
    package var plainText: String? {
        guard let first = parts.first else { return "" }
        guard parts.count == 1, case .text(let text, _) = first else { return nil }
        return text
    }
}

/// A piece of a string.
package enum StringPart: Sendable, Hashable {
    case text(String, SourceRange)
    /// The range reaches from `${` to `}`.
    case hole(Expression, SourceRange)
}
