// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Places pieces one behind the other: line ends where the author made them or a rule wants them, nothing reordered.
struct Layout {
    /// A bracket around the present piece, or the whole text.
    private struct Frame {
        var role: TokenRole
        /// Its entries or statements stand on lines of their own.
        var isBroken: Bool
        /// Indentation of its closer.
        var outer: Int
        /// Indentation of its entries or statements.
        var inner: Int
    }

    /// How wide a line may be before an object or list on it is broken.
    static let widest = 100

    private var list: PieceList
    private var output: [UInt8] = []
    private var comments = TrailingComments()
    private var frames = [Frame(role: .openBlock, isBroken: true, outer: 0, inner: 0)]
    private var line = 0
    private var column = 0
    private var indentation = 0
    /// The piece that was placed last.
    private var last: Int?
    /// Line ends before pieces that were left out.
    private var pendingBreaks: UInt8 = 0
    /// True once a bracket was broken because of its width, which may change what stands in columns.
    private(set) var hasBrokenLines = false

    init(_ list: PieceList) { self.list = list }

    /// The formatted text.
    mutating func text(shebang: ArraySlice<UInt8>) -> [UInt8] {
        output.reserveCapacity(list.bytes.count + list.bytes.count / 8)
        if !shebang.isEmpty { output += shebang }
        for index in 0..<list.count { place(index) }
        if !output.isEmpty { output.append(UInt8(ascii: "\n")) }
        return comments.insert(into: output)
    }

    private var frame: Frame { frames[frames.count - 1] }

    private mutating func place(_ index: Int) {
        let piece = list[index]
        if isLeftOut(index) {
            pendingBreaks = Swift.max(pendingBreaks, piece.breaks)
            return
        }
        let breaks = Swift.max(piece.breaks, pendingBreaks)
        pendingBreaks = 0
        if piece.isComment, breaks == 0, last != nil {
            comments.add(
                list.bytes[piece.lower..<piece.upper], offset: output.count, line: line, column: column,
                sourceColumn: list.sourceColumn(index))
            last = index
            return
        }
        if let last {
            if breaksBefore(index, breaks) {
                newLine(indentation(of: index), isBlankBefore: keepsBlank(index, breaks))
            } else {
                if piece.role == .comma, breaks > 0 { pendingBreaks = 1 }
                if list.hasSpace(last, index) { space(1 + piece.padding) }
            }
        } else if !output.isEmpty {
            newLine(0, isBlankBefore: breaks > 1)
        }
        if piece.role.isCloser, frames.count > 1 { frames.removeLast() }
        if piece.role.isOpener { open(index) }
        write(piece)
        last = index
    }

    /// True for what line ends say already, and for a comma behind the last entry of a line.
    private func isLeftOut(_ index: Int) -> Bool {
        switch list[index].role {
        case .semicolon: true
        case .separator: frame.isBroken || index + 1 < list.count && list[index + 1].role.isCloser
        case .comma: isLastOnLine(index)
        default: false
        }
    }

    private func isLastOnLine(_ index: Int) -> Bool {
        guard index + 1 < list.count else { return false }
        return list[index + 1].role.isCloser && list[index + 1].breaks == 0
    }

    private func breaksBefore(_ index: Int, _ breaks: UInt8) -> Bool {
        let piece = list[index]
        if let last, list[last].isComment { return true }
        if piece.isComment { return breaks > 0 }
        if piece.startsStatement { return frame.isBroken }
        if frame.role.isBreakable, piece.role.isCloser { return frame.isBroken && !isEmpty(index) }
        if piece.startsEntry, frame.role.isBreakable { return frame.isBroken }
        if piece.role == .comma || piece.role == .separator { return false }
        return breaks > 0
    }

    /// True where a closer stands right behind its opener.
    private func isEmpty(_ closer: Int) -> Bool { last.map { list[$0].role.isOpener } ?? false }

    private func keepsBlank(_ index: Int, _ breaks: UInt8) -> Bool {
        guard breaks > 1, let last, !list[last].role.isOpener else { return false }
        let piece = list[index]
        return piece.isComment || piece.startsStatement || piece.startsEntry && frame.isBroken
    }

    private func indentation(of index: Int) -> Int {
        let piece = list[index]
        if piece.role.isCloser { return frame.outer }
        if !piece.isComment {
            if piece.startsStatement || piece.startsClause { return frame.inner }
            return piece.startsEntry && frame.isBroken ? frame.inner : frame.inner + 2
        }
        var next = index + 1
        while next < list.count, list[next].isComment || list[next].role == .separator || list[next].role == .semicolon
        {
            next += 1
        }
        guard next < list.count else { return frame.inner }
        let follower = list[next]
        if follower.role.isCloser { return frame.isBroken ? frame.inner : frame.inner + 2 }
        return indentation(of: next)
    }

    /// Decides how a bracket is laid out and goes into it.
    private mutating func open(_ index: Int) {
        let piece = list[index]
        var isBroken = piece.isBroken
        if piece.role.isBreakable {
            if !isBroken, isTooWide(index) {
                isBroken = true
                hasBrokenLines = true
            }
            if isBroken, piece.role == .openBlock, let next = list.elseBlock(behind: index) {
                list[next].isBroken = true
            }
        } else {
            isBroken = index + 1 < list.count && list[index + 1].breaks > 0
        }
        if isBroken, index + 1 == piece.partner { isBroken = false }
        let inner = isBroken ? indentation + 2 : frame.inner
        frames.append(Frame(role: piece.role, isBroken: isBroken, outer: indentation, inner: inner))
    }

    /// True where a bracket on one line would reach beyond the widest column.
    private func isTooWide(_ opener: Int) -> Bool {
        var width = column
        var index = opener
        var end = list[opener].partner
        var block = opener
        while list[opener].role == .openBlock, let next = list.elseBlock(behind: block) {
            end = list[next].partner
            block = next
        }
        while end + 1 < list.count, [.closeCall, .closeGroup, .closeIndex].contains(list[end + 1].role) { end += 1 }
        while index <= end, width <= Self.widest {
            let piece = list[index]
            if piece.isComment || index > opener && piece.breaks > 0 { return false }
            width += piece.width
            if piece.isMultiline || piece.role.isBreakable && piece.isBroken { break }
            if index < end, list.hasSpace(index, index + 1) { width += 1 }
            index += 1
        }
        return width > Self.widest
    }

    private mutating func newLine(_ indentation: Int, isBlankBefore: Bool) {
        output.append(UInt8(ascii: "\n"))
        line += 1
        if isBlankBefore {
            output.append(UInt8(ascii: "\n"))
            line += 1
        }
        self.indentation = indentation
        column = 0
        space(indentation)
    }

    private mutating func space(_ count: Int) {
        output += repeatElement(UInt8(ascii: " "), count: count)
        column += count
    }

    private mutating func write(_ piece: Piece) {
        let text = list.bytes[piece.lower..<piece.upper]
        guard piece.isMultiline else {
            output += text
            column += piece.width
            return
        }
        for index in text.indices {
            let byte = text[index]
            let isBeforeLineFeed = index + 1 < text.endIndex && text[index + 1] == UInt8(ascii: "\n")
            if byte == UInt8(ascii: "\r"), isBeforeLineFeed { continue }
            output.append(byte)
            column += byte & 0xC0 != 0x80 ? 1 : 0
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 0
            }
        }
    }
}
