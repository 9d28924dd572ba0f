// SPDX-License-Identifier: Apache-2.0

/// Pasted bytes made safe to stand in the text being edited.
enum PastedText {
    /// Line ends become newlines, those at the end are dropped, and so are control characters: an escape sequence
    /// in a pasted text cannot act on the terminal, nor can a key in it run a command. Bytes that are not UTF-8
    /// become U+FFFD.
    static func text(_ bytes: [UInt8]) -> String {
        var result = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            defer { isAfterReturn = scalar == "\r" }
            switch scalar {
            case "\r": result.append("\n")
            case "\n": if !isAfterReturn { result.append("\n") }
            case "\t": result.append(scalar)
            default:
                let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                if !isControl { result.append(scalar) }
            }
        }
        while result.last == "\n" { result.removeLast() }
        return String(result)
    }
}
