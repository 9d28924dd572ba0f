// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How a command's line is cut.
extension Parser {
    /// Goes over spaces; true where there were any.
    @discardableResult
    mutating func skipSpaces() -> Bool {
        let start = lexer.offset
        while lexer.byte(lexer.offset) == UInt8(ascii: " ") || lexer.byte(lexer.offset) == UInt8(ascii: "\t") {
            lexer.offset += 1
        }
        return lexer.offset > start
    }

    /// True where a command ends at an offset.
    func endsCommand(_ offset: Int) -> Bool {
        switch lexer.byte(offset) {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ";"), UInt8(ascii: "#"), UInt8(ascii: "}"): true
        default: offset >= bytes.count
        }
    }

    /// True where a word ends at an offset.
    func endsWord(_ offset: Int) -> Bool {
        switch lexer.byte(offset) {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "{"): true
        case UInt8(ascii: "#"): false
        default: endsCommand(offset)
        }
    }

    /// Where the word at an offset ends. Brackets hold blanks and quotes: `lake["a b"].url` is one word.
    mutating func wordEnd(from start: Int) -> Int {
        var end = start
        while end < bytes.count, !endsWord(end) {
            switch bytes[end] {
            case UInt8(ascii: "["):
                guard let closer = closingBracket(end) else {
                    let lineEnd = self.lineEnd(end)
                    note(.unclosedBracket("["), SourceRange(start, lineEnd))
                    return lineEnd
                }
                end = closer + 1
            case UInt8(ascii: "\""):
                note(.quoteInsideWord, SourceRange(end, end + 1))
                end = quoteEnd(end)
            case UInt8(ascii: "'") where end == start:
                var closer = end + 1
                while closer < bytes.count, !lexer.isLineEnd(closer), bytes[closer] != bytes[start] { closer += 1 }
                if lexer.byte(closer) == UInt8(ascii: "'") { closer += 1 }
                note(.singleQuotes, SourceRange(end, closer))
                end = closer
            case ..<0x20, 0x7F:
                note(.unexpectedCharacter(Unicode.Scalar(bytes[end])), SourceRange(end, end + 1))
                end += 1
            case 0x80...: end += lexer.checkedLength(at: end)
            default: end += 1
            }
        }
        return Swift.min(end, bytes.count)
    }

    private func lineEnd(_ start: Int) -> Int {
        var end = start
        while end < bytes.count, !lexer.isLineEnd(end) { end += 1 }
        return end
    }

    /// The offset behind the quote that closes the one at an offset, or the line's end.
    private func quoteEnd(_ start: Int) -> Int {
        var end = start + 1
        while end < bytes.count, !lexer.isLineEnd(end), bytes[end] != UInt8(ascii: "\"") {
            end += bytes[end] == UInt8(ascii: "\\") && end + 1 < bytes.count && !lexer.isLineEnd(end + 1) ? 2 : 1
        }
        return lexer.byte(end) == UInt8(ascii: "\"") ? end + 1 : Swift.min(end, bytes.count)
    }

    /// The bracket on this line that closes the one at an offset.
    private func closingBracket(_ start: Int) -> Int? {
        var nested = 0
        var next = start
        while next < bytes.count, !lexer.isLineEnd(next) {
            switch bytes[next] {
            case UInt8(ascii: "["): nested += 1
            case UInt8(ascii: "]"):
                nested -= 1
                if nested == 0 { return next }
            case UInt8(ascii: "\""):
                next = quoteEnd(next)
                continue
            default: break
            }
            next += 1
        }
        return nil
    }
}
