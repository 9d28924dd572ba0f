// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A text as pieces, with what the author decided: which brackets are broken.
struct PieceList {
    let bytes: [UInt8]
    private(set) var pieces: [Piece] = []

    init(_ parsed: ParsedRecipe) {
        bytes = parsed.file.source.utf8
        pieces.reserveCapacity(parsed.tokens.count)
        collect(parsed)
        matchBrackets()
        joinElses()
    }

    subscript(index: Int) -> Piece {
        get { pieces[index] }
        set { pieces[index] = newValue }
    }

    var count: Int { pieces.count }

    /// True where a piece is that word.
    func isWord(_ index: Int, _ word: StaticString) -> Bool {
        let piece = pieces[index]
        guard piece.role == .keyword, piece.upper - piece.lower == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in bytes[piece.lower..<piece.upper].elementsEqual(letters) }
    }

    /// The column of a piece in the author's text, counted from zero.
    func sourceColumn(_ index: Int) -> Int {
        var start = pieces[index].lower
        while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return Self.width(bytes[start..<pieces[index].lower])
    }

    /// Columns of a text on one line.
    static func width(_ text: ArraySlice<UInt8>) -> Int {
        var width = 0
        for byte in text where byte & 0xC0 != 0x80 { width += 1 }
        return width
    }

    private mutating func collect(_ parsed: ParsedRecipe) {
        var nextComment = 0
        let comments = parsed.file.comments
        var end = parsed.shebang.map { Int($0.upper) } ?? 0
        var index = 0
        let tokens = parsed.tokens
        while index < tokens.count {
            let token = tokens[index]
            while nextComment < comments.count, comments[nextComment].range.lower < token.start {
                append(comment: comments[nextComment], after: &end)
                nextComment += 1
            }
            if token.kind == .end { break }
            var last = index
            if token.kind == .stringOpen { last = stringEnd(tokens, from: index) }
            append(token, upper: Int(tokens[last].end), after: &end)
            while nextComment < comments.count, comments[nextComment].range.lower < tokens[last].end {
                nextComment += 1
            }
            index = last + 1
        }
    }

    private func stringEnd(_ tokens: [Token], from start: Int) -> Int {
        var nested = 0
        for index in start..<tokens.count {
            if tokens[index].kind == .stringOpen { nested += 1 }
            if tokens[index].kind == .stringClose { nested -= 1 }
            if nested == 0 { return index }
        }
        return start
    }

    private mutating func append(comment: Comment, after end: inout Int) {
        let lower = Int(comment.range.lower)
        var upper = Int(comment.range.upper)
        while upper > lower, bytes[upper - 1] == UInt8(ascii: " ") || bytes[upper - 1] == UInt8(ascii: "\t") {
            upper -= 1
        }
        var piece = Piece(
            lower: lower, upper: upper, role: .plain, flags: [], breaks: breaks(end..<lower),
            width: Self.width(bytes[lower..<upper]))
        piece.isComment = true
        pieces.append(piece)
        end = upper
    }

    private mutating func append(_ token: Token, upper: Int, after end: inout Int) {
        let lower = Int(token.start)
        let text = bytes[lower..<upper]
        let isString = token.kind == .string || token.kind == .stringOpen
        let firstEnd = isString ? text.firstIndex(of: UInt8(ascii: "\n")) : nil
        var piece = Piece(
            lower: lower, upper: upper, role: token.role, flags: token.flags, breaks: breaks(end..<lower),
            width: Self.width(text.prefix(upTo: firstEnd ?? upper)))
        piece.isMultiline = firstEnd != nil
        pieces.append(piece)
        end = upper
    }

    private func breaks(_ gap: Range<Int>) -> UInt8 {
        var count: UInt8 = 0
        for byte in bytes[gap] where byte == UInt8(ascii: "\n") && count < 2 { count += 1 }
        return count
    }

    /// Finds partners, and which brackets have a line end directly inside or more than one statement.
    private mutating func matchBrackets() {
        var open: [(index: Int, statements: Int)] = []
        for index in pieces.indices {
            let piece = pieces[index]
            if piece.breaks > 0, let frame = open.last { pieces[frame.index].isBroken = true }
            if piece.startsStatement, let frame = open.indices.last {
                open[frame].statements += 1
                if open[frame].statements > 1 { pieces[open[frame].index].isBroken = true }
            }
            if piece.role.isOpener {
                open.append((index, 0))
            } else if piece.role.isCloser, let frame = open.popLast() {
                pieces[frame.index].partner = index
            }
        }
    }

    /// The block behind the `else` of a block, or nil.
    func elseBlock(behind opener: Int) -> Int? {
        let closer = pieces[opener].partner
        guard closer + 2 < pieces.count, isWord(closer + 1, "else") else { return nil }
        return pieces[(closer + 2)...].firstIndex { $0.role == .openBlock }
    }

    /// Where one block of a ladder is broken, all are.
    private mutating func joinElses() {
        for index in pieces.indices where pieces[index].role == .openBlock {
            if let next = elseBlock(behind: index), pieces[index].isBroken { pieces[next].isBroken = true }
        }
        for index in pieces.indices.reversed() where pieces[index].role == .openBlock {
            if let next = elseBlock(behind: index), pieces[next].isBroken { pieces[index].isBroken = true }
        }
    }
}
