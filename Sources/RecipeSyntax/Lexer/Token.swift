// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// One token: what it is, how it stands, and where.
struct Token {
    /// How a token stands in its line and in its statement.
    struct Flags: OptionSet {
        let rawValue: UInt8

        /// It is the first of its line.
        static let newlineBefore = Flags(rawValue: 1)
        /// A blank, a comment or a line end stands before it.
        static let blankBefore = Flags(rawValue: 2)
        /// The lexer has already reported it.
        static let reported = Flags(rawValue: 4)
        /// A statement begins with it; set by the parser.
        static let startsStatement = Flags(rawValue: 8)
        /// An entry of a bracket begins with it; set by the parser.
        static let startsEntry = Flags(rawValue: 16)
        /// It is the `for` or `if` of a comprehension; set by the parser.
        static let startsClause = Flags(rawValue: 32)
    }

    var kind: TokenKind
    var flags: Flags
    /// What the parser took it for; the formatter and the highlighter go by it.
    var role: TokenRole
    /// Of a broken string: how many strings and holes are still open behind it.
    var depth: UInt8
    var start: UInt32
    var end: UInt32

    init(_ kind: TokenKind, _ start: Int, _ end: Int, flags: Flags = [], role: TokenRole = .plain, depth: UInt8 = 0) {
        self.kind = kind
        self.flags = flags
        self.role = role
        self.depth = depth
        self.start = UInt32(clamping: start)
        self.end = UInt32(clamping: end)
    }

    var range: SourceRange { SourceRange(Int(start), Int(end)) }
    var newlineBefore: Bool { flags.contains(.newlineBefore) }
    var blankBefore: Bool { flags.contains(.blankBefore) }
    var isReported: Bool { flags.contains(.reported) }
}

/// The kinds of tokens that the lexer tells apart without knowing the grammar.
enum TokenKind: UInt8 {
    case end
    /// Something that the lexer reported and that stands for any value.
    case invalid

    case name, meta
    case and, or, not, isIn, ifWord, thenWord, elseWord, forWord, nullWord, trueWord, falseWord, lookupWord

    case int, float, percent, duration, size, date, time, version
    /// A number that the lexer reported.
    case badNumber

    /// A whole string without holes.
    case string
    case stringOpen, stringText, holeOpen, holeClose, stringClose
    /// Where a string with holes ends because its line or the text does.
    case brokenString

    case dot, questionDot, question, coalesce
    case comma, colon, semicolon, assign, fatArrow, thinArrow
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case plus, minus, star, slash, percentSign
    case openParenthesis, closeParenthesis, openBracket, closeBracket, openBrace, closeBrace

    /// A piece of a command's line; the parser makes these.
    case word

    var isCloser: Bool {
        switch self {
        case .closeParenthesis, .closeBracket, .closeBrace, .holeClose: true
        default: false
        }
    }

    var isReserved: Bool { rawValue >= TokenKind.and.rawValue && rawValue <= TokenKind.lookupWord.rawValue }

    /// A word that stands wherever a key or a field's name may stand.
    var isWord: Bool { self == .name || isReserved }
}

/// What the parser took a token for.
enum TokenRole: UInt8 {
    case plain
    /// The string that documents a declaration.
    case doc
    case keyword, name, kind, key, meta, number, constant, string
    case infix, prefix, assign, colon, dot, question
    /// In parentheses and behind `offers`, where it must stay.
    case comma
    /// Of a list or an object, where a line end says the same.
    case separator
    case semicolon
    case openBlock, closeBlock, openObject, closeObject, openList, closeList, openIndex, closeIndex
    case openGroup, closeGroup, openCall, closeCall, openAngle, closeAngle
    case verb, word, flag
}
