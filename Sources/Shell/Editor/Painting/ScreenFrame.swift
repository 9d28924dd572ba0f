// SPDX-License-Identifier: Apache-2.0

/// The size of a terminal in character cells.
struct TerminalSize: Equatable, Sendable {
    var columns: Int
    var rows: Int

    /// Sizes too small to edit in, or not known, are taken for the least that works.
    init(columns: Int, rows: Int) {
        self.columns = max(columns, 4)
        self.rows = max(rows, 2)
    }
}

/// One row of a terminal: text with its SGR sequences, none left open, and how many columns it fills.
struct ScreenRow: Equatable, Sendable {
    var text = ""
    var width = 0
}

/// What the editor shows: the rows of the text being edited, what stands below it, and where the cursor is.
struct ScreenFrame: Equatable, Sendable {
    var textRows: [ScreenRow]
    /// Menu, search or notice; never taller than the terminal less one row.
    var belowRows: [ScreenRow] = []
    var cursorRow: Int
    var cursorColumn: Int
}

/// Lays characters out in rows of a given width; a wide character that does not fit goes to the next row.
struct RowWriter {
    let columns: Int
    private(set) var rows: [ScreenRow] = []
    private var row = ScreenRow()
    private var openStyle = ""

    init(columns: Int) { self.columns = columns }

    var rowIndex: Int { rows.count }
    var column: Int { row.width }

    /// True where a character of this width would go to the next row.
    func wraps(width: Int) -> Bool { row.width + width > columns }

    mutating func put(_ text: Substring, width: Int, style: String = "") {
        if wraps(width: width), row.width > 0 { endRow() }
        if style != openStyle {
            if !openStyle.isEmpty { row.text += "\u{1B}[0m" }
            if !style.isEmpty { row.text += "\u{1B}[\(style)m" }
            openStyle = style
        }
        row.text += text
        row.width += width
    }

    mutating func put(characters text: String, style: String = "") {
        for character in text {
            let visible = VisibleCharacter(character)
            put(visible.text[...], width: visible.width, style: style)
        }
    }

    mutating func endRow() {
        if !openStyle.isEmpty { row.text += "\u{1B}[0m" }
        openStyle = ""
        rows.append(row)
        row = ScreenRow()
    }

    /// The rows with the last one ended.
    mutating func finish() -> [ScreenRow] {
        endRow()
        return rows
    }
}
