// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How many braces a text has without a partner.
struct BraceBalance {
    /// Openers that nothing closes.
    var unclosed: Int
    /// Closers that close nothing.
    var stray: Int

    /// Counts by tokens, so that braces in strings and comments do not matter.
    init(_ bytes: [UInt8]) {
        var lexer = Lexer(bytes: bytes)
        var open = 0
        stray = 0
        while true {
            let token = lexer.next()
            switch token.kind {
            case .openBrace: open += 1
            case .closeBrace where open > 0: open -= 1
            case .closeBrace: stray += 1
            case .end:
                unclosed = open
                return
            default: break
            }
        }
    }
}

extension Parser {
    /// What was opened while skipping.
    private struct Nesting {
        var brackets = 0
        var holes = 0

        var isOutermost: Bool { brackets == 0 && holes == 0 }

        mutating func pass(_ kind: TokenKind) {
            switch kind {
            case .openBrace, .openBracket, .openParenthesis: brackets += 1
            case .closeBrace, .closeBracket, .closeParenthesis: brackets = Swift.max(0, brackets - 1)
            case .holeOpen: holes += 1
            case .holeClose: holes = Swift.max(0, holes - 1)
            case .brokenString: self = Nesting()
            default: break
            }
        }
    }

    /// Skips the rest of a failed entry: to the next separator or closer of the bracket or of one around it, or to what
    /// shows that the bracket was never closed. Goes on at least one token from where the entry began.
    mutating func skipEntry(from start: Int, _ rules: EntryRules) {
        var nesting = Nesting()
        while token.kind != .end, !isHoleBroken {
            if nesting.isOutermost {
                if token.kind == rules.bracket.closerKind || token.kind == .comma || token.kind == .holeClose { break }
                if token.kind.isCloser, belongsToOuter(token.kind) { break }
                if rules.newlineSeparates, token.newlineBefore, position > start { break }
            }
            if nesting.holes == 0, beginsForeignStatement() { return }
            nesting.pass(token.kind)
            advance()
        }
        if token.kind != .end, !isHoleBroken { isRecovering = skipsToStatementWord }
    }

    /// Skips a bracket with all that is in it, without reading it: it is nested too deeply.
    mutating func skipBracket() {
        var nesting = Nesting()
        while token.kind != .end, !isHoleBroken {
            if nesting.isOutermost, token.kind.isCloser { return }
            nesting.pass(token.kind)
            advance()
            if nesting.isOutermost { return }
        }
    }

    /// Skips the rest of a failed statement: to the end of its last line, or to the brace that closes its block.
    mutating func skipStatement(from start: Int) {
        var nesting = Nesting()
        let skipped = Int(token.start)
        while token.kind != .end {
            if nesting.isOutermost {
                if position > start, token.kind == .semicolon || token.newlineBefore && canBeginStatement { break }
                if token.kind == .closeBrace, open.braces > 0 { break }
            }
            if position > start, nesting.holes == 0, beginsForeignStatement() { break }
            nesting.pass(token.kind)
            advance()
        }
        if skipsToStatementWord { forgetLexerFaults(from: skipped) }
        isRecovering = false
        skipsToStatementWord = false
    }

    /// Forgets what the lexer found in lines that are the rest of a string: they were no code. Bytes that are not UTF-8
    /// are wrong wherever they stand.
    private mutating func forgetLexerFaults(from start: Int) {
        let end = Int(token.start)
        lexer.faults.removeAll {
            Int($0.range.lower) >= start && Int($0.range.lower) < end && $0.fault != .notUTF8
        }
    }

    /// True where a new statement may be looked for after an error.
    private var canBeginStatement: Bool {
        if skipsToStatementWord {
            guard token.kind == .name else { return token.kind == .forWord || token.kind == .ifWord }
            let word = text(token)
            return StatementWord(rawValue: word) != nil || Self.verbs.contains(word)
        }
        switch token.kind {
        case .comma, .colon, .assign, .fatArrow, .thinArrow, .closeBracket, .closeParenthesis, .thenWord, .brokenString:
            return false
        default:
            return true
        }
    }

    /// True inside a bracket where the present line plainly begins another statement, at or left of where the present
    /// one began: the bracket was never closed.
    mutating func beginsForeignStatement() -> Bool {
        guard token.newlineBefore, holeDepth == 0, token.kind == .name || token.kind == .forWord else { return false }
        return looksLikeDeclaration() && column(of: Int(token.start)) <= column(of: header)
    }

    /// True inside an object where the present line is plainly a command and not an entry.
    mutating func beginsForeignCommand() -> Bool {
        guard token.kind == .name, token.newlineBefore, holeDepth == 0, Self.verbs.contains(text(token)) else {
            return false
        }
        let next = peek(1)
        return next.kind != .colon && next.kind != .assign && column(of: Int(token.start)) <= column(of: header)
    }

    /// True where the present tokens read like the beginning of a declaration and like nothing else.
    mutating func looksLikeDeclaration() -> Bool {
        let next = peek(1)
        if next.newlineBefore { return false }
        if token.kind == .forWord { return next.kind == .name && peek(2).kind == .isIn }
        guard token.kind == .name, let word = StatementWord(rawValue: text(token)) else { return false }
        switch word {
        case .import, .expectError: return next.kind == .string
        case .deny, .warn: return isWord(next, "when")
        default: return next.kind == .name
        }
    }

    /// How many bytes stand before an offset on its line.
    func column(of offset: Int) -> Int {
        var start = offset
        while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return offset - start
    }

    mutating func countedBraces() -> BraceBalance {
        let balance = braceBalance ?? BraceBalance(bytes)
        braceBalance = balance
        return balance
    }

    /// Counts one of the closing braces that the text lacks as found, where there are any.
    mutating func findMissingBrace() {
        if countedBraces().unclosed > 0 { braceBalance?.unclosed -= 1 }
    }

    /// Takes one of the closing braces that the text has too many of: true where there is still one to take.
    mutating func takeStrayBrace() -> Bool {
        guard countedBraces().stray > 0 else { return false }
        braceBalance?.stray -= 1
        return true
    }

    static let verbs = Set(Recipe.verbs)
}
