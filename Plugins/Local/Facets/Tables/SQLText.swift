// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// SQL text as pieces, as far as one must look to find where it ends and where its parameters stand.
struct SQLText {
    enum Piece: Hashable {
        case code(String)
        /// A text, a quoted name or a comment, with its quotes.
        case closed(String, isComment: Bool)
        /// `?`
        case parameter
    }

    let pieces: [Piece]

    init(_ text: String) {
        var pieces: [Piece] = []
        var code: [UInt8] = []
        let bytes = Array(text.utf8)
        var offset = 0
        while offset < bytes.count {
            let end = Self.endOfClosed(bytes, at: offset)
            if end == nil, bytes[offset] != UInt8(ascii: "?") {
                code.append(bytes[offset])
                offset += 1
                continue
            }
            if !code.isEmpty { pieces.append(.code(String(decoding: code, as: UTF8.self))) }
            code = []
            if let end {
                let isComment = bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "/")
                pieces.append(.closed(String(decoding: bytes[offset..<end], as: UTF8.self), isComment: isComment))
                offset = end
            } else {
                pieces.append(.parameter)
                offset += 1
            }
        }
        if !code.isEmpty { pieces.append(.code(String(decoding: code, as: UTF8.self))) }
        self.pieces = pieces
    }

    /// Where the text, name or comment that begins at the offset ends; nil where none begins.
    private static func endOfClosed(_ bytes: [UInt8], at start: Int) -> Int? {
        let next = start + 1 < bytes.count ? bytes[start + 1] : 0
        switch bytes[start] {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
            // A doubled quote closes and opens again, which comes to the same.
            return (bytes[(start + 1)...].firstIndex(of: bytes[start]) ?? bytes.count - 1) + 1
        case UInt8(ascii: "["): return (bytes[(start + 1)...].firstIndex(of: UInt8(ascii: "]")) ?? bytes.count - 1) + 1
        case UInt8(ascii: "-") where next == UInt8(ascii: "-"):
            return bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
            var offset = start + 2
            while offset + 1 < bytes.count {
                if bytes[offset] == UInt8(ascii: "*"), bytes[offset + 1] == UInt8(ascii: "/") { return offset + 2 }
                offset += 1
            }
            return bytes.count
        default: return nil
        }
    }

    /// The text without the comments, blanks and semicolons at its end, so that it can stand inside another statement.
    var statement: String {
        var pieces = pieces
        while let last = pieces.popLast() {
            switch last {
            case .closed(_, isComment: true): continue
            case .code(let code):
                var rest = Substring(code)
                while let character = rest.last, character.isWhitespace || character == ";" { rest.removeLast() }
                if rest.isEmpty { continue }
                return Self.text(of: pieces) + rest
            default: return Self.text(of: pieces + [last])
            }
        }
        return ""
    }

    private static func text(of pieces: [Piece]) -> String {
        pieces.map { piece in
            switch piece {
            case .code(let text), .closed(let text, _): text
            case .parameter: "?"
            }
        }.joined()
    }

    /// The statement with its parameters written as literals, for the places where SQLite takes no parameters.
    func statement(with parameters: [Value]) throws(CallError) -> String {
        var rest = parameters[...]
        var text = ""
        for piece in SQLText(statement).pieces {
            switch piece {
            case .code(let code), .closed(let code, _): text += code
            case .parameter: text += try Self.literal(rest.popFirst() ?? .null)
            }
        }
        return text
    }

    private static func literal(_ value: Value) throws(CallError) -> String {
        switch value {
        case .null: return "null"
        case .bool(let flag): return flag ? "1" : "0"
        case .int(let number): return String(number)
        case .float(let number) where number.isNaN: return "null"
        case .float(let number) where number.isInfinite: return number < 0 ? "-9e999" : "9e999"
        case .float(let number): return number.description
        case .string(let text): return quoted(text)
        case .date(let date): return quoted(date.description)
        case .time(let time): return quoted(time.description)
        default: throw CallError(.invalid, "\(value.typeName) has no place in SQL")
        }
    }

    /// A text as a SQL literal.
    static func quoted(_ text: String) -> String {
        // By scalars: to the engine a quote with a mark on it is a quote.
        var literal = String.UnicodeScalarView("'".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "'" { literal.append(scalar) }
            literal.append(scalar)
        }
        literal.append("'")
        return String(literal)
    }
}
