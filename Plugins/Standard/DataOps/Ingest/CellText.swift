// SPDX-License-Identifier: Apache-2.0

/// What the bytes of a cell say, without making strings of them.
enum CellText {
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The bytes without blanks around them: files with columns of a fixed width pad their numbers.
    @inline(__always)
    static func trimmed(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> (start: UnsafePointer<UInt8>, count: Int) {
        var (start, count) = (bytes, count)
        while count > 0, start[0] == 0x20 {
            start += 1
            count -= 1
        }
        while count > 0, start[count - 1] == 0x20 { count -= 1 }
        return (start, count)
    }

    /// A whole number of 64 bits; nil for anything else, a leading zero or plus included: those are codes.
    static func int(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        let (start, count) = trimmed(bytes, count)
        let isNegative = count > 0 && start[0] == UInt8(ascii: "-")
        let first = isNegative ? 1 : 0
        let digits = count - first
        guard digits > 0, digits <= 19 else { return nil }
        if start[first] == UInt8(ascii: "0") { return count == 1 ? 0 : nil }
        var magnitude: UInt64 = 0
        for offset in first..<count {
            guard isDigit(start[offset]) else { return nil }
            magnitude = magnitude &* 10 &+ UInt64(start[offset] &- UInt8(ascii: "0"))
        }
        if isNegative {
            guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
            return Int64(truncatingIfNeeded: 0 &- magnitude)
        }
        return Int64(exactly: magnitude)
    }

    /// True or false in any case.
    static func bool(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool? {
        let (start, count) = trimmed(bytes, count)
        if isWord("true", start, count) { return true }
        if isWord("false", start, count) { return false }
        return nil
    }

    private static func isWord(_ word: StaticString, _ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for offset in 0..<count where bytes[offset] | 0x20 != word.utf8Start[offset] { return false }
        return true
    }

    /// Appends the text that a cell stands for.
    static func append(_ cell: Cell, in bytes: UnsafePointer<UInt8>, to text: inout [UInt8]) {
        let content = UnsafeBufferPointer(start: bytes + cell.start, count: cell.count)
        switch cell.form {
        case .missing, .empty: return
        case .bare, .number, .text: text.append(contentsOf: content)
        case .doubledQuotes:
            var at = 0
            while at < content.count {
                text.append(content[at])
                at += content[at] == UInt8(ascii: "\"") ? 2 : 1
            }
        case .escapedText: appendUnescaped(content, to: &text)
        }
    }

    static func unescaped(_ cell: Cell, in bytes: UnsafePointer<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        append(cell, in: bytes, to: &text)
        return text
    }

    /// Appends a JSON string whose escapes are known to be well formed; half a surrogate pair becomes U+FFFD.
    private static func appendUnescaped(_ content: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
        var at = 0
        while at < content.count {
            guard content[at] == UInt8(ascii: "\\") else {
                text.append(content[at])
                at += 1
                continue
            }
            let letter = content[at + 1]
            at += 2
            switch letter {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                var unit = codeUnit(content, at)
                at += 4
                if (0xD800..<0xDC00).contains(unit), at + 6 <= content.count, content[at] == UInt8(ascii: "\\"),
                    content[at + 1] == UInt8(ascii: "u"), (0xDC00..<0xE000).contains(codeUnit(content, at + 2))
                {
                    unit = 0x10000 + (unit - 0xD800) << 10 + (codeUnit(content, at + 2) - 0xDC00)
                    at += 6
                }
                text.append(
                    contentsOf: UTF8.encode(Unicode.Scalar(unit) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
            default: text.append(letter)
            }
        }
    }

    private static func codeUnit(_ content: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt32 {
        (at..<(at + 4)).reduce(0) { $0 << 4 | (hexDigit(content[$1]) ?? 0) }
    }
}
