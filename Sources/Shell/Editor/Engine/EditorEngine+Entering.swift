// SPDX-License-Identifier: Apache-2.0

extension EditorEngine {
    /// Enter: takes the menu's choice, or runs the text, or goes on to the next line where something is open.
    func enter() {
        if menu?.chosenItem != nil { return takeChosen() }
        closeMenu()
        let text = line.buffer.text
        guard request.purpose == .statement else { return accept(text) }
        if case .open = StatementSplitter.split(text, language: language).rest {
            insertLineBreak()
        } else {
            accept(text)
        }
    }

    /// Ends the line with a text, whether or not it is whole.
    func accept(_ text: String) {
        finishLine()
        guard request.purpose == .statement else {
            outcome = .statements([EnteredStatement(text)])
            return
        }
        resumePosition = walk?.position
        let parts = StatementSplitter.split(text, language: language)
        let statements = parts.statements + (parts.rest == .complete ? [] : [parts.restText])
        for statement in statements { remember(statement) }
        outcome = .statements(statements.map { EnteredStatement($0) })
    }

    private func remember(_ statement: String) {
        history.record(statement, stored: language.historyText(of: statement))
    }

    /// Ctrl-C: the line stays visible and Up brings it back, but it is in no file.
    func abandon() {
        closeMenu()
        let text = line.buffer.text
        finishLine()
        if request.purpose == .statement, let kept = language.historyText(of: text) {
            history.record(kept, stored: nil)
        }
        outcome = .abandoned
    }

    private func finishLine() {
        paintForGood()
    }

    /// Begins a new line with the indentation that the open statement wants.
    func insertLineBreak() {
        edit { buffer in
            let before = StatementSplitter.split(buffer.textBeforeCursor, language: language).rest
            var indentation = 0
            if case .open(let open) = before { indentation = open.indentation }
            buffer.insert("\n" + String(repeating: " ", count: indentation))
        }
    }
}
