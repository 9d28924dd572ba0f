// SPDX-License-Identifier: Apache-2.0
@testable import Shell

/// A terminal just good enough to see what the painter's bytes do: it wraps, scrolls and keeps what scrolled off.
struct TestScreen {
    private(set) var columns: Int
    private(set) var cells: [[String]]
    private(set) var scrollback: [String] = []
    private(set) var row = 0
    private(set) var column = 0
    /// The cursor stands behind the last column until the next character.
    private var isPending = false

    init(columns: Int, rows: Int) {
        self.columns = columns
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    private static func text(_ row: [String]) -> String {
        let joined = row.joined()
        return String(joined.reversed().drop { $0 == " " }.reversed())
    }

    /// The rows without blanks at their ends, up to the last that holds something.
    var lines: [String] {
        var lines = cells.map(Self.text)
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    mutating func write(_ bytes: String) {
        var rest = Substring(bytes)
        while let character = rest.popFirst() {
            switch character {
            case "\u{1B}": escape(&rest)
            case "\r":
                column = 0
                isPending = false
            case "\n": lineFeed()
            case "\r\n":
                column = 0
                lineFeed()
            case "\u{7}": break
            default: put(character)
            }
        }
    }

    private mutating func lineFeed() {
        isPending = false
        if row + 1 < cells.count {
            row += 1
        } else {
            scrollback.append(Self.text(cells.removeFirst()))
            cells.append(Array(repeating: " ", count: columns))
        }
    }

    private mutating func put(_ character: Character) {
        let width = DisplayWidth.of(character)
        if isPending || column + width > columns {
            column = 0
            lineFeed()
        }
        cells[row][column] = String(character)
        for offset in 1..<max(width, 1) { cells[row][column + offset] = "" }
        column += width
        if column >= columns {
            column = columns - 1
            isPending = true
        }
    }

    private mutating func escape(_ rest: inout Substring) {
        guard rest.popFirst() == "[" else { return }
        var parameters = ""
        while let character = rest.popFirst() {
            guard character.isLetter else {
                parameters.append(character)
                continue
            }
            let number = max(Int(parameters) ?? 1, 1)
            if "ABCHKJ".contains(character), character != "K", character != "J" { isPending = false }
            switch character {
            case "A": row = max(row - number, 0)
            case "B": row = min(row + number, cells.count - 1)
            case "C": column = min(column + number, columns - 1)
            case "H": (row, column) = (0, 0)
            case "K": for position in (parameters == "2" ? 0 : column)..<columns { cells[row][position] = " " }
            case "J":
                let first = parameters == "2" ? 0 : row
                for line in first..<cells.count {
                    let start = line == row && parameters != "2" ? column : 0
                    for position in start..<columns { cells[line][position] = " " }
                }
            default: break
            }
            return
        }
    }
}
