// SPDX-License-Identifier: Apache-2.0

extension TextBuffer {
    /// The scalar positions where grapheme clusters begin or end, in order; always holds 0 and the text's end.
    var clusterBoundaries: [Int] {
        var boundaries = [0]
        var position = 0
        for character in text {
            position += character.unicodeScalars.count
            boundaries.append(position)
        }
        return boundaries
    }

    /// The boundary before the cursor, or the cursor itself at the start.
    var previousCluster: Int { cluster(before: cursor) }
    /// The boundary behind the cursor, or the cursor itself at the end.
    var nextCluster: Int { cluster(after: cursor) }

    private func cluster(before position: Int) -> Int {
        guard position > 0 else { return 0 }
        if isPlain(position - 1), position < 2 || isPlain(position - 2) { return position - 1 }
        return clusterBoundaries.last { $0 < position } ?? 0
    }

    private func cluster(after position: Int) -> Int {
        guard position < scalars.count else { return scalars.count }
        if isPlain(position), position + 1 == scalars.count || isPlain(position + 1) { return position + 1 }
        return clusterBoundaries.first { $0 > position } ?? scalars.count
    }

    /// True where neighbours of this kind never form a cluster: printable ASCII and newline.
    private func isPlain(_ position: Int) -> Bool {
        let value = scalars[position].value
        return value < 0x7F && value != 0x0D
    }

    /// The position itself, or the cluster boundary next to it in the direction of a motion.
    func snapped(_ position: Int, forward: Bool) -> Int {
        if position <= 0 || position >= scalars.count { return position }
        if isPlain(position - 1), isPlain(position) { return position }
        let boundaries = clusterBoundaries
        return forward
            ? boundaries.first { $0 >= position } ?? scalars.count
            : boundaries.last { $0 <= position } ?? 0
    }
}

/// What a word is made of for a motion or a kill.
enum WordKind {
    /// Letters, digits and underscores, as Alt-F and Alt-B see it.
    case name
    /// Everything but white space, as Ctrl-W sees it.
    case blankSeparated

    func contains(_ character: Character) -> Bool {
        switch self {
        case .name: character.isLetter || character.isNumber || character == "_"
        case .blankSeparated: !character.isWhitespace
        }
    }
}

extension TextBuffer {
    /// The end of the word at or behind the cursor.
    func wordEnd(_ kind: WordKind = .name) -> Int {
        var position = cursor
        var isInside = false
        for character in Self.string(scalars[cursor...]) {
            let belongs = kind.contains(character)
            if isInside, !belongs { break }
            isInside = belongs
            position += character.unicodeScalars.count
        }
        return position
    }

    /// The start of the word at or before the cursor.
    func wordStart(_ kind: WordKind = .name) -> Int {
        var position = cursor
        var isInside = false
        for character in textBeforeCursor.reversed() {
            let belongs = kind.contains(character)
            if isInside, !belongs { break }
            isInside = belongs
            position -= character.unicodeScalars.count
        }
        return position
    }

    /// The start of the line that holds the cursor.
    var lineStart: Int { (scalars[..<cursor].lastIndex(of: "\n") ?? -1) + 1 }
    /// The end of the line that holds the cursor, before its newline.
    var lineEnd: Int { scalars[cursor...].firstIndex(of: "\n") ?? scalars.count }

    /// Where the cursor comes to stand one line up, in the same column as far as that line goes; nil on the first.
    var lineAbove: Int? {
        let start = lineStart
        guard start > 0 else { return nil }
        var above = self
        above.moveCursor(to: start - 1)
        return position(inLineFrom: above.lineStart, to: start - 1, column: column(from: start))
    }

    /// Where the cursor comes to stand one line down; nil on the last.
    var lineBelow: Int? {
        let end = lineEnd
        guard end < scalars.count else { return nil }
        var below = self
        below.moveCursor(to: end + 1)
        return position(inLineFrom: end + 1, to: below.lineEnd, column: column(from: lineStart))
    }

    private func column(from start: Int) -> Int { DisplayWidth.of(Self.string(scalars[start..<cursor])) }

    private func position(inLineFrom start: Int, to end: Int, column: Int) -> Int {
        var position = start
        var reached = 0
        for character in Self.string(scalars[start..<end]) {
            reached += DisplayWidth.of(character)
            if reached > column { break }
            position += character.unicodeScalars.count
        }
        return position
    }
}
