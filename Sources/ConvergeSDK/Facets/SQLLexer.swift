// SPDX-License-Identifier: Apache-2.0

/// Follows the text of a statement, to know whether a value can stand where it stops.
public struct SQLLexer: Sendable {
    private enum State: Sendable { case code, quotes(Unicode.Scalar), lineComment, blockComment }

    private var state = State.code

    public init() {}

    /// Where the text stops, if a value there would be none: `in quotes`.
    public var refusal: String? {
        switch state {
        case .code: nil
        case .quotes: "in quotes"
        case .lineComment, .blockComment: "in a comment"
        }
    }

    /// Goes on behind a piece of text.
    public mutating func read(_ text: String) {
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            // What a pair of characters meant is not seen again in the next pair.
            var seen: Unicode.Scalar? = scalar
            switch (state, previous, scalar) {
            case (.code, "-", "-"): (state, seen) = (.lineComment, nil)
            case (.code, "/", "*"): (state, seen) = (.blockComment, nil)
            case (.code, _, "'"), (.code, _, "\""), (.code, _, "`"): state = .quotes(scalar)
            // A doubled quote ends one text and begins another, which is the same for what stands between.
            case (.quotes(let quote), _, _) where scalar == quote: state = .code
            case (.lineComment, _, "\n"): state = .code
            case (.blockComment, "*", "/"): (state, seen) = (.code, nil)
            default: break
            }
            previous = seen
        }
    }
}
