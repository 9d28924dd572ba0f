// SPDX-License-Identifier: Apache-2.0

/// Renders values of type Shell and Url.
public enum ShellText {
    /// The text with each hole as (a part of) one word of a POSIX shell, written for the quotes that it stands in.
    ///
    /// - Throws: `CallError` with `invalid` for a hole that is no scalar or stands where no value can, such as in a
    ///   comment, and for a secret: secrets reach programs by their environment only.
    public static func render(_ value: Value) throws(CallError) -> String {
        let text = try written(value)
        if text.unicodeScalars.contains("\0") {
            throw CallError(.invalid, "a program cannot be given the character NUL", help: ["take it out of the value"])
        }
        return text
    }

    private static func written(_ value: Value) throws(CallError) -> String {
        switch value {
        case .string(let text): return text
        case .template(let template):
            var text = ""
            var lexer = ShellLexer()
            for part in template.parts {
                switch part {
                case .text(let piece):
                    text += piece
                    lexer.read(piece)
                case .hole(let hole):
                    // Another line is a word here too, with its own values kept apart in it.
                    let word = if case .template = hole { try written(hole) } else { try PlainText.render(hole) }
                    switch lexer.place {
                    case .word: text += quoted(word)
                    case .singleQuotes: text += inSingleQuotes(word)
                    case .doubleQuotes: text += "\"" + quoted(word) + "\""
                    case .refused(let place):
                        throw CallError(.invalid, refusal(place), help: [wayOut])
                    }
                    lexer.passValue()
                }
            }
            return text
        default: throw CallError(.invalid, "shell text is needed here, not \(value.typeName)")
        }
    }

    /// What is wrong with a value that stands where none can.
    public static func refusal(_ place: String) -> String {
        "a value \(place) of a shell line could become part of the program"
    }

    /// What to do instead.
    public static let wayOut = #"hand it over in env: { NAME: … } and write "$NAME" in the line"#

    /// A text as one word.
    public static func quoted(_ text: String) -> String { "'" + inSingleQuotes(text) + "'" }

    /// A text as it is written between two single quotes.
    private static func inSingleQuotes(_ text: String) -> String {
        // By scalars: to the shell a quote with a mark on it is a quote.
        var word = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "'" { word.append(contentsOf: "'\\''".unicodeScalars) } else { word.append(scalar) }
        }
        return String(word)
    }
}

/// Renders values as plain text.
public enum PlainText {
    /// A scalar's text without quotes.
    ///
    /// - Throws: `CallError` with `invalid` for lists, objects, secrets and what is unknown.
    public static func render(_ value: Value) throws(CallError) -> String {
        switch value {
        case .string(let text): return text
        case .null: return ""
        case .template(let template):
            var text = ""
            for part in template.parts {
                switch part {
                case .text(let piece): text += piece
                case .hole(let hole): text += try render(hole)
                }
            }
            return text
        case .reference(let reference): return reference.name.isEmpty ? reference.resource?.text ?? "" : reference.name
        case .list, .object, .unknown, .secret:
            throw CallError(.invalid, "\(value.typeName) cannot become text")
        default: return value.literal
        }
    }
}

/// Renders values of type Url.
public enum URLText {
    /// The text with each hole percent-encoded, so that it stays inside its part of the address.
    public static func render(_ value: Value) throws(CallError) -> String {
        guard case .template(let template) = value else { return try PlainText.render(value) }
        var text = ""
        for (offset, part) in template.parts.enumerated() {
            switch part {
            case .text(let piece): text += piece
            case .hole(let hole):
                let piece = try PlainText.render(hole)
                text += offset == 0 ? piece : encoded(piece)
            }
        }
        return text
    }

    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
