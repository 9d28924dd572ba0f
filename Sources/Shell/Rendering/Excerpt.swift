// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A line of a source as it is shown, and which columns of it are marked.
///
/// Control characters are shown by name. Of a line that is longer than there is room for, the part around the mark is
/// shown.
struct Excerpt: Equatable {
    let text: String
    /// The columns before the mark.
    let before: Int
    /// The columns of the mark, at least one.
    let marked: Int

    /// A grapheme cluster with the scalars of the line that it stands for.
    private struct Cell {
        let text: String
        let width: Int
        /// Behind its last scalar, counted from the beginning of the line.
        let end: Int
    }

    private static let gap = "…"

    /// - Parameter room: The columns that there are.
    init(_ place: SourcePlace, room: Int) {
        let start = max(place.start.column - place.excerptColumn, 0)
        let end = place.end.line == place.start.line ? max(place.end.column - place.excerptColumn, start) : Int.max
        let (cells, isCut, isCutRight) = Self.cells(of: place.excerpt, around: start, room: room)
        let isCutLeft = isCut || place.excerptColumn > 1
        // The first cell that is marked, and the one behind the last.
        let first = cells.firstIndex { $0.end > start } ?? cells.count
        let last = cells.firstIndex { $0.end >= end }.map { $0 + 1 } ?? cells.count
        let window = Self.window(cells, first, max(first, last), room, isCutLeft: isCutLeft, isCutRight: isCutRight)
        let hasLeft = isCutLeft || window.lowerBound > 0
        let hasRight = isCutRight || window.upperBound < cells.count
        text =
            (hasLeft ? Self.gap : "") + cells[window].map(\.text).joined() + (hasRight ? Self.gap : "")
        before = (hasLeft ? 1 : 0) + Self.width(cells[window.lowerBound..<max(first, window.lowerBound)])
        let marks = min(max(last, first), window.upperBound)
        marked = max(1, Self.width(cells[min(first, marks)..<marks]))
    }

    /// The line's clusters; those near the mark where the line is so long that no others can be shown.
    private static func cells(
        of line: String, around start: Int, room: Int
    ) -> (cells: [Cell], isCutLeft: Bool, isCutRight: Bool) {
        let scalars = line.unicodeScalars
        // Most clusters have one scalar, few more than eight.
        let reach = room * 8
        let offset = max(0, start - reach)
        let lower = scalars.index(scalars.startIndex, offsetBy: offset, limitedBy: scalars.endIndex) ?? scalars.endIndex
        let upper = scalars.index(lower, offsetBy: 2 * reach, limitedBy: scalars.endIndex) ?? scalars.endIndex
        var cells: [Cell] = []
        var position = offset
        for character in Substring(scalars[lower..<upper]) {
            position += character.unicodeScalars.count
            if character == "\t" {
                cells.append(Cell(text: "    ", width: 4, end: position))
            } else {
                let visible = VisibleCharacter(character)
                cells.append(Cell(text: visible.text, width: visible.width, end: position))
            }
        }
        return (cells, lower > scalars.startIndex, upper < scalars.endIndex)
    }

    /// The clusters that are shown: all of them where there is room, else those around the mark.
    private static func window(
        _ cells: [Cell], _ first: Int, _ last: Int, _ room: Int, isCutLeft: Bool, isCutRight: Bool
    ) -> Range<Int> {
        if !isCutLeft, !isCutRight, width(cells[...]) <= room { return cells.indices }
        let room = max(room - 2, 1)
        var lower = first
        var upper = first
        var taken = 0
        func takeRight(upTo limit: Int, _ columns: Int) {
            while upper < limit, taken + cells[upper].width <= columns {
                taken += cells[upper].width
                upper += 1
            }
        }
        func takeLeft(_ columns: Int) {
            while lower > 0, taken + cells[lower - 1].width <= columns {
                lower -= 1
                taken += cells[lower].width
            }
        }
        takeRight(upTo: last, room * 2 / 3)
        takeLeft(taken + (room - taken) / 2)
        takeRight(upTo: cells.count, room)
        takeLeft(room)
        return lower..<upper
    }

    private static func width(_ cells: ArraySlice<Cell>) -> Int { cells.reduce(0) { $0 + $1.width } }
}

extension String {
    /// The text with control characters shown by name, line breaks and tabs as they are.
    var withVisibleControls: String {
        let isPlain = unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && scalar.value < 0x7F || scalar == "\n" || scalar == "\t"
                || scalar.value >= 0xA0 && scalar.properties.generalCategory != .format
        }
        if isPlain { return self }
        return map { $0 == "\n" || $0 == "\t" ? String($0) : VisibleCharacter($0).text }.joined()
    }
}
