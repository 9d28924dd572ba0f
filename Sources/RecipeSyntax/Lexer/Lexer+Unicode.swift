// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Lexer {
    /// The scalar at an offset and its length in bytes; nil where the bytes are not UTF-8.
    func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        let first = byte(offset)
        let length: Int
        switch first {
        case ..<0x80: length = 1
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF: length = 3
        case 0xF0...0xF4: length = 4
        default: return nil
        }
        guard offset + length <= bytes.count else { return nil }
        var value = length == 1 ? UInt32(first) : UInt32(first) & (0x7F >> UInt32(length))
        for next in bytes[(offset + 1)..<(offset + length)] {
            guard next & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(next & 0x3F)
        }
        let isOverlong = length == 3 && value < 0x800 || length == 4 && value < 0x1_0000
        guard !isOverlong, let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, length)
    }

    /// The length of the scalar at an offset inside a comment or a string, where nearly everything may stand.
    mutating func checkedLength(at offset: Int) -> Int {
        guard let (scalar, length) = scalar(at: offset) else {
            reportEncoding(at: offset)
            return 1
        }
        if scalar.isBidirectionalControl { report(.bidirectionalControl(scalar), offset, offset + length) }
        return length
    }

    /// Reports bytes that are not UTF-8, once a text: a file in another encoding has one cause and many such places.
    mutating func reportEncoding(at offset: Int) {
        if hasReportedEncoding { return }
        hasReportedEncoding = true
        report(.notUTF8, offset, offset + 1)
    }

    /// True where a name that has begun goes on beyond ASCII.
    func continuesName(at offset: Int) -> Bool {
        guard let (scalar, _) = scalar(at: offset) else { return false }
        return scalar.isForeignNamePart
    }

    /// Skips and reports a blank that is none in a recipe, and what cannot be seen; false where something else stands.
    mutating func skipForeignBlank() -> Bool {
        guard let (scalar, length) = scalar(at: offset) else { return false }
        if scalar.isBidirectionalControl {
            report(.bidirectionalControl(scalar), offset, offset + length)
        } else if scalar.isForeignBlank {
            report(.unexpectedCharacter(scalar), offset, offset + length)
        } else {
            return false
        }
        offset += length
        return true
    }

    /// Where a name ends that may have letters beyond ASCII.
    func foreignNameEnd(_ start: Int) -> Int {
        var end = start
        while end < bytes.count {
            if isNamePart(bytes[end]) {
                end += 1
            } else if bytes[end] >= 0x80, let (scalar, length) = scalar(at: end), scalar.isForeignNamePart {
                end += length
            } else {
                break
            }
        }
        return end
    }

    /// A name with letters beyond ASCII, taken for a name so that only it is reported.
    mutating func foreignName(at start: Int) -> Token {
        let end = foreignNameEnd(start)
        report(.foreignName, start, end)
        offset = end
        return Token(.name, start, end, flags: .reported)
    }

    /// A byte of ASCII with which nothing begins.
    mutating func unexpectedASCII(at start: Int, _ first: UInt8) -> Token {
        if first == UInt8(ascii: "'") {
            var end = start + 1
            while end < bytes.count, !isLineEnd(end), bytes[end] != first { end += 1 }
            let isClosed = byte(end) == first
            report(.singleQuotes, start, isClosed ? end + 1 : start + 1)
            return take(.invalid, isClosed ? end + 1 - start : 1)
        }
        report(.unexpectedCharacter(Unicode.Scalar(first)), start, start + 1)
        // What touches it belongs to it: `$5`, `$name`, `name` in backticks.
        var end = start + 1
        while isNamePart(byte(end)) { end += 1 }
        if end > start + 1, byte(end) == first { end += 1 }
        return take(.invalid, end - start)
    }

    /// Something beyond ASCII with which nothing begins.
    mutating func unexpectedUnicode(at start: Int) -> Token {
        guard let (scalar, length) = scalar(at: start) else {
            reportEncoding(at: start)
            return take(.invalid, 1)
        }
        if scalar.isForeignNamePart { return foreignName(at: start) }
        if !scalar.isTypographicQuote {
            report(.unexpectedCharacter(scalar), start, start + length)
            return take(.invalid, length)
        }
        var end = start + length
        while end < bytes.count, !isLineEnd(end) {
            guard bytes[end] >= 0x80, let (next, width) = self.scalar(at: end) else {
                end += 1
                continue
            }
            end += width
            if next.isTypographicQuote {
                report(.typographicQuotes, start, end)
                return take(.invalid, end - start)
            }
        }
        report(.typographicQuotes, start, start + length)
        return take(.invalid, length)
    }
}

extension Unicode.Scalar {
    /// Changes the order in which a line is shown, so that it reads other than it runs.
    var isBidirectionalControl: Bool {
        switch value {
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Looks like a blank or like nothing.
    var isForeignBlank: Bool {
        switch value {
        case 0x85, 0xA0, 0xAD, 0x061C, 0x1680, 0x180E, 0x2000...0x200F, 0x2028, 0x2029, 0x202F, 0x205F...0x2064, 0x3000,
            0xFEFF:
            true
        default: false
        }
    }

    var isForeignNamePart: Bool {
        value >= 0x80 && (properties.isAlphabetic || properties.numericType != nil || properties.isIDContinue)
    }

    var isTypographicQuote: Bool {
        switch value {
        case 0x2018...0x201F, 0x2039, 0x203A, 0xAB, 0xBB: true
        default: false
        }
    }
}
