// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Everything that is to be seen while a text is edited, before it is laid out.
struct EditorView {
    var prompt: String
    var buffer: TextBuffer
    var styles: [StyledRange] = []
    /// The rest of an earlier statement that begins with the text; shown grey behind it.
    var hint = ""
    /// A line below the text.
    var notice = ""
    var menu: CompletionMenu?
    var search: ReverseSearch?
    /// Shown instead of the text while something secret is typed.
    var isHidden = false
}

/// Lays an editor's view out in rows.
struct FrameLayout {
    let size: TerminalSize
    let theme: Theme

    /// The prompt of every further line, as wide as the first one's.
    static func continuationPrompt(for prompt: String) -> String {
        let width = DisplayWidth.of(prompt)
        let dots = width >= 5 ? "... " : width >= 2 ? ". " : ""
        return String(repeating: " ", count: width - dots.utf8.count) + dots
    }

    /// The frame while editing.
    func frame(of view: EditorView) -> ScreenFrame {
        var frame = text(of: view, hint: view.hint)
        let limit = max(size.rows - 2, 1)
        let menuLayout = MenuLayout(columns: size.columns, theme: theme)
        if let search = view.search {
            frame.belowRows = menuLayout.rows(of: search, limit: limit)
        } else if let menu = view.menu {
            frame.belowRows = menuLayout.rows(of: menu, limit: limit)
        } else if !view.notice.isEmpty {
            frame.belowRows = [menuLayout.line(view.notice, style: theme.faint)]
        }
        return frame
    }

    /// The frame that stays in the scrollback when the text was accepted: nothing but the text.
    func finalFrame(of view: EditorView) -> ScreenFrame { text(of: view, hint: "") }

    private func text(of view: EditorView, hint: String) -> ScreenFrame {
        var writer = RowWriter(columns: size.columns)
        writer.put(characters: view.prompt, style: theme.prompt)
        if view.isHidden {
            let cursor = (row: writer.rowIndex, column: min(writer.column, size.columns - 1))
            return ScreenFrame(textRows: writer.finish(), cursorRow: cursor.row, cursorColumn: cursor.column)
        }
        var text = LineWriter(writer: writer, theme: theme, styles: view.styles, cursor: view.buffer.cursor)
        let continuation = Self.continuationPrompt(for: view.prompt)
        for (number, line) in view.buffer.text.textLines.enumerated() {
            if number > 0 { text.beginLine(prompt: continuation) }
            text.put(line)
        }
        if view.buffer.isAtEnd { put(hint: hint, to: &text.writer) }
        let rows = text.writer.finish()
        return ScreenFrame(textRows: rows, cursorRow: text.cursorPlace.row, cursorColumn: text.cursorPlace.column)
    }

    /// Puts the hint's first line behind the text, as far as the row reaches.
    private func put(hint: String, to writer: inout RowWriter) {
        let lines = hint.textLines
        guard !hint.isEmpty, let first = lines.first else { return }
        let more = lines.count > 1 ? " … +\(lines.count - 1) line" + (lines.count > 2 ? "s" : "") : ""
        let room = size.columns - writer.column - 1
        let shown = MenuLayout.fitted(String(first) + more, columns: room)
        writer.put(characters: shown, style: theme.faint)
    }
}
