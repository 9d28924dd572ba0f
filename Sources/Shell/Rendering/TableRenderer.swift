// SPDX-License-Identifier: Apache-2.0

/// Draws rows under headings, each column as wide as its widest cell, within the terminal's width.
package struct TableRenderer: Sendable {
    /// What becomes of cells that are wider than the terminal leaves room for.
    package enum Overflow: Sendable {
        case cut
        /// They go on below, broken between words.
        case wrapped
    }

    private let style: TextStyle
    private let width: Int?

    /// - Parameter width: The columns that there are; nil for as many as needed.
    package init(style: TextStyle, width: Int?) {
        self.style = style
        self.width = width
    }

    /// True where the whole table is within the terminal's width.
    package func fits(_ headings: [String], _ rows: [[String]]) -> Bool {
        width.map { total(widths(headings, rows)) <= $0 } ?? true
    }

    /// Lines ended by line breaks; empty for no rows.
    package func text(_ headings: [String], _ rows: [[String]], overflow: Overflow = .cut) -> String {
        if rows.isEmpty { return "" }
        var widths = widths(headings, rows)
        // Columns give way as far as their longest words first, where cells are broken between them.
        let words = (overflow == .wrapped ? [headings] + rows : []).map { row in row.map { Self.longestWord(of: $0) } }
        shrink(&widths, notBelow: Self.widest(words, columns: widths.count))
        shrink(&widths, notBelow: [Int](repeating: 8, count: widths.count))
        var text = line(headings, widths) { style(.heading, $0) } + "\n"
        for row in rows {
            switch overflow {
            case .cut: text += line(row, widths) { $0 } + "\n"
            case .wrapped: for line in wrapped(row, widths) { text += self.line(line, widths) { $0 } + "\n" }
            }
        }
        return text
    }

    private func widths(_ headings: [String], _ rows: [[String]]) -> [Int] {
        Self.widest(([headings] + rows).map { row in row.map { DisplayWidth.of($0) } }, columns: headings.count)
    }

    private static func widest(_ rows: [[Int]], columns: Int) -> [Int] {
        (0..<columns).map { column in rows.reduce(0) { max($0, $1.indices.contains(column) ? $1[column] : 0) } }
    }

    private static func longestWord(of cell: String) -> Int {
        TextCut.words(of: cell).reduce(0) { max($0, DisplayWidth.of($1)) }
    }

    private func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + 2 * (widths.count - 1) }

    private func shrink(_ widths: inout [Int], notBelow least: [Int]) {
        guard let width else { return }
        while total(widths) > width,
            let widest = widths.indices.filter({ widths[$0] > least[$0] }).max(by: { widths[$0] < widths[$1] })
        {
            widths[widest] -= 1
        }
    }

    /// A row as the rows of the screen that it takes.
    private func wrapped(_ cells: [String], _ widths: [Int]) -> [[String]] {
        let columns = zip(cells, widths).map { TextCut.wrap($0, $1) }
        let height = columns.map(\.count).max() ?? 0
        return (0..<height).map { row in columns.map { $0.indices.contains(row) ? $0[row] : "" } }
    }

    private func line(_ cells: [String], _ widths: [Int], _ dress: (String) -> String) -> String {
        var parts: [String] = []
        for (column, cell) in cells.enumerated() where column < widths.count {
            let cut = TextCut.cut(cell, widths[column])
            let isLast = column == min(cells.count, widths.count) - 1
            let padding = isLast ? 0 : widths[column] - DisplayWidth.of(cut)
            parts.append(dress(cut) + String(repeating: " ", count: max(0, padding)))
        }
        var text = parts.joined(separator: "  ")
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// Texts on one row of limited width.
package enum TextCut {
    /// The text on one row, with `…` where it is too long for the columns.
    package static func cut(_ text: String, _ columns: Int) -> String {
        let flat = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " ")
        if DisplayWidth.of(flat) <= columns { return flat }
        var cut = ""
        var used = 0
        for character in flat {
            let next = DisplayWidth.of(String(character))
            if used + next > columns - 1 { break }
            cut.append(character)
            used += next
        }
        return cut + "…"
    }

    /// The text on as many rows as it needs, broken between words. A word that is longer than a row is broken, before a
    /// capital where it has one.
    package static func wrap(_ text: String, _ columns: Int) -> [String] {
        var rows: [String] = []
        for word in words(of: text).flatMap({ pieces(of: $0, max(columns, 1)) }) {
            if let last = rows.last, DisplayWidth.of(last) + 1 + DisplayWidth.of(word) <= columns {
                rows[rows.count - 1] = last + " " + word
            } else {
                rows.append(word)
            }
        }
        return rows
    }

    /// What stays together on a row: a mark such as `✓` with the word behind it, a count such as `×2` with the one before.
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var isAfterMark = false
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if isAfterMark || word.hasPrefix("×"), let last = words.popLast() {
                words.append(last + " " + word)
            } else {
                words.append(String(word))
            }
            isAfterMark = word.count == 1 && !(word.first?.isLetter ?? true) && !(word.first?.isNumber ?? true)
        }
        return words
    }

    private static func pieces(of word: String, _ columns: Int) -> [String] {
        var pieces: [String] = []
        var rest = word
        while DisplayWidth.of(rest) > columns {
            var piece = ""
            for character in rest {
                if !piece.isEmpty, DisplayWidth.of(piece + String(character)) > columns { break }
                piece.append(character)
            }
            let next = rest.dropFirst(piece.count).first
            if next?.isUppercase != true, let capital = piece.lastIndex(where: \.isUppercase),
                capital > piece.startIndex
            {
                piece = String(piece[..<capital])
            }
            pieces.append(piece)
            rest = String(rest[rest.index(rest.startIndex, offsetBy: piece.count)...])
        }
        return rest.isEmpty ? pieces : pieces + [rest]
    }
}
