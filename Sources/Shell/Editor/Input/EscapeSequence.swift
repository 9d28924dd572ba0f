// SPDX-License-Identifier: Apache-2.0

/// A control sequence of a terminal: the bytes between its introducer and its last byte, and that byte.
struct EscapeSequence {
    private let numbers: [Int]
    private let final: Unicode.Scalar

    init(parameters: [UInt8], final: UInt8) {
        numbers = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
        self.final = Unicode.Scalar(final)
    }

    var opensPaste: Bool { final == "~" && numbers.first == 200 }

    private struct Modifiers: OptionSet {
        let rawValue: Int
        static let shift = Modifiers(rawValue: 1)
        static let alt = Modifiers(rawValue: 2)
        static let control = Modifiers(rawValue: 4)
    }

    /// The key that the sequence stands for; nil for one that means nothing here.
    func key(alt: Bool) -> SpecialKey? {
        var modifiers = Modifiers(rawValue: numbers.count > 1 ? max(numbers[1] - 1, 0) : 0)
        if alt { modifiers.insert(.alt) }
        let isModified = !modifiers.isDisjoint(with: [.alt, .control])
        switch final {
        case "A": return isModified ? .entryUp : .up
        case "B": return isModified ? .entryDown : .down
        case "C": return isModified ? .wordRight : .right
        case "D": return isModified ? .wordLeft : .left
        case "H": return .home
        case "F": return .end
        case "Z": return .backTab
        // Enter with Shift or Alt, in the two ways in which terminals report it.
        case "u": return numbers.first == 13 ? .newline : nil
        case "~" where numbers.first == 27: return numbers.count > 2 && numbers[2] == 13 ? .newline : nil
        case "~": return numbered(isModified)
        default: return nil
        }
    }

    private func numbered(_ isModified: Bool) -> SpecialKey? {
        switch numbers.first {
        case 1, 7: .home
        case 4, 8: .end
        case 3: isModified ? .deleteWord : .delete
        case 5: .pageUp
        case 6: .pageDown
        default: nil
        }
    }
}
