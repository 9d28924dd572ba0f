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
    func frame(of view: EditorView) -> Frame {
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
    func finalFrame(of view: EditorView) -> Frame { text(of: view, hint: "") }

    private func text(of view: EditorView, hint: String) -> Frame {
        var writer = RowWriter(columns: size.columns)
        writer.put(characters: view.prompt, style: theme.prompt)
        if view.isHidden {
            let cursor = (row: writer.rowIndex, column: min(writer.column, size.columns - 1))
            return Frame(textRows: writer.finish(), cursorRow: cursor.row, cursorColumn: cursor.column)
        }
        let continuation = Self.continuationPrompt(for: view.prompt)
        var cursor = (row: 0, column: 0)
        var position = 0
        var offset = 0
        var styles = view.styles[...]
        var lineOrigin = writer.column
        for character in view.buffer.text {
            let scalarCount = character.unicodeScalars.count
            let visible = character == "\t" ? tab(at: writer.column - lineOrigin) : VisibleCharacter(character)
            if view.buffer.cursor >= position, view.buffer.cursor < position + scalarCount {
                let wraps = character != "\n" && writer.wraps(width: visible.width)
                cursor = wraps ? (writer.rowIndex + 1, 0) : (writer.rowIndex, writer.column)
                if cursor.column >= size.columns { cursor = (cursor.row + 1, 0) }
            }
            while let first = styles.first, Int(first.range.upper) <= offset { styles.removeFirst() }
            if character == "\n" {
                // A cursor behind a full row stands on a row of its own.
                if cursor.row == writer.rowIndex + 1, view.buffer.cursor == position { writer.endRow() }
                writer.endRow()
                writer.put(characters: continuation, style: theme.faint)
                lineOrigin = writer.column
            } else {
                let isStyled = styles.first.map { Int($0.range.lower) <= offset } ?? false
                let style =
                    visible.isSubstituted
                    ? theme.substitute : theme.code(for: isStyled ? styles.first?.style ?? .plain : .plain)
                writer.put(visible.text, width: visible.width, style: style)
            }
            position += scalarCount
            offset += character.utf8.count
        }
        if view.buffer.isAtEnd {
            if writer.wraps(width: 1) { writer.endRow() }
            cursor = (writer.rowIndex, writer.column)
            put(hint: hint, to: &writer)
        }
        return Frame(textRows: writer.finish(), cursorRow: cursor.row, cursorColumn: cursor.column)
    }

    private func tab(at column: Int) -> VisibleCharacter {
        VisibleCharacter(blanks: 4 - column % 4)
    }

    /// Puts the hint's first line behind the text, as far as the row reaches.
    private func put(hint: String, to writer: inout RowWriter) {
        let lines = hint.split(separator: "\n", omittingEmptySubsequences: false)
        guard !hint.isEmpty, let first = lines.first else { return }
        let more = lines.count > 1 ? " … +\(lines.count - 1) line" + (lines.count > 2 ? "s" : "") : ""
        let room = size.columns - writer.column - 1
        let shown = MenuLayout.fitted(String(first) + more, columns: room)
        writer.put(characters: shown, style: theme.faint)
    }
}
