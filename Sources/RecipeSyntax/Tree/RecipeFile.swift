// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// One parsed text: its statements, its comments, and the text they point into.
package struct RecipeFile: Sendable {
    package var statements: [Statement]
    /// In order; a `#!` line is not among them.
    package var comments: [Comment]
    package let source: SourceText
}

/// A comment from its `#` to the end of the line.
package struct Comment: Sendable, Hashable {
    package var range: SourceRange
}
