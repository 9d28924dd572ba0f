// SPDX-License-Identifier: Apache-2.0

/// The texts that stand for a secret in what programs write.
enum SecretForms {
    static func all(of text: String, mask: [UInt8]) -> [SecretPattern] {
        var known: Set<String> = []
        var patterns: [SecretPattern] = []
        for piece in pieces(of: text) where known.insert(piece).inserted {
            let bytes = Array(piece.utf8)
            // A short line of a longer secret is a word that may stand in any text.
            let standsAlone = bytes.count < (piece == text ? 1 : 2) * Redactor.shortest
            patterns.append(SecretPattern(piece, standsAlone: standsAlone, mask: mask))
            if standsAlone { continue }
            for form in base64Forms(bytes).map({ String(decoding: $0, as: UTF8.self) })
            where known.insert(form).inserted {
                patterns.append(SecretPattern(form, standsAlone: false, mask: mask))
            }
        }
        return patterns
    }

    /// The whole text, and each of its lines that is no mere bracket or the like, since output is written line by line.
    private static func pieces(of text: String) -> [String] {
        let lines = text.split(whereSeparator: \.isNewline).filter { $0.utf8.count >= Redactor.shortest }
        return lines.count > 1 || lines.first.map { $0 != text } ?? false ? [text] + lines.map(String.init) : [text]
    }

    /// The digits that stand for the bytes wherever they begin in a longer text that is encoded as a whole, without
    /// those at both ends that depend on the neighbours.
    private static func base64Forms(_ bytes: [UInt8]) -> [[UInt8]] {
        (0..<3).flatMap { shift in
            var digits = base64([UInt8](repeating: 0, count: shift) + bytes)
            // So many digits hold bits of what stands before; of the last group only whole digits are certain.
            let before = (shift * 8 + 5) / 6
            let certain = (shift + bytes.count) * 8 / 6
            digits = Array(digits[before..<certain])
            let forURLs = digits.map { digit in
                switch digit {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                default: digit
                }
            }
            return [digits, forURLs].filter { $0.count >= Redactor.shortest }
        }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Base64 without padding.
    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var pending: UInt32 = 0
        var bits = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                result.append(alphabet[Int(pending >> UInt32(bits)) & 63])
            }
            pending &= 0xFF
        }
        if bits > 0 { result.append(alphabet[Int(pending << UInt32(6 - bits)) & 63]) }
        return result
    }
}
