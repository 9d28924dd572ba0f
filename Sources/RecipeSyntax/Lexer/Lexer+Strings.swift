// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Lexer {
    func isTripleQuote(_ offset: Int) -> Bool {
        byte(offset) == UInt8(ascii: "\"") && byte(offset + 1) == UInt8(ascii: "\"")
            && byte(offset + 2) == UInt8(ascii: "\"")
    }

    func isHole(_ offset: Int) -> Bool {
        bytes[offset] == UInt8(ascii: "$") && byte(offset + 1) == UInt8(ascii: "{")
    }

    /// A whole string where it has no holes, else its opener.
    mutating func string(at start: Int) -> Token {
        let isBlock = isTripleQuote(start)
        let body = start + (isBlock ? 3 : 1)
        if isBlock { checkBlockOpener(at: body) }
        var end = body
        var isPlain = true
        while end < bytes.count {
            let byte = bytes[end]
            if byte == UInt8(ascii: "\""), !isBlock || isTripleQuote(end) { break }
            if isHole(end) {
                modes.append(.string(start: start, isBlock ? .block : .line))
                if !isBlock { openLineStrings += 1 }
                offset = body
                return Token(.stringOpen, start, body)
            }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                end += escapeStep(at: end, isBlock: isBlock)
            } else if isLineEnd(end), !isBlock || openLineStrings > 0 {
                break
            } else {
                if byte >= 0x80 || byte == UInt8(ascii: "\r") { isPlain = false }
                end += 1
            }
        }
        end = Swift.min(end, bytes.count)
        if !isPlain { checkText(body, end) }
        return closeString(at: start, end, isBlock: isBlock)
    }

    /// `r"…"` or `r"""…"""`.
    mutating func rawString(at start: Int) -> Token {
        let isBlock = isTripleQuote(start + 1)
        let body = start + (isBlock ? 4 : 2)
        if isBlock { checkBlockOpener(at: body) }
        var end = body
        while end < bytes.count {
            if bytes[end] == UInt8(ascii: "\""), !isBlock || isTripleQuote(end) { break }
            if isLineEnd(end), !isBlock || openLineStrings > 0 { break }
            checkCarriageReturn(at: end)
            end += bytes[end] < 0x80 ? 1 : checkedLength(at: end)
        }
        return closeString(at: start, Swift.min(end, bytes.count), isBlock: isBlock)
    }

    /// Ends a string without holes at its closing quote, or reports that there is none.
    private mutating func closeString(at start: Int, _ end: Int, isBlock: Bool) -> Token {
        if byte(end) == UInt8(ascii: "\"") {
            offset = end + (isBlock ? 3 : 1)
            return Token(.string, start, offset)
        }
        offset = end
        if openLineStrings > 0 { return breakStrings(at: end) }
        let opener = SourceRange(start, start + openerLength(at: start))
        if isBlock {
            openAtEnd.append(Completeness.Opening(kind: .blockString, range: opener))
            report(.unclosedBlock, Int(opener.lower), Int(opener.upper))
        } else {
            report(.unclosedString, Int(opener.lower), end)
            if case .hole? = modes.last { return breakHole(at: end) }
        }
        return Token(.string, start, end, flags: .reported)
    }

    /// The length of the quotes, with the `r` of a raw string.
    func openerLength(at start: Int) -> Int {
        let prefix = byte(start) == UInt8(ascii: "r") ? 1 : 0
        return prefix + (isTripleQuote(start + prefix) ? 3 : 1)
    }

    /// Behind `"""` only blanks may stand on its line.
    private mutating func checkBlockOpener(at body: Int) {
        var end = body
        while byte(end) == UInt8(ascii: " ") || byte(end) == UInt8(ascii: "\t") { end += 1 }
        if end >= bytes.count || isLineEnd(end) { return }
        var lineEnd = end
        while lineEnd < bytes.count, !isLineEnd(lineEnd), !isTripleQuote(lineEnd) { lineEnd += 1 }
        report(.textAfterBlockOpener, end, Swift.max(lineEnd, end + 1))
    }

    /// How far an escape reaches, right or wrong: in a block `\"""` is one.
    func escapeStep(at offset: Int, isBlock: Bool) -> Int {
        if isBlock, isTripleQuote(offset + 1) { return 4 }
        return offset + 1 < bytes.count && !isLineEnd(offset + 1) ? 2 : 1
    }

    /// Reports wrong escapes and characters in a piece of a string.
    mutating func checkText(_ start: Int, _ end: Int) {
        var offset = start
        while offset < end {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\\") {
                let escape = StringEscape.read(bytes, at: offset, before: end)
                if escape.scalar == nil { report(.unknownEscape, offset, Swift.min(offset + escape.length, end)) }
                offset += escape.length
            } else {
                checkCarriageReturn(at: offset)
                offset += byte < 0x80 ? 1 : checkedLength(at: offset)
            }
        }
    }

    /// Reports a carriage return that ends no line.
    mutating func checkCarriageReturn(at offset: Int) {
        guard bytes[offset] == UInt8(ascii: "\r"), byte(offset + 1) != UInt8(ascii: "\n") else { return }
        report(.loneCarriageReturn, offset, offset + 1)
    }
}
