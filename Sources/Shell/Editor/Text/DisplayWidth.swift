// SPDX-License-Identifier: Apache-2.0

/// How many columns of a terminal something takes, independent of the process's locale.
enum DisplayWidth {
    /// The columns of a grapheme cluster: those of its widest scalar, two where it asks for emoji form.
    static func of(_ character: Character) -> Int {
        if let ascii = character.asciiValue { return ascii >= 0x20 && ascii < 0x7F ? 1 : 0 }
        var width = 0
        for scalar in character.unicodeScalars {
            if scalar.value == 0xFE0F { return 2 }
            width = max(width, of(scalar))
        }
        return width
    }

    /// The columns of a text without control characters.
    static func of(_ text: String) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .lineSeparator, .paragraphSeparator: return 0
        case .surrogate, .control: return 0
        default: break
        }
        if (0x1160...0x11FF).contains(value) { return 0 }
        if scalar.properties.isEmojiPresentation { return 2 }
        return isWide(value) ? 2 : 1
    }

    /// The blocks of East Asian wide and full-width characters.
    private static let wideBlocks: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18D08, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD
    ]

    private static func isWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        var low = 0
        var high = wideBlocks.count
        while low < high {
            let middle = (low + high) / 2
            let block = wideBlocks[middle]
            if value < block.lowerBound {
                high = middle
            } else if value > block.upperBound {
                low = middle + 1
            } else {
                return true
            }
        }
        return false
    }
}

/// A grapheme cluster in the form in which a terminal may safely be sent it.
struct VisibleCharacter: Equatable {
    var text: String
    var width: Int
    /// The character itself has no form: a control or a direction mark, which is shown by name.
    var isSubstituted: Bool

    init(_ character: Character) {
        let width = DisplayWidth.of(character)
        if width > 0, !Self.containsHidden(character) {
            self.init(text: String(character), width: width, isSubstituted: false)
            return
        }
        guard let scalar = character.unicodeScalars.first else {
            self.init(text: "", width: 0, isSubstituted: false)
            return
        }
        if scalar.value < 0x20 || scalar.value == 0x7F {
            let name = "^" + String(UnicodeScalar(UInt8(scalar.value) ^ 0x40))
            self.init(text: name, width: 2, isSubstituted: true)
        } else if scalar.properties.generalCategory == .nonspacingMark {
            // A mark without a letter needs a circle to stand on.
            self.init(text: "\u{25CC}" + String(character), width: 1, isSubstituted: false)
        } else {
            let name = "<" + String(scalar.value, radix: 16, uppercase: true) + ">"
            self.init(text: name, width: name.utf8.count, isSubstituted: true)
        }
    }

    /// White space in place of a tab.
    init(blanks: Int) {
        self.init(text: String(repeating: " ", count: blanks), width: blanks, isSubstituted: false)
    }

    private init(text: String, width: Int, isSubstituted: Bool) {
        self.text = text
        self.width = width
        self.isSubstituted = isSubstituted
    }

    /// A control character inside a cluster, which only `\r\n` forms.
    private static func containsHidden(_ character: Character) -> Bool {
        !character.isASCII && character.unicodeScalars.contains { $0.value < 0x20 }
    }
}
