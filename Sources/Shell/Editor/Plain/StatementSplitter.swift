// SPDX-License-Identifier: Apache-2.0

/// Cuts a text into statements by the prompt's rule: a statement ends at the first line end where nothing is open.
struct StatementSplitter {
    /// The whole statements, and what is left behind them.
    struct Parts: Equatable {
        var statements: [String] = []
        var restText = ""
        /// Whether something is left that goes on; complete when nothing is.
        var rest = EntryCompleteness.complete
    }

    /// The parts of a text whose last line needs no line end. Blank lines between statements are dropped.
    static func split(_ text: String, language: any EditorLanguage) -> Parts {
        var splitter = StatementSplitter(language: language)
        var parts = Parts()
        for line in text.textLines {
            if let statement = splitter.add(String(line)) { parts.statements.append(statement.text) }
        }
        if let rest = splitter.unfinished {
            parts.restText = rest.statement.text
            parts.rest = rest.reason
        }
        return parts
    }

    private let language: any EditorLanguage
    private var lines = ""
    private var firstLine = 0
    private var lineNumber = 0
    private var reason = EntryCompleteness.complete

    init(language: any EditorLanguage) { self.language = language }

    /// Takes in one line, and returns the statement that ends with it.
    mutating func add(_ line: String) -> EnteredStatement? {
        lineNumber += 1
        if lines.isEmpty {
            guard !line.allSatisfy(\.isWhitespace) else { return nil }
            firstLine = lineNumber
            lines = line
        } else {
            lines += "\n" + line
        }
        reason = language.completeness(of: lines)
        guard reason == .complete else { return nil }
        return take()
    }

    /// What was begun and not ended.
    var unfinished: (statement: EnteredStatement, reason: EntryCompleteness)? {
        lines.isEmpty ? nil : (EnteredStatement(lines, firstLine: firstLine), reason)
    }

    /// Gives up what was begun.
    mutating func discard() { lines = "" }

    mutating func take() -> EnteredStatement {
        defer { lines = "" }
        return EnteredStatement(lines, firstLine: firstLine)
    }
}
