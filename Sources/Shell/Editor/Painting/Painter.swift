// SPDX-License-Identifier: Apache-2.0

/// Turns frames into the bytes that change what a terminal shows now into what it should show.
///
/// It remembers the rows that it drew last and the cursor's place among them; all moves are relative to that, so
/// that a scrolling screen never misleads it. Rows that did not change are not sent. It never erases from a
/// frame's top-left cell, which some terminals take for a cleared screen, nor behind a full row, where the
/// cursor still stands on the last character.
struct Painter {
    private(set) var size: TerminalSize
    private var shown: [ScreenRow] = []
    private var cursorRow = 0
    private var cursorColumn = 0
    /// The first of the text's rows that is shown when it is taller than the terminal.
    private var top = 0

    init(size: TerminalSize) { self.size = size }

    private static let begin = "\u{1B}[?2026h\u{1B}[?25l"
    private static let end = "\u{1B}[?25h\u{1B}[?2026l"

    /// Forgets the last frame: the cursor stands at the start of a row that may be written on.
    mutating func forget() {
        shown = []
        cursorRow = 0
        cursorColumn = 0
        top = 0
    }

    /// Takes in a new size. Terminals wrap the rows that were drawn anew, so that the frame's top is now further up.
    mutating func resize(to new: TerminalSize) {
        guard new != size else { return }
        let above = shown.prefix(cursorRow).reduce(0) { $0 + max(1, ($1.width + new.columns - 1) / new.columns) }
        size = new
        cursorRow = min(above + cursorColumn / new.columns, new.rows - 1)
        shown = []
        top = 0
    }

    /// The bytes for a frame; empty where nothing changes.
    mutating func draw(_ frame: ScreenFrame) -> String {
        let (rows, row) = window(of: frame)
        if rows == shown, row == cursorRow, frame.cursorColumn == cursorColumn { return "" }
        let body = shown.isEmpty ? redraw(rows) : update(to: rows)
        return Self.begin + body + place(row: row, column: frame.cursorColumn) + Self.end
    }

    /// The bytes that put lines above the frame and draw it anew below them.
    mutating func insert(above lines: String, redrawing frame: ScreenFrame) -> String {
        var bytes = Self.begin + wipe() + lines
        forget()
        let (rows, row) = window(of: frame)
        bytes += redraw(rows) + place(row: row, column: frame.cursorColumn)
        return bytes + Self.end
    }

    /// The bytes that show a whole text for good, however tall, and leave the cursor on the row below it.
    mutating func finish(_ frame: ScreenFrame) -> String {
        defer { forget() }
        let rows = frame.textRows
        if rows == shown { return moveRow(to: rows.count - 1) + "\r\n" }
        let isKnown = !shown.isEmpty && max(rows.count, shown.count) <= size.rows
        let body = isKnown ? update(to: rows) + moveRow(to: rows.count - 1) : redraw(rows)
        return Self.begin + body + "\r\n" + Self.end
    }

    /// The bytes that clear the screen and forget the frame.
    mutating func clearScreen() -> String {
        forget()
        return "\u{1B}[H\u{1B}[2J"
    }

    /// The bytes that take the frame off the screen and leave the cursor where it began.
    mutating func erase() -> String {
        defer { forget() }
        return Self.begin + wipe() + Self.end
    }

    /// The rows that fit, and the cursor's row among them.
    private mutating func window(of frame: ScreenFrame) -> (rows: [ScreenRow], cursorRow: Int) {
        let below = frame.belowRows.prefix(size.rows - 1)
        let room = size.rows - below.count
        guard frame.textRows.count > room else {
            top = 0
            return (frame.textRows + below, frame.cursorRow)
        }
        top = min(top, frame.textRows.count - room)
        if frame.cursorRow < top || frame.cursorRow >= top + room {
            top = max(0, min(frame.cursorRow - room / 2, frame.textRows.count - room))
        }
        return (Array(frame.textRows[top..<(top + room)]) + below, frame.cursorRow - top)
    }

    private mutating func moveRow(to row: Int) -> String {
        defer { cursorRow = row }
        if row < cursorRow { return "\u{1B}[\(cursorRow - row)A" }
        if row > cursorRow { return "\u{1B}[\(row - cursorRow)B" }
        return ""
    }

    private mutating func place(row: Int, column: Int) -> String {
        defer { cursorColumn = column }
        return moveRow(to: row) + "\r" + (column > 0 ? "\u{1B}[\(column)C" : "")
    }

    private func line(_ row: ScreenRow) -> String { row.text + (row.width < size.columns ? "\u{1B}[K" : "") }

    /// Draws every row from the frame's top on, whatever stood there.
    private mutating func redraw(_ rows: [ScreenRow]) -> String {
        var bytes = "\r" + moveRow(to: 0)
        for row in rows.dropLast() { bytes += line(row) + "\r\n" }
        if let last = rows.last {
            bytes += last.width < size.columns ? line(last) + "\u{1B}[J" : "\u{1B}[J" + last.text
        }
        shown = rows
        cursorRow = rows.count - 1
        return bytes
    }

    /// Draws the rows that differ from those shown.
    private mutating func update(to rows: [ScreenRow]) -> String {
        var bytes = "\r"
        for (position, row) in rows.enumerated() {
            if position < shown.count {
                if row == shown[position] { continue }
                bytes += moveRow(to: position)
            } else {
                // Only a line feed makes a row below the last one.
                bytes += moveRow(to: position - 1) + "\r\n"
                cursorRow = position
            }
            bytes += line(row) + "\r"
        }
        if rows.count < shown.count { bytes += moveRow(to: rows.count) + "\u{1B}[J" }
        shown = rows
        return bytes
    }

    /// Empties the frame's rows one by one and goes back to the first.
    private mutating func wipe() -> String {
        let count = max(shown.count, cursorRow + 1)
        var bytes = "\r" + moveRow(to: 0)
        for position in 0..<count { bytes += moveRow(to: position) + "\u{1B}[2K" }
        return bytes + moveRow(to: 0)
    }
}
