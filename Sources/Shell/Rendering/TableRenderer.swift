// SPDX-License-Identifier: Apache-2.0

/// Draws rows under headings, each column as wide as its widest cell, cut to the terminal's width.
package struct TableRenderer: Sendable {
    private let style: TextStyle
    private let width: Int?

    /// - Parameter width: The columns that there are; nil for as many as needed.
    package init(style: TextStyle, width: Int?) {
        self.style = style
        self.width = width
    }

    /// Lines ended by line breaks; empty for no rows.
    package func text(_ headings: [String], _ rows: [[String]]) -> String {
        if rows.isEmpty { return "" }
        var widths = headings.map { DisplayWidth.of($0) }
        for row in rows {
            for (column, cell) in row.enumerated() where column < widths.count {
                widths[column] = max(widths[column], DisplayWidth.of(cell))
            }
        }
        shrink(&widths)
        let lines =
            [line(headings, widths) { style(.heading, $0) }] + rows.map { line($0, widths) { $0 } }
        return lines.map { $0 + "\n" }.joined()
    }

    private func shrink(_ widths: inout [Int]) {
        guard let width else { return }
        while widths.reduce(0, +) + 2 * (widths.count - 1) > width,
            let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > 8
        {
            widths[widest] -= 1
        }
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
}
