// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Lexer {
    /// The offset behind a run of digits; single underscores may stand between them.
    private func digitsEnd(_ start: Int) -> Int {
        var end = start
        while isDigit(byte(end)) || (byte(end) == UInt8(ascii: "_") && end > start && isDigit(byte(end + 1))) {
            end += 1
        }
        return end
    }

    /// A number with its suffix, a date, a time, or a version.
    mutating func number(at start: Int) -> Token {
        var end = digitsEnd(start)
        if looksLikeDate(start, end) { return date(at: start) }
        let wholeEnd = end
        var kind = TokenKind.int
        if byte(end) == UInt8(ascii: "."), isDigit(byte(end + 1)) {
            end = digitsEnd(end + 1)
            kind = .float
            while byte(end) == UInt8(ascii: "."), isDigit(byte(end + 1)) {
                end = digitsEnd(end + 1)
                kind = .version
            }
        }
        if kind != .version, let exponentEnd = exponentEnd(end) {
            end = exponentEnd
            kind = .float
        }
        if byte(end) == UInt8(ascii: "%") {
            end += 1
            kind = kind == .version ? .badNumber : .percent
            if kind == .badNumber { report(.unknownSuffix("%"), start, end) }
        } else if let suffixEnd = suffixEnd(end) {
            kind = suffixed(start, end, suffixEnd)
            end = suffixEnd
        }
        if kind != .badNumber, bytes[start] == UInt8(ascii: "0"), wholeEnd > start + 1, kind != .version {
            report(.leadingZero, start, end)
            kind = .badNumber
        }
        offset = end
        return Token(kind, start, end, flags: kind == .badNumber ? .reported : [])
    }

    private func exponentEnd(_ offset: Int) -> Int? {
        guard byte(offset) | 0x20 == UInt8(ascii: "e") else { return nil }
        let isSigned = byte(offset + 1) == UInt8(ascii: "-") || byte(offset + 1) == UInt8(ascii: "+")
        let digits = offset + (isSigned ? 2 : 1)
        return isDigit(byte(digits)) ? digitsEnd(digits) : nil
    }

    /// Where the letters that touch a number end; nil where none do.
    private func suffixEnd(_ start: Int) -> Int? {
        let end = foreignNameEnd(start)
        return end > start ? end : nil
    }

    private mutating func suffixed(_ start: Int, _ suffix: Int, _ end: Int) -> TokenKind {
        let text = String(decoding: bytes[suffix..<end], as: UTF8.self)
        if let unit = NumberUnit(text) { return unit.isTime ? .duration : .size }
        let letters = text.prefix { $0.isLetter }
        if letters.utf8.count < text.utf8.count, NumberUnit(String(letters)) != nil {
            report(.compoundUnit, start, end)
        } else {
            report(.unknownSuffix(text), start, end)
        }
        return .badNumber
    }

    /// Four digits, a hyphen, digits, a hyphen, a digit: nobody subtracts like that.
    private func looksLikeDate(_ start: Int, _ end: Int) -> Bool {
        guard end == start + 4, byte(end) == UInt8(ascii: "-"), isDigit(byte(end + 1)) else { return false }
        let month = digitsEnd(end + 1)
        return byte(month) == UInt8(ascii: "-") && isDigit(byte(month + 1))
    }

    private mutating func date(at start: Int) -> Token {
        let dateEnd = digitsEnd(digitsEnd(start + 5) + 1)
        guard byte(dateEnd) == UInt8(ascii: "T"), dateEnd == start + 10 else {
            let end = suffixEnd(dateEnd) ?? dateEnd
            return checked(.date, start, end)
        }
        var end = dateEnd + 1
        while isNamePart(byte(end)) || byte(end) == UInt8(ascii: ":") || isFraction(end) { end += 1 }
        let hasOffset = byte(end) == UInt8(ascii: "+") || byte(end) == UInt8(ascii: "-")
        if hasOffset, isDigit(byte(end - 1)), isDigit(byte(end + 1)) {
            end += 1
            while isNamePart(byte(end)) || byte(end) == UInt8(ascii: ":") { end += 1 }
        }
        return checked(.time, start, end)
    }

    private func isFraction(_ offset: Int) -> Bool { byte(offset) == UInt8(ascii: ".") && isDigit(byte(offset + 1)) }

    private mutating func checked(_ kind: TokenKind, _ start: Int, _ end: Int) -> Token {
        offset = end
        do throws(SyntaxFault) {
            if kind == .date {
                _ = try DateReader.date(bytes[start..<end])
            } else {
                _ = try DateReader.time(bytes[start..<end])
            }
            return Token(kind, start, end)
        } catch {
            report(error, start, end)
            return Token(.badNumber, start, end, flags: .reported)
        }
    }
}
