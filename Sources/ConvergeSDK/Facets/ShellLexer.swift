// SPDX-License-Identifier: Apache-2.0

/// Follows the text of a shell line, to know what a value would be where it stops.
///
/// It knows what the POSIX shells and bash read in the same way. Behind anything else it says that it does not know,
/// because a wrong guess would let a value become part of the program.
public struct ShellLexer: Sendable {
    /// Where the text stops.
    public enum Place: Sendable, Hashable {
        /// Outside of quotes: a quoted word may stand here.
        case word
        case singleQuotes
        case doubleQuotes
        /// No value can stand here so that it stays one, with the name of the place: `in a comment`.
        case refused(String)
    }

    enum Frame: Sendable, Hashable {
        /// Outside of quotes: the line itself, or the inside of `$( )`, with the parentheses that are open there.
        case code(parentheses: Int)
        case singleQuotes
        case doubleQuotes
        case comment
        case backticks
        case arithmetic(parentheses: Int)
        case parameter
        case document
    }

    struct Document: Sendable {
        var end: String
        var isIndented: Bool
        var isQuoted: Bool
    }

    var frames: [Frame] = [.code(parentheses: 0)]
    /// A `#` here begins a comment.
    var isWordStart = true
    /// Here-documents whose text has not ended yet.
    var documents: [Document] = []
    /// What stands so far on the present line of a here-document.
    var documentLine = ""
    /// The last piece of text ended with a backslash, a `$`, or where a here-document's end is named.
    var tail: String?
    /// What could not be followed; it stays so to the end.
    var unsure: String?

    public init() {}

    /// Where the text stops now.
    public var place: Place {
        if let unsure { return .refused("behind \(unsure)") }
        if let tail { return .refused(tail) }
        return switch frames.last {
        case .code, nil: .word
        case .singleQuotes: .singleQuotes
        case .doubleQuotes: .doubleQuotes
        case .comment: .refused("in a comment")
        case .backticks: .refused("in backticks")
        case .arithmetic: .refused("in $(( ))")
        case .parameter: .refused("in ${ } of the shell")
        case .document: .refused("in a here-document")
        }
    }

    /// A value stands here, written for the place.
    public mutating func passValue() { isWordStart = false }

    /// Goes on behind a piece of text.
    public mutating func read(_ text: String) {
        if text.isEmpty { return }
        tail = nil
        var rest = Rest(text)
        while unsure == nil, let scalar = rest.first {
            if scalar == "\n", !documents.isEmpty, !mayEndLine {
                unsure = "a here-document whose own line goes on"
                return
            }
            switch frames.last {
            case .code, nil: readCode(scalar, &rest)
            case .singleQuotes:
                rest.skip()
                if scalar == "'" { frames.removeLast() }
            case .doubleQuotes: readQuoted(scalar, &rest)
            case .comment:
                // The line break belongs to the line around the comment.
                if scalar == "\n" { frames.removeLast() } else { rest.skip() }
            case .backticks:
                rest.skip(scalar == "\\" ? 2 : 1)
                if scalar == "`" { frames.removeLast() }
            case .arithmetic(let open): readArithmetic(scalar, open, &rest)
            case .parameter: readParameter(scalar, &rest)
            case .document: readDocument(scalar, &rest)
            }
        }
    }

    private var mayEndLine: Bool {
        switch frames.last {
        case .code, .comment, .document, nil: true
        default: false
        }
    }
}

extension ShellLexer {
    /// What is left of a piece of text, by scalars: a mark on a quote is still a quote for the shell.
    struct Rest {
        private let scalars: [Unicode.Scalar]
        private var position = 0

        init(_ text: String) { scalars = Array(text.unicodeScalars) }

        var first: Unicode.Scalar? { self[0] }

        subscript(offset: Int) -> Unicode.Scalar? {
            position + offset < scalars.count ? scalars[position + offset] : nil
        }

        mutating func skip(_ count: Int = 1) { position = min(position + count, scalars.count) }

        /// Takes what holds, up to the first that does not.
        mutating func take(while holds: (Unicode.Scalar) -> Bool) -> String {
            var taken = String.UnicodeScalarView()
            while let scalar = first, holds(scalar) {
                taken.append(scalar)
                skip()
            }
            return String(taken)
        }
    }
}
