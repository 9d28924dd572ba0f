// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Lexer {
    /// An operator or a bracket, or nil where the byte is none. Braces are the lexer's own business.
    mutating func punctuation(_ first: UInt8) -> Token? {
        let second = byte(offset + 1)
        switch first {
        case UInt8(ascii: "."): return take(.dot, 1)
        case UInt8(ascii: ","): return take(.comma, 1)
        case UInt8(ascii: ":"): return take(.colon, 1)
        case UInt8(ascii: ";"): return take(.semicolon, 1)
        case UInt8(ascii: "("): return take(.openParenthesis, 1)
        case UInt8(ascii: ")"): return take(.closeParenthesis, 1)
        case UInt8(ascii: "["): return take(.openBracket, 1)
        case UInt8(ascii: "]"): return take(.closeBracket, 1)
        case UInt8(ascii: "+"): return take(.plus, 1)
        case UInt8(ascii: "*"): return take(.star, 1)
        case UInt8(ascii: "/"): return take(.slash, 1)
        case UInt8(ascii: "%"): return take(.percentSign, 1)
        case UInt8(ascii: "-"): return second == UInt8(ascii: ">") ? take(.thinArrow, 2) : take(.minus, 1)
        case UInt8(ascii: "?"):
            if second == UInt8(ascii: "?") { return take(.coalesce, 2) }
            return second == UInt8(ascii: ".") ? take(.questionDot, 2) : take(.question, 1)
        case UInt8(ascii: "="):
            if second == first {
                return byte(offset + 2) == first ? foreignOperator(.equal, 3, instead: "==") : take(.equal, 2)
            }
            return second == UInt8(ascii: ">") ? take(.fatArrow, 2) : take(.assign, 1)
        case UInt8(ascii: "<"): return second == UInt8(ascii: "=") ? take(.lessOrEqual, 2) : take(.less, 1)
        case UInt8(ascii: ">"): return second == UInt8(ascii: "=") ? take(.greaterOrEqual, 2) : take(.greater, 1)
        case UInt8(ascii: "!"):
            guard second == UInt8(ascii: "=") else { return foreignOperator(.not, 1, instead: "not") }
            return byte(offset + 2) == second ? foreignOperator(.notEqual, 3, instead: "!=") : take(.notEqual, 2)
        case UInt8(ascii: "&"): return foreignOperator(.and, second == first ? 2 : 1, instead: "and")
        case UInt8(ascii: "|"): return foreignOperator(.or, second == first ? 2 : 1, instead: "or")
        default: return nil
        }
    }

    /// An operator of other languages: reported, then taken for ours.
    private mutating func foreignOperator(_ kind: TokenKind, _ length: Int, instead: String) -> Token {
        let written = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
        report(.unknownOperator(written, instead: instead), offset, offset + length)
        return take(kind, length, flags: .reported)
    }
}
