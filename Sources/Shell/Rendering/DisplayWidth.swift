// SPDX-License-Identifier: Apache-2.0

/// How many columns of a terminal text takes.
package enum DisplayWidth {
    /// The columns of one scalar: 0 for marks that join the one before, 2 for wide ones, else 1.
    package static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// The columns of a text, counted by the widest scalar of each character.
    package static func of(_ text: some StringProtocol) -> Int {
        text.reduce(0) { width, character in
            width + (character.unicodeScalars.map { of($0) }.max() ?? 0)
        }
    }
}
