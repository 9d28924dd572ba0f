// SPDX-License-Identifier: Apache-2.0

/// Makes any text safe for a terminal: what others wrote, such as the log of a program or the name of a file, must not
/// move the cursor, rename the window or overwrite what stands there.
///
/// Line breaks and tabs stay, and so do the colours of `TextStyle`. Colours of anything else are taken away; every
/// other control character, and every mark that changes the direction of writing, is shown by name.
package enum TerminalText {
    /// - Parameter hasColour: Whether the colours of `TextStyle` stay, too.
    package static func safe(_ text: String, hasColour: Bool) -> String {
        if isPlain(text) { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count)
        var isColoured = false
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\u{1B}", let end = colourEnd(scalars, index) {
                let parameters = String(String.UnicodeScalarView(scalars[(index + 2)..<end]))
                if hasColour, parameters == reset || TextStyle.Role(rawValue: parameters) != nil {
                    result += "\u{1B}[\(parameters)m"
                    isColoured = parameters != reset
                }
                index = end + 1
            } else {
                let isLineEnd = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
                if !isLineEnd { add(scalar, to: &result) }
                index += 1
            }
        }
        if isColoured { result += "\u{1B}[\(reset)m" }
        return result
    }

    private static let reset = "0"

    /// Where the sequence that sets a colour ends, if one begins here.
    private static func colourEnd(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
        guard start + 1 < scalars.count, scalars[start + 1] == "[" else { return nil }
        var index = start + 2
        while index < scalars.count, ("0"..."9").contains(scalars[index]) || scalars[index] == ";" { index += 1 }
        return index < scalars.count && scalars[index] == "m" ? index : nil
    }

    private static func add(_ scalar: Unicode.Scalar, to result: inout String) {
        if isHarmless(scalar) {
            result.unicodeScalars.append(scalar)
        } else {
            result += VisibleCharacter(Character(scalar)).text
        }
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: true
        case 0..<0x20, 0x7F..<0xA0: false
        case 0x2028...0x202E, 0x2066...0x2069: false
        default: true
        }
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x09 }
            || text.unicodeScalars.allSatisfy(isHarmless)
    }
}
