// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Shell

struct PainterTests {
    private func frame(_ rows: [String], below: [String] = [], cursor: (Int, Int)) -> ScreenFrame {
        let make = { (text: String) in ScreenRow(text: text, width: DisplayWidth.of(text)) }
        return ScreenFrame(
            textRows: rows.map(make), belowRows: below.map(make), cursorRow: cursor.0, cursorColumn: cursor.1)
    }

    @Test func `a frame is shown and the cursor is in its place`() {
        var screen = TestScreen(columns: 20, rows: 6)
        var painter = Painter(size: TerminalSize(columns: 20, rows: 6))
        screen.write("before\r\n")
        screen.write(painter.draw(frame(["> abc", "  def"], below: ["menu"], cursor: (0, 3))))
        #expect(screen.lines == ["before", "> abc", "  def", "menu"])
        #expect((screen.row, screen.column) == (1, 3))
    }

    @Test func `an equal frame costs nothing, a changed row only itself`() {
        var painter = Painter(size: TerminalSize(columns: 20, rows: 6))
        _ = painter.draw(frame(["first row", "second"], cursor: (1, 2)))
        let nothing = painter.draw(frame(["first row", "second"], cursor: (1, 2)))
        #expect(nothing.isEmpty)
        let bytes = painter.draw(frame(["first row", "seconds"], cursor: (1, 3)))
        #expect(!bytes.contains("first"))
        #expect(bytes.contains("seconds"))
    }

    @Test func `lines appear above and push only what is above`() {
        var screen = TestScreen(columns: 10, rows: 4)
        var painter = Painter(size: TerminalSize(columns: 10, rows: 4))
        let shown = frame(["> abc", "  def"], cursor: (1, 4))
        screen.write(painter.draw(shown))
        for number in 1...4 { screen.write(painter.insert(above: "line \(number)\r\n", redrawing: shown)) }
        screen.write(painter.insert(above: "one too long line\r\n", redrawing: shown))
        #expect(screen.scrollback == ["line 1", "line 2", "line 3", "line 4"])
        #expect(screen.lines == ["one too lo", "ng line", "> abc", "  def"])
        #expect((screen.row, screen.column) == (3, 4))
    }

    @Test func `a text taller than the screen shows the rows around the cursor and ends whole in the scrollback`() {
        var screen = TestScreen(columns: 12, rows: 5)
        var painter = Painter(size: TerminalSize(columns: 12, rows: 5))
        let rows = (1...20).map { "row \($0)" }
        for cursor in [19, 18, 3, 4, 0, 12] {
            screen.write(painter.draw(frame(rows, cursor: (cursor, 2))))
            #expect(screen.cells[screen.row].joined().hasPrefix("row \(cursor + 1) "))
        }
        screen.write(painter.finish(frame(rows, cursor: (12, 2))))
        #expect(screen.scrollback + screen.lines == rows)
        #expect((screen.row, screen.column) == (4, 0))
    }

    @Test func `a final frame drops the menu and leaves the cursor below`() {
        var screen = TestScreen(columns: 12, rows: 5)
        var painter = Painter(size: TerminalSize(columns: 12, rows: 5))
        screen.write(painter.draw(frame(["> abc hint"], below: ["menu", "more"], cursor: (0, 5))))
        screen.write(painter.finish(frame(["> abc"], cursor: (0, 5))))
        #expect(screen.lines == ["> abc"])
        #expect((screen.row, screen.column) == (1, 0))
    }

    @Test func `full rows lose no character`() {
        var screen = TestScreen(columns: 6, rows: 4)
        var painter = Painter(size: TerminalSize(columns: 6, rows: 4))
        screen.write(painter.draw(frame(["abcdef", "ghijkl"], cursor: (0, 0))))
        screen.write(painter.draw(frame(["abcdef", "ghijkX"], cursor: (1, 3))))
        screen.write(painter.draw(frame(["Zbcdef", "ghijkX"], cursor: (0, 1))))
        #expect(screen.lines == ["Zbcdef", "ghijkX"])
    }

    @Test func `after a resize the rows that the terminal wrapped anew are found again`() {
        var painter = Painter(size: TerminalSize(columns: 20, rows: 8))
        _ = painter.draw(frame(["> abcdefghijklmnopq", "  xyz"], cursor: (1, 5)))
        // At ten columns the first row fills two, so that the cursor is two rows below the frame's top.
        var screen = TestScreen(columns: 10, rows: 8)
        screen.write("> abcdefghijklmnopq\r\n  xyz")
        painter.resize(to: TerminalSize(columns: 10, rows: 8))
        screen.write(painter.draw(frame(["> abcdefgh", "ijklmnopq", "  xyz"], cursor: (2, 5))))
        #expect(screen.lines == ["> abcdefgh", "ijklmnopq", "  xyz"])
        #expect((screen.row, screen.column) == (2, 5))
    }

    @Test func `any sequence of frames leaves the screen as if the last were the only one`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let columns = Int.random(in: 4...12, using: &random)
            let height = Int.random(in: 3...7, using: &random)
            var screen = TestScreen(columns: columns, rows: height)
            var painter = Painter(size: TerminalSize(columns: columns, rows: height))
            var expected: [String] = []
            for _ in 0..<30 {
                var rows: [String] = []
                for _ in 0..<Int.random(in: 1...height, using: &random) {
                    let piece = ["a", "b", "世"].randomElement(using: &random) ?? ""
                    rows.append(String(repeating: piece, count: .random(in: 0...columns / 2, using: &random)))
                }
                let cursor = Int.random(in: 0..<rows.count, using: &random)
                let shown = frame(rows, cursor: (cursor, Int.random(in: 0..<columns, using: &random)))
                if Int.random(in: 0..<6, using: &random) == 0 {
                    screen.write(painter.insert(above: "out\r\n", redrawing: shown))
                } else {
                    screen.write(painter.draw(shown))
                }
                expected = rows
                while expected.last == "" { expected.removeLast() }
                let top = screen.row - cursor
                #expect(top >= 0)
                #expect(Array(screen.lines.dropFirst(top)) == expected)
                #expect(screen.column == shown.cursorColumn)
            }
        }
    }
}
