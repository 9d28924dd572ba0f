// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the formatter places: a token, a whole string with its holes, or a comment.
struct Piece {
    var lower: Int
    var upper: Int
    var role: TokenRole
    var flags: Token.Flags
    /// Line ends before it in the author's text, more than two counted as two.
    var breaks: UInt8
    var isComment = false
    /// It has line ends in itself.
    var isMultiline = false
    /// Columns from its beginning to its end or to its first line end.
    var width: Int
    /// Of an opener: where its closer stands.
    var partner = 0
    /// Of an opener: what it holds stands on lines of its own, whatever the width.
    var isBroken = false
    /// Spaces before it beyond the one that it would get, so that a column of its statement is kept.
    var padding = 0

    var startsStatement: Bool { flags.contains(.startsStatement) }
    var startsEntry: Bool { flags.contains(.startsEntry) }
    var startsClause: Bool { flags.contains(.startsClause) }
}

extension TokenRole {
    var isOpener: Bool {
        switch self {
        case .openBlock, .openObject, .openList, .openIndex, .openGroup, .openCall, .openAngle: true
        default: false
        }
    }

    var isCloser: Bool {
        switch self {
        case .closeBlock, .closeObject, .closeList, .closeIndex, .closeGroup, .closeCall, .closeAngle: true
        default: false
        }
    }

    /// An opener whose content goes on lines of its own as a whole: one entry or statement a line.
    var isBreakable: Bool { self == .openBlock || self == .openObject || self == .openList }
}
