// SPDX-License-Identifier: Apache-2.0

/// Lays out what stands below the text.
struct MenuLayout {
    let columns: Int
    let theme: Theme
    /// The most rows of items, however tall the terminal is.
    static let tallest = 10
    /// The same where each has its detail beside it: the fields of a step are read together.
    static let tallestList = 16

    /// The text cut to a number of columns, with an ellipsis where something is missing.
    static func fitted(_ text: String, columns: Int) -> String {
        guard columns > 0 else { return "" }
        var width = 0
        var result = ""
        var cut = ""
        for character in text {
            let visible = VisibleCharacter(character)
            if width + visible.width <= columns - 1 { cut += visible.text }
            width += visible.width
            if width > columns { return cut + "…" }
            result += visible.text
        }
        return result
    }

    /// A single row of one style.
    func line(_ text: String, style: String) -> ScreenRow {
        var writer = RowWriter(columns: columns)
        writer.put(characters: Self.fitted(text, columns: columns - 1), style: style)
        return writer.finish()[0]
    }

    /// The menu: one item a row with its detail while all of them fit, else columns and the chosen one's detail.
    func rows(of menu: CompletionMenu, limit: Int) -> [ScreenRow] {
        if menu.isPending { return [line("…", style: theme.faint)] }
        let room = max(min(Self.tallest, limit - 2), 1)
        let items = menu.visibleItems
        let hasDetails = items.contains { !$0.detail.isEmpty }
        let listRoom = max(min(Self.tallestList, limit - 2), 1)
        if hasDetails, items.count <= listRoom { return list(items, chosen: menu.chosen) + footer(menu, rows: nil) }
        var result = grid(of: menu, items: items, room: room)
        if hasDetails, limit > result.count {
            let detail = menu.chosen.flatMap { items.indices.contains($0) ? items[$0].detail : nil } ?? ""
            result.append(line(detail, style: ""))
        }
        return result
    }

    private func list(_ items: [CompletionItem], chosen: Int?) -> [ScreenRow] {
        let widest = items.map { DisplayWidth.of($0.text) }.max() ?? 0
        let labelWidth = min(widest, max(columns / 2, 8))
        return items.enumerated().map { position, item in
            var writer = RowWriter(columns: columns)
            put(item, isChosen: position == chosen, width: labelWidth, to: &writer)
            let room = columns - writer.column - 2
            if room > 4, !item.detail.isEmpty {
                writer.put("  ", width: 2)
                writer.put(characters: Self.fitted(item.detail, columns: room), style: theme.faint)
            }
            return writer.finish()[0]
        }
    }

    private func grid(of menu: CompletionMenu, items: [CompletionItem], room: Int) -> [ScreenRow] {
        let widest = items.map { DisplayWidth.of($0.text) }.max() ?? 0
        let cell = min(widest + 2, columns)
        let perRow = max(columns / max(cell, 1), 1)
        let rowCount = (items.count + perRow - 1) / perRow
        let chosenRow = (menu.chosen ?? 0) % max(rowCount, 1)
        let top = max(0, min(chosenRow - room / 2, rowCount - room))
        let shown = top..<min(top + room, rowCount)
        var result = shown.map { row in
            var writer = RowWriter(columns: columns)
            for column in 0..<perRow {
                let position = column * rowCount + row
                guard position < items.count else { break }
                put(items[position], isChosen: position == menu.chosen, width: min(widest, columns - 2), to: &writer)
                if column + 1 < perRow { writer.put("  ", width: 2) }
            }
            return writer.finish()[0]
        }
        result += footer(menu, rows: rowCount > room ? (shown, rowCount) : nil)
        return result
    }

    private func put(_ item: CompletionItem, isChosen: Bool, width: Int, to writer: inout RowWriter) {
        let label = Self.fitted(item.text, columns: width)
        let style = isChosen ? theme.chosen : item.isRequired ? theme.required : ""
        writer.put(characters: label, style: style)
        let blanks = width - DisplayWidth.of(label)
        if blanks > 0 { writer.put(String(repeating: " ", count: blanks)[...], width: blanks) }
    }

    private func footer(_ menu: CompletionMenu, rows: (shown: Range<Int>, all: Int)?) -> [ScreenRow] {
        var parts: [String] = []
        if let rows { parts.append("rows \(rows.shown.lowerBound + 1)-\(rows.shown.upperBound) of \(rows.all)") }
        let hidden = menu.total - menu.visibleItems.count
        if rows != nil { parts.append("\(menu.visibleItems.count) items") }
        if hidden > 0, !menu.isNarrowed { parts.append("\(hidden) more: type to narrow") }
        return parts.isEmpty ? [] : [line(parts.joined(separator: ", "), style: theme.faint)]
    }

    /// The search: what is looked for, and the entries found around the chosen one.
    func rows(of search: ReverseSearch, limit: Int) -> [ScreenRow] {
        let found = search.matches
        let count = found.isEmpty ? "nothing found" : "\(search.chosen + 1) of \(found.count)"
        var result = [line("search: \(search.query)▏  \(count)", style: theme.prompt)]
        let room = max(min(Self.tallest, limit - 1), 1)
        let top = max(0, min(search.chosen - room / 2, found.count - room))
        for position in top..<min(top + room, found.count) {
            let text = found[position].text.textLines
                .joined(separator: " ⏎ ")
            result.append(line("  " + text, style: position == search.chosen ? theme.chosen : theme.faint))
        }
        return result
    }
}
