// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Cuts a text into tokens, one at each call, and never fails: what is wrong becomes a token and a fault.
///
/// Line ends are no tokens: a token knows whether it is the first of its line, and the parser knows what that means
/// where it stands. The parser rewinds the lexer where a command's words are cut by other rules.
struct Lexer {
    /// Where in nested strings the lexer is; empty outside of strings.
    enum Mode {
        case string(start: Int, StringStyle)
        /// Code inside a string, with the number of braces open in it.
        case hole(start: Int, braces: Int)
    }

    /// How a string with holes ends.
    enum StringStyle {
        /// At its quote, on its line.
        case line
        /// At its three quotes.
        case block
        /// At the end of the line: what follows `sql`.
        case rest
    }

    let bytes: [UInt8]
    var offset = 0
    var modes: [Mode] = []
    /// How many strings of `modes` must end on their line.
    var openLineStrings = 0
    var comments: [SourceRange] = []
    var faults: [LocatedFault] = []
    /// The first line where it begins with `#!`.
    private(set) var shebang: SourceRange?
    /// The block strings and holes that were open when the text ended, outermost first.
    var openAtEnd: [Completeness.Opening] = []
    /// Set once bytes that are not UTF-8 were reported: one report a text is enough.
    var hasReportedEncoding = false

    init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        if byte(offset) == UInt8(ascii: "#"), byte(offset + 1) == UInt8(ascii: "!") {
            let start = offset
            skipLine()
            shebang = SourceRange(start, offset)
        }
    }

    /// The byte at an offset, 0 behind the end.
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    mutating func report(_ fault: SyntaxFault, _ start: Int, _ end: Int) {
        faults.append(LocatedFault(fault, SourceRange(start, end)))
    }

    /// Goes back to an offset outside of strings and forgets what was found behind it.
    mutating func rewind(to target: Int) {
        offset = target
        modes.removeAll(keepingCapacity: true)
        openLineStrings = 0
        openAtEnd.removeAll { Int($0.range.lower) >= target }
        while let last = faults.last, Int(last.range.lower) >= target {
            if last.fault == .notUTF8 { hasReportedEncoding = false }
            faults.removeLast()
        }
        while let last = comments.last, Int(last.lower) >= target { comments.removeLast() }
    }

    /// The next token; at the end of the text `end`, again and again.
    mutating func next() -> Token {
        if case .string(_, let style)? = modes.last { return nextPiece(style) }
        var flags: Token.Flags = []
        if let broken = skipBlanks(&flags) { return broken }
        let start = offset
        guard start < bytes.count else { return end(flags) }
        var token = code(at: start, bytes[start])
        token.flags.formUnion(flags)
        return token
    }

    private mutating func end(_ flags: Token.Flags) -> Token {
        if !modes.isEmpty { return breakStringsAtEnd() }
        return Token(.end, bytes.count, bytes.count, flags: flags)
    }

    private mutating func code(at start: Int, _ first: UInt8) -> Token {
        if isNameStart(first) { return word(at: start) }
        if isDigit(first) { return number(at: start) }
        switch first {
        case UInt8(ascii: "\""): return string(at: start)
        case UInt8(ascii: "@"): return metaName(at: start)
        case UInt8(ascii: "{"):
            if case .hole(let opener, let braces)? = modes.last {
                modes[modes.count - 1] = .hole(start: opener, braces: braces + 1)
            }
            return take(.openBrace, 1)
        case UInt8(ascii: "}"):
            if case .hole(let opener, let braces)? = modes.last {
                if braces == 0 {
                    modes.removeLast()
                    return take(.holeClose, 1)
                }
                modes[modes.count - 1] = .hole(start: opener, braces: braces - 1)
            }
            return take(.closeBrace, 1)
        default:
            if let token = punctuation(first) { return token }
            return first < 0x80 ? unexpectedASCII(at: start, first) : unexpectedUnicode(at: start)
        }
    }

    /// A token of that many bytes at the present offset.
    mutating func take(_ kind: TokenKind, _ length: Int, flags: Token.Flags = []) -> Token {
        let start = offset
        offset += length
        return Token(kind, start, offset, flags: flags)
    }

    /// A name, a reserved word, or a raw string.
    private mutating func word(at start: Int) -> Token {
        var end = start + 1
        while end < bytes.count, isNamePart(bytes[end]) { end += 1 }
        let next = byte(end)
        if next >= 0x80, continuesName(at: end) { return foreignName(at: start) }
        if next == UInt8(ascii: "\""), end == start + 1, bytes[start] == UInt8(ascii: "r") {
            return rawString(at: start)
        }
        offset = end
        return Token(reservedWord(start, end) ?? .name, start, end)
    }

    /// `@name`; an `@` alone counts as a blank.
    private mutating func metaName(at start: Int) -> Token {
        var end = start + 1
        while end < bytes.count, isNamePart(bytes[end]) { end += 1 }
        offset = end
        return Token(.meta, start, end)
    }

    private func reservedWord(_ start: Int, _ end: Int) -> TokenKind? {
        func spells(_ word: StaticString) -> Bool {
            word.utf8CodeUnitCount == end - start
                && word.withUTF8Buffer { letters in
                    for index in 0..<letters.count where bytes[start + index] != letters[index] { return false }
                    return true
                }
        }
        switch bytes[start] {
        case UInt8(ascii: "a"): return spells("and") ? .and : nil
        case UInt8(ascii: "o"): return spells("or") ? .or : nil
        case UInt8(ascii: "n"): return spells("not") ? .not : spells("null") ? .nullWord : nil
        case UInt8(ascii: "i"): return spells("in") ? .isIn : spells("if") ? .ifWord : nil
        case UInt8(ascii: "t"): return spells("then") ? .thenWord : spells("true") ? .trueWord : nil
        case UInt8(ascii: "e"): return spells("else") ? .elseWord : nil
        case UInt8(ascii: "f"): return spells("for") ? .forWord : spells("false") ? .falseWord : nil
        case UInt8(ascii: "l"): return spells("lookup") ? .lookupWord : nil
        default: return nil
        }
    }
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

@inline(__always)
func isNameStart(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_") }

@inline(__always)
func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
