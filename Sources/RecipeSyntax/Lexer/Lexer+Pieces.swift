// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Lexer {
    /// Begins a string that reaches to the end of the line and has holes but no quotes and no escapes.
    mutating func beginRestOfLine() -> Token {
        modes.append(.string(start: offset, .rest))
        openLineStrings += 1
        return Token(.stringOpen, offset, offset, flags: .blankBefore)
    }

    /// The next piece of a string with holes: text, a hole's opener, the end, or where it breaks off.
    mutating func nextPiece(_ style: StringStyle) -> Token {
        let start = offset
        var end = start
        while end < bytes.count, !endsPiece(at: end, style) {
            end +=
                bytes[end] == UInt8(ascii: "\\") && style != .rest ? escapeStep(at: end, isBlock: style == .block) : 1
        }
        end = Swift.min(end, bytes.count)
        if style == .rest, end >= bytes.count || isLineEnd(end) { end = withoutTrailingBlanks(start, end) }
        if end > start {
            if style == .rest { checkRest(start, end) } else { checkText(start, end) }
            offset = end
            return Token(.stringText, start, end)
        }
        return endOfPiece(style)
    }

    /// What stands where no more text does.
    private mutating func endOfPiece(_ style: StringStyle) -> Token {
        if style != .rest, offset >= bytes.count { return breakStringsAtEnd() }
        if style != .rest, isLineEnd(offset) { return breakStrings(at: offset) }
        if offset < bytes.count, isHole(offset) {
            modes.append(.hole(start: offset, braces: 0))
            return take(.holeOpen, 2)
        }
        modes.removeLast()
        if style != .block { openLineStrings -= 1 }
        return take(.stringClose, style == .rest ? 0 : style == .line ? 1 : 3)
    }

    private func endsPiece(at offset: Int, _ style: StringStyle) -> Bool {
        switch bytes[offset] {
        case UInt8(ascii: "$"): isHole(offset)
        case UInt8(ascii: "\""): style == .line || style == .block && isTripleQuote(offset)
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): style != .block || openLineStrings > 0
        default: false
        }
    }

    private func withoutTrailingBlanks(_ start: Int, _ end: Int) -> Int {
        var end = end
        while end > start, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        return end
    }

    private mutating func checkRest(_ start: Int, _ end: Int) {
        var next = start
        while next < end { next += bytes[next] < 0x80 ? 1 : checkedLength(at: next) }
    }

    /// Ends the outermost string that must end on its line, with all that is open inside it.
    mutating func breakStrings(at end: Int) -> Token {
        for (index, mode) in modes.enumerated() {
            guard case .string(let start, let style) = mode, style != .block else { continue }
            if style == .rest, index + 1 < modes.count, case .hole(let hole, _) = modes[index + 1] {
                report(.unclosedBracket("${"), hole, hole + 2)
            } else {
                report(.unclosedString, start, end)
            }
            modes.removeSubrange(index...)
            break
        }
        openLineStrings = 0
        if !modes.isEmpty { return breakHole(at: end) }
        return Token(.brokenString, end, end, flags: .reported)
    }

    /// Ends the hole in which a string broke off: its end was most likely taken for the string's text.
    mutating func breakHole(at end: Int) -> Token {
        modes.removeLast()
        return Token(.brokenString, end, end, flags: .reported, depth: UInt8(clamping: modes.count))
    }

    /// Ends all strings where the text ends.
    mutating func breakStringsAtEnd() -> Token {
        if openLineStrings > 0 { return breakStrings(at: bytes.count) }
        var isFirst = true
        for mode in modes {
            switch mode {
            case .string(let start, _):
                let opener = SourceRange(start, start + openerLength(at: start))
                openAtEnd.append(Completeness.Opening(kind: .blockString, range: opener))
                if isFirst { report(.unclosedBlock, start, Int(opener.upper)) }
                isFirst = false
            case .hole(let start, _):
                openAtEnd.append(Completeness.Opening(kind: .hole, range: SourceRange(start, start + 2)))
            }
        }
        modes.removeAll()
        return Token(.brokenString, bytes.count, bytes.count, flags: .reported, depth: 0)
    }
}
