// SPDX-License-Identifier: Apache-2.0

/// One escape of a string: what it stands for, and how long it is.
struct StringEscape {
    /// What it stands for; nil where there is no such escape.
    var scalar: Unicode.Scalar?
    /// In bytes, with the backslash; at least one.
    var length: Int

    /// Reads the escape whose backslash stands at an offset.
    static func read(_ bytes: [UInt8], at offset: Int, before end: Int) -> StringEscape {
        guard offset + 1 < end else { return StringEscape(scalar: nil, length: 1) }
        switch bytes[offset + 1] {
        case UInt8(ascii: "n"): return StringEscape(scalar: "\n", length: 2)
        case UInt8(ascii: "t"): return StringEscape(scalar: "\t", length: 2)
        case UInt8(ascii: "\""): return StringEscape(scalar: "\"", length: 2)
        case UInt8(ascii: "\\"): return StringEscape(scalar: "\\", length: 2)
        case UInt8(ascii: "$"):
            guard offset + 2 < end, bytes[offset + 2] == UInt8(ascii: "{") else {
                return StringEscape(scalar: nil, length: 2)
            }
            return StringEscape(scalar: "$", length: 2)
        case UInt8(ascii: "u"): return readUnicode(bytes, at: offset, before: end)
        default:
            return StringEscape(scalar: nil, length: 2)
        }
    }

    /// `\u{…}` with one to eight hexadecimal digits.
    private static func readUnicode(_ bytes: [UInt8], at offset: Int, before end: Int) -> StringEscape {
        guard offset + 2 < end, bytes[offset + 2] == UInt8(ascii: "{") else {
            return StringEscape(scalar: nil, length: 2)
        }
        var value: UInt32 = 0
        var next = offset + 3
        while next < end, let digit = Unicode.Scalar(bytes[next]).properties.isASCIIHexDigit ? bytes[next] : nil {
            guard next - offset - 3 < 8 else { return StringEscape(scalar: nil, length: next - offset) }
            let letter = digit | 0x20
            value = value << 4 | UInt32(isDigit(digit) ? digit - UInt8(ascii: "0") : letter - UInt8(ascii: "a") + 10)
            next += 1
        }
        guard next < end, bytes[next] == UInt8(ascii: "}"), next > offset + 3 else {
            return StringEscape(scalar: nil, length: next - offset)
        }
        return StringEscape(scalar: Unicode.Scalar(value), length: next + 1 - offset)
    }
}
