// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A piece of a text and what it is, for colouring it.
package struct Highlight: Sendable, Hashable {
    /// What a piece of text is.
    package enum Kind: Sendable, Hashable {
        /// A statement's word, a reserved word, a word operator.
        case keyword
        case name
        /// A kind, a capability or a type.
        case kind
        /// A key of an object, a label of an argument.
        case key
        /// `@needs`
        case meta
        case number
        /// `true`, `false`, `null`
        case constant
        case string
        /// The string that documents a declaration.
        case doc
        case symbol
        /// A command's verb.
        case verb
        case word
        case flag
        case comment
        /// What can be nothing: an unclosed string, an unknown suffix.
        case error
    }

    package var kind: Kind
    package var range: SourceRange
}

extension Recipe {
    /// The pieces of a text in order, blanks left out. Never fails: half a token is a piece, too, so that it can be
    /// called at each key.
    package static func highlight(_ source: SourceText, mode: Mode = .prompt) -> [Highlight] {
        parse(source, mode: mode).highlights
    }
}

extension ParsedRecipe {
    /// The pieces of the text in order, blanks left out.
    package var highlights: [Highlight] {
        var result: [Highlight] = []
        result.reserveCapacity(tokens.count + file.comments.count)
        if let shebang { result.append(Highlight(kind: .comment, range: shebang)) }
        var nextComment = 0
        for token in tokens {
            while nextComment < file.comments.count, file.comments[nextComment].range.lower < token.start {
                result.append(Highlight(kind: .comment, range: file.comments[nextComment].range))
                nextComment += 1
            }
            if token.end > token.start { result.append(Highlight(kind: Highlight.Kind(token), range: token.range)) }
        }
        return result
    }
}

extension Highlight.Kind {
    init(_ token: Token) {
        if token.isReported, token.kind != .name {
            self = .error
            return
        }
        switch token.role {
        case .keyword: self = .keyword
        case .name: self = .name
        case .kind: self = .kind
        case .key: self = .key
        case .meta: self = .meta
        case .number: self = .number
        case .constant: self = .constant
        case .string: self = .string
        case .doc: self = .doc
        case .verb: self = .verb
        case .word: self = .word
        case .flag: self = .flag
        default: self = Self.unread(token.kind)
        }
    }

    /// What a token is that the parser had no use for, or whose role says nothing about its looks.
    private static func unread(_ kind: TokenKind) -> Highlight.Kind {
        switch kind {
        case .name: .name
        case .meta: .meta
        case .int, .float, .percent, .duration, .size, .date, .time, .version: .number
        case .nullWord, .trueWord, .falseWord: .constant
        case .string, .stringOpen, .stringText, .stringClose, .holeOpen, .holeClose: .string
        case .invalid, .badNumber, .brokenString: .error
        case _ where kind.isReserved: .keyword
        default: .symbol
        }
    }
}
