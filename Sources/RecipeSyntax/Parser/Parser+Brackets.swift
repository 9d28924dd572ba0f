// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The three kinds of brackets.
enum Bracket {
    case parenthesis, bracket, brace

    var opener: String {
        switch self {
        case .parenthesis: "("
        case .bracket: "["
        case .brace: "{"
        }
    }

    var closer: String {
        switch self {
        case .parenthesis: ")"
        case .bracket: "]"
        case .brace: "}"
        }
    }

    var closerKind: TokenKind {
        switch self {
        case .parenthesis: .closeParenthesis
        case .bracket: .closeBracket
        case .brace: .closeBrace
        }
    }

    var opening: Completeness.Opening.Kind {
        switch self {
        case .parenthesis: .parenthesis
        case .bracket: .bracket
        case .brace: .brace
        }
    }
}

extension Parser {
    /// How entries of a bracket are told apart.
    struct EntryRules {
        var bracket: Bracket
        var newlineSeparates = false
        /// There is one entry only.
        var isSingle = false
        var comma: TokenRole
        var closer: TokenRole
    }

    /// Reads what stands between an opener, which is the present token, and its closer, which is taken too.
    ///
    /// `entry` is called where an entry begins and must not take separators. After a failure in an entry the rest of it
    /// is skipped and the next one is read.
    mutating func entries(_ rules: EntryRules, opener role: TokenRole, _ entry: (inout Parser) -> Void) {
        let opener = token
        guard enter(opener) else {
            skipBracket()
            leave()
            return
        }
        let wasBlank = newlineIsBlank
        newlineIsBlank = !rules.newlineSeparates
        bracketDepth += 1
        count(rules.bracket, 1)
        advance(role)
        readEntries(rules, opener, entry)
        count(rules.bracket, -1)
        bracketDepth -= 1
        newlineIsBlank = wasBlank
        leave()
    }

    private mutating func readEntries(_ rules: EntryRules, _ opener: Token, _ entry: (inout Parser) -> Void) {
        var tallest = 0
        while !closes(rules, opener) {
            let start = position
            if token.kind == .comma, rules.newlineSeparates {
                note(.unexpectedComma(isParameterList: false), token.range)
                advance(rules.comma)
                continue
            }
            tokens[position].flags.insert(.startsEntry)
            entry(&self)
            tallest = Swift.max(tallest, height)
            if !isRecovering { separate(rules) }
            if isRecovering {
                skipEntry(from: start, rules)
                if isRecovering {
                    recordOpening(rules.bracket, opener)
                    break
                }
            }
            if token.kind == .comma { advance(rules.comma) }
        }
        height = tallest
    }

    private mutating func separate(_ rules: EntryRules) {
        if token.kind == .comma || token.kind == rules.bracket.closerKind { return }
        if rules.newlineSeparates, token.newlineBefore { return }
        if isUnclosed(rules.bracket) { return }
        let closer = rules.bracket.closer
        fail(rules.isSingle ? .expected(closer) : .expectedSeparator(closer: closer), missingPlace)
    }

    /// True where the bracket ends here: at its closer, which is taken, or where it turns out to be unclosed.
    private mutating func closes(_ rules: EntryRules, _ opener: Token) -> Bool {
        if token.kind == rules.bracket.closerKind, !closesOuterBlock(rules.bracket) {
            advance(rules.closer)
            return true
        }
        guard isUnclosed(rules.bracket) else { return false }
        reportUnclosed(rules.bracket, opener)
        if token.kind.isCloser, token.kind != .holeClose, !belongsToOuter(token.kind) {
            advance(rules.closer)
        } else {
            isRecovering = true
        }
        return true
    }

    /// True where what follows shows that the bracket has no closer.
    mutating func isUnclosed(_ bracket: Bracket) -> Bool {
        switch token.kind {
        case .end, .brokenString, .closeParenthesis, .closeBracket, .closeBrace, .holeClose:
            token.kind != bracket.closerKind || closesOuterBlock(bracket)
        default: beginsForeignStatement() || bracket == .brace && beginsForeignCommand()
        }
    }

    /// True where a brace stands left of the statement that it would close while the text lacks a brace: it closes
    /// something further out.
    mutating func closesOuterBlock(_ bracket: Bracket) -> Bool {
        guard bracket == .brace, open.braces > 1, token.kind == .closeBrace, token.newlineBefore, holeDepth == 0,
            column(of: Int(token.start)) < column(of: header)
        else { return false }
        return countedBraces().unclosed > 0
    }

    /// True where a closer of another kind closes a bracket further out, and is not simply too many.
    mutating func belongsToOuter(_ closer: TokenKind) -> Bool {
        switch closer {
        case .closeParenthesis: open.parentheses > 0
        case .closeBracket: open.brackets > 0
        default: open.braces > 0 && !takeStrayBrace()
        }
    }

    mutating func count(_ bracket: Bracket, _ change: Int) {
        switch bracket {
        case .parenthesis: open.parentheses += change
        case .bracket: open.brackets += change
        case .brace: open.braces += change
        }
    }

    /// Reports an opener without a closer; where the text just ends, only the innermost one.
    mutating func reportUnclosed(_ bracket: Bracket, _ opener: Token) {
        recordOpening(bracket, opener)
        if token.kind == .brokenString { return }
        if token.kind != .end {
            if bracket == .brace { findMissingBrace() }
            note(.unclosedBracket(bracket.opener), opener.range)
        } else if endFault == nil {
            endFault = faults.count
            note(.unclosedBracket(bracket.opener), opener.range)
        }
    }

    /// Remembers an opener that was still open when the text ended.
    mutating func recordOpening(_ bracket: Bracket, _ opener: Token) {
        let hasTextEnded = token.kind == .end || token.kind == .brokenString && !lexer.openAtEnd.isEmpty
        if hasTextEnded { openings.append(Completeness.Opening(kind: bracket.opening, range: opener.range)) }
    }
}
