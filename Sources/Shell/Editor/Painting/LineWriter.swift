// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Writes the lines of a text in their styles, and finds the cell where the cursor stands.
struct LineWriter {
    var writer: RowWriter
    private let theme: Theme
    private var styles: ArraySlice<StyledRange>
    /// The scalar position of the cursor.
    private let cursor: Int
    private(set) var cursorPlace = (row: 0, column: 0)
    /// Where the next character begins, in scalars and in bytes.
    private var position = 0
    private var offset = 0
    /// The column of the line's first character; tabs count from there.
    private var origin: Int

    init(writer: RowWriter, theme: Theme, styles: [StyledRange], cursor: Int) {
        self.writer = writer
        self.theme = theme
        self.styles = styles[...]
        self.cursor = cursor
        origin = writer.column
    }

    /// Ends the line before, and begins the next one behind its prompt.
    mutating func beginLine(prompt: String) {
        position += 1
        offset += 1
        writer.endRow()
        writer.put(characters: prompt, style: theme.faint)
        origin = writer.column
    }

    /// Puts one line, and the place behind it.
    mutating func put(_ line: Substring) {
        if line.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            putPrintable(line)
        } else {
            for character in line { put(character) }
        }
        if cursor == position {
            // Behind a full row the cursor stands on a row of its own.
            if writer.wraps(width: 1) { writer.endRow() }
            cursorPlace = (writer.rowIndex, writer.column)
        }
    }

    /// The fast path: a byte is a scalar is a column.
    private mutating func putPrintable(_ line: Substring) {
        if cursor >= position, cursor < position + line.utf8.count {
            let column = writer.column + cursor - position
            cursorPlace = (writer.rowIndex + column / writer.columns, column % writer.columns)
        }
        var rest = line.utf8[...]
        while !rest.isEmpty {
            let (style, end) = styleHere()
            let count = min(rest.count, max(end - offset, 1), max(writer.columns - writer.column, 1))
            let piece = rest.prefix(count)
            writer.put(Substring(piece), width: count, style: style)
            rest = rest.dropFirst(count)
            position += count
            offset += count
        }
    }

    private mutating func put(_ character: Character) {
        let scalarCount = character.unicodeScalars.count
        let visible =
            character == "\t" ? VisibleCharacter(blanks: 4 - (writer.column - origin) & 3) : VisibleCharacter(character)
        if cursor >= position, cursor < position + scalarCount {
            let wraps = writer.wraps(width: visible.width)
            cursorPlace = wraps ? (writer.rowIndex + 1, 0) : (writer.rowIndex, writer.column)
        }
        let style = styleHere().code
        writer.put(visible.text[...], width: visible.width, style: visible.isSubstituted ? theme.substitute : style)
        position += scalarCount
        offset += character.utf8.count
    }

    /// The style at the next character, and the offset up to which it holds at least.
    private mutating func styleHere() -> (code: String, end: Int) {
        while let first = styles.first, Int(first.range.upper) <= offset { styles.removeFirst() }
        guard let first = styles.first else { return ("", .max) }
        let start = Int(first.range.lower)
        return start > offset ? ("", start) : (theme.code(for: first.style), Int(first.range.upper))
    }
}
