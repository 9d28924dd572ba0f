// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What parsing gives, always: as much of a tree as the text allows, and every error in it.
package struct ParsedRecipe: Sendable {
    package let file: RecipeFile
    /// In order of place; empty where the text is right.
    package let diagnostics: [Diagnostic]
    /// Whether the text could go on at the prompt.
    package let completeness: Completeness

    /// All tokens with what they were taken for, the end of the text last.
    let tokens: [Token]
    /// The first line where it begins with `#!`.
    let shebang: SourceRange?

    /// True where there are no errors, so that the text can be formatted and checked as a whole.
    package var isValid: Bool { diagnostics.isEmpty }
}

/// Whether a text is a whole, and if not, what it waits for.
package struct Completeness: Sendable, Hashable {
    /// Something that was opened and not finished.
    package struct Opening: Sendable, Hashable {
        /// What it is.
        package enum Kind: String, Sendable, Hashable {
            case brace = "{"
            case bracket = "["
            case parenthesis = "("
            case hole = "${"
            case blockString = "\"\"\""
            /// The text ends with an operator, a comma or a colon.
            case operand
        }

        package var kind: Kind
        /// The opener, or the token behind which something is missing.
        package var range: SourceRange
    }

    /// Outermost first.
    package var openings: [Opening]
    package var isComplete: Bool { openings.isEmpty }
}
