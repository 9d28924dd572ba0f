// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Reads the text before a cursor for what is open there.
///
/// Any text will do, the half of a token included.
struct CursorScanner {
    enum Token: Equatable {
        case word(String)
        /// `@name`
        case meta(String)
        case string(String)
        case number
        case symbol(Character)
        case newline
    }

    /// A bracket that is open at the cursor.
    struct Opening {
        let symbol: Character
        /// The position of the bracket among the tokens.
        let token: Int
    }

    private(set) var tokens: [Token] = []
    private(set) var openings: [Opening] = []
    /// The word that ends at the cursor; empty where none does.
    private(set) var word = ""
    /// True where the word begins with `@`.
    private(set) var isMeta = false
    /// The text of the string literal that is open at the cursor, with what closes it left out; nil outside of strings.
    private(set) var openString: String?

    private(set) var isInComment = false

    private var bytes: [UInt8]
    private var position = 0

    init(_ text: String, before cursor: Int) {
        bytes = Array(text.utf8.prefix(Swift.max(0, cursor)))
        scan()
        takeWord()
    }

    private mutating func scan() {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "\n"):
                tokens.append(.newline)
                position += 1
            case UInt8(ascii: "#"):
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
                isInComment = position == bytes.count
            case UInt8(ascii: "\""): string()
            case UInt8(ascii: "@"):
                position += 1
                tokens.append(.meta(takeName()))
            case _ where Self.isNameStart(byte): tokens.append(.word(takeName()))
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
            default: symbol(Character(Unicode.Scalar(byte)))
            }
        }
    }

    private mutating func takeName() -> String {
        let start = position
        while position < bytes.count, Self.isNameStart(bytes[position]) || Self.isDigit(bytes[position]) {
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func number() {
        while position < bytes.count,
            Self.isDigit(bytes[position]) || Self.isNameStart(bytes[position]) || bytes[position] == UInt8(ascii: ".")
                || bytes[position] == UInt8(ascii: "%")
        {
            position += 1
        }
        tokens.append(.number)
    }

    private mutating func symbol(_ symbol: Character) {
        position += 1
        switch symbol {
        case "{", "(", "[": openings.append(Opening(symbol: symbol, token: tokens.count))
        case "}", ")", "]":
            openings.removeLast(openings.isEmpty ? 0 : 1)
            tokens.append(.symbol(symbol))
            if symbol == "}", let string = strings.last, string.depth == openings.count {
                strings.removeLast()
                self.string(isBlock: string.isBlock, from: position)
            }
            return
        default: break
        }
        tokens.append(.symbol(symbol))
    }

    /// The strings around the hole that is read, innermost last.
    private var strings: [(isBlock: Bool, depth: Int)] = []

    private mutating func string() {
        let quotes = bytes[position...].prefix(3)
        let isBlock = quotes.count == 3 && quotes.allSatisfy { $0 == UInt8(ascii: "\"") }
        position += isBlock ? 3 : 1
        string(isBlock: isBlock, from: position)
    }

    private mutating func string(isBlock: Bool, from start: Int) {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\\") {
                position += 2
            } else if byte == UInt8(ascii: "$"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "{") {
                strings.append((isBlock, openings.count))
                position += 2
                tokens.append(.symbol("$"))
                openings.append(Opening(symbol: "$", token: tokens.count))
                tokens.append(.symbol("{"))
                return
            } else if byte == UInt8(ascii: "\"") {
                let isEnd = !isBlock || bytes[position...].prefix(3).allSatisfy { $0 == UInt8(ascii: "\"") }
                if isEnd {
                    tokens.append(.string(String(decoding: bytes[start..<position], as: UTF8.self)))
                    position += isBlock ? Swift.min(3, bytes.count - position) : 1
                    return
                }
                position += 1
            } else if byte == UInt8(ascii: "\n"), !isBlock {
                return
            } else {
                position += 1
            }
        }
        openString = String(decoding: bytes[Swift.min(start, bytes.count)...], as: UTF8.self)
    }

    /// Takes the word at the cursor off the tokens, so that they say what stands before it.
    private mutating func takeWord() {
        guard openString == nil, !isInComment, let last = bytes.last else { return }
        switch tokens.last {
        case .word(let text)? where Self.isNameStart(last) || Self.isDigit(last): word = text
        case .meta(let text)? where Self.isNameStart(last) || Self.isDigit(last) || last == UInt8(ascii: "@"):
            word = text
            isMeta = true
        default: return
        }
        tokens.removeLast()
    }

    /// The word at the cursor with the names before it that dots join to it.
    var dottedWord: String {
        let start = bytes.lastIndex { !Self.isNameStart($0) && !Self.isDigit($0) && $0 != UInt8(ascii: ".") }
        return String(decoding: bytes[(start.map { $0 + 1 } ?? 0)...], as: UTF8.self)
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
