// SPDX-License-Identifier: Apache-2.0

/// One way to write a secret down.
struct SecretForm: Hashable {
    let bytes: [UInt8]
    /// True where only a whole word is masked, since the bytes are part of too many other words.
    let standsAlone: Bool
}

/// The ways in which programs write a text down.
enum SecretForms {
    static func all(of text: String) -> Set<SecretForm> {
        var forms: Set<SecretForm> = []
        for piece in pieces(of: text) {
            let bytes = Array(piece.utf8)
            // A short line of a longer secret is a word that may stand in any text.
            let standsAlone = bytes.count < (piece == text ? 1 : 2) * Redactor.shortest
            let written = [
                bytes, escapedForJSON(piece, escapesSlash: false, isASCII: false),
                escapedForJSON(piece, escapesSlash: true, isASCII: false),
                escapedForJSON(piece, escapesSlash: false, isASCII: true),
                percentEncoded(bytes, digits: "0123456789ABCDEF", space: "%20"),
                percentEncoded(bytes, digits: "0123456789abcdef", space: "%20"),
                percentEncoded(bytes, digits: "0123456789ABCDEF", space: "+"),
                percentEncoded(bytes, digits: "0123456789ABCDEF", space: "%20", keepsSlash: true),
                escapedForXML(piece, quote: "\"", apostrophe: "'"),
                escapedForXML(piece, quote: "&quot;", apostrophe: "'"),
                escapedForXML(piece, quote: "&quot;", apostrophe: "&#39;"),
                escapedForXML(piece, quote: "&quot;", apostrophe: "&#x27;"),
                escapedForXML(piece, quote: "&quot;", apostrophe: "&apos;")
            ]
            for form in written { forms.insert(SecretForm(bytes: form, standsAlone: standsAlone)) }
            if !standsAlone {
                for form in base64Forms(bytes) { forms.insert(SecretForm(bytes: form, standsAlone: false)) }
            }
        }
        return forms
    }

    /// The whole text, and each of its lines that is no mere bracket or the like, since output is written line by line.
    private static func pieces(of text: String) -> [String] {
        let lines = text.split(whereSeparator: \.isNewline).filter { $0.utf8.count >= Redactor.shortest }
        return lines.count > 1 || lines.first.map { $0 != text } ?? false ? [text] + lines.map(String.init) : [text]
    }

    private static func escapedForJSON(_ text: String, escapesSlash: Bool, isASCII: Bool) -> [UInt8] {
        var result: [UInt8] = []
        for unit in text.unicodeScalars {
            switch unit {
            case "\"": result += Array("\\\"".utf8)
            case "\\": result += Array("\\\\".utf8)
            case "\n": result += Array("\\n".utf8)
            case "\r": result += Array("\\r".utf8)
            case "\t": result += Array("\\t".utf8)
            case "/" where escapesSlash: result += Array("\\/".utf8)
            case _ where unit.value < 0x20 || isASCII && unit.value > 0x7E:
                for half in String(unit).utf16 {
                    let digits = String(half, radix: 16)
                    result += Array("\\u".utf8) + repeatElement(UInt8(ascii: "0"), count: 4 - digits.count)
                    result += Array(digits.utf8)
                }
            default: result += Array(String(unit).utf8)
            }
        }
        return result
    }

    private static func escapedForXML(_ text: String, quote: String, apostrophe: String) -> [UInt8] {
        var result: [UInt8] = []
        for unit in text.unicodeScalars {
            switch unit {
            case "&": result += Array("&amp;".utf8)
            case "<": result += Array("&lt;".utf8)
            case ">": result += Array("&gt;".utf8)
            case "\"": result += Array(quote.utf8)
            case "'": result += Array(apostrophe.utf8)
            default: result += Array(String(unit).utf8)
            }
        }
        return result
    }

    private static func percentEncoded(
        _ bytes: [UInt8], digits: String, space: String, keepsSlash: Bool = false
    ) -> [UInt8] {
        let digits = Array(digits.utf8)
        var result: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            case UInt8(ascii: "/") where keepsSlash: result.append(byte)
            case UInt8(ascii: " "): result += Array(space.utf8)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return result
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
