// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What the editor needs to know of the language that is typed; the editor itself knows none.
///
/// The synchronous questions are asked on the editor's thread while a key waits to be shown: each must answer
/// for any text, half a token included, within a few milliseconds. Offsets are UTF-8 offsets into the text.
package protocol EditorLanguage: Sendable {
    /// The meaning of parts of the text, in order and without overlap; what is left out is plain.
    func highlight(_ text: String) -> [StyledRange]

    /// Whether Enter ends the text here or continues it.
    func completeness(of text: String) -> EntryCompleteness

    /// What may stand at the cursor. Called off the editor's thread and cancelled when the text changes; it must
    /// contact nobody.
    func complete(_ text: String, at cursor: Int) async -> Completion

    /// The text as it may be written to the history file: secrets masked, or nil where nothing may be kept.
    func historyText(of statement: String) -> String?
}

extension EditorLanguage {
    package func highlight(_ text: String) -> [StyledRange] { [] }
    package func completeness(of text: String) -> EntryCompleteness { .complete }
    package func complete(_ text: String, at cursor: Int) async -> Completion { .none }
    package func historyText(of statement: String) -> String? { statement }
}

/// The language of answers to questions: every text is complete and plain, nothing is offered or kept.
struct PlainLanguage: EditorLanguage {
    func historyText(of statement: String) -> String? { nil }
}

/// What a part of the text is; a theme gives it a colour.
package enum SemanticStyle: String, Sendable, Hashable, CaseIterable {
    case plain
    case keyword
    case kind
    /// A kind, verb or name that nothing declares.
    case unknownKind
    case field
    case string
    case number
    case comment
    case error
}

/// A part of a text and what it is.
package struct StyledRange: Sendable, Hashable {
    package var range: SourceRange
    package var style: SemanticStyle

    package init(_ range: SourceRange, _ style: SemanticStyle) {
        self.range = range
        self.style = style
    }
}

/// Whether a text is a whole number of statements.
package enum EntryCompleteness: Sendable, Hashable {
    /// Enter runs it; a text that is wrong beyond repair is complete too, so that the error comes at once.
    case complete
    case open(OpenStatement)
}

/// Why a statement goes on, and how its next line begins.
package struct OpenStatement: Sendable, Hashable {
    /// What is open since where, such as `'{' of line 1 is open`.
    package var description: String
    /// Columns of white space at the start of the next line.
    package var indentation: Int
    /// What closes the innermost bracket, and the indentation of a line that begins with it.
    package var closer: Character?
    package var closerIndentation: Int

    package init(_ description: String, indentation: Int, closer: Character? = nil, closerIndentation: Int = 0) {
        self.description = description
        self.indentation = indentation
        self.closer = closer
        self.closerIndentation = closerIndentation
    }
}
