// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// What statements stand in, and whether commands may stand among them.
    struct Surroundings {
        var context: StatementContext
        var allowsCommands: Bool
        /// The brace that opened the block and the statement that it belongs to; nil for the whole text.
        var block: (opener: Token, header: Int)?
    }

    /// Statements to the end of the text or of the block; the block's closer is not taken.
    mutating func statements(_ surroundings: Surroundings) -> [Statement] {
        var result: [Statement] = []
        while true {
            while token.kind == .semicolon { advance(.semicolon) }
            if token.kind == .end { return result }
            if token.kind == .closeBrace, surroundings.block != nil { return result }
            if let block = surroundings.block, endsUnclosedBlock(block.header) { return result }
            let start = position
            tokens[position].flags.insert(.startsStatement)
            let outer = header
            header = Int(token.start)
            if let statement = statement(surroundings) { result.append(statement) }
            finishStatement(from: start, surroundings)
            header = outer
        }
    }

    /// Goes on behind a statement, right or failed.
    private mutating func finishStatement(from start: Int, _ surroundings: Surroundings) {
        if isRecovering {
            skipStatement(from: start)
        } else if token.kind == .closeBrace, surroundings.block == nil {
            strayCloser(from: start)
        } else if token.kind != .end, token.kind != .semicolon, token.kind != .closeBrace, !token.newlineBefore {
            fail(unexpectedContinuation(), token.range)
            if looksLikeDeclaration() { isRecovering = false } else { skipStatement(from: start) }
        }
        if position == start { advance() }
    }

    private mutating func strayCloser(from start: Int) {
        fail(.unexpectedCloser(text(token)), token.range)
        advance()
        if token.newlineBefore { isRecovering = false } else { skipStatement(from: start) }
    }

    /// True where the text lacks a brace and a line that begins a statement at or left of the block's own shows that it
    /// is this block's.
    private mutating func endsUnclosedBlock(_ header: Int) -> Bool {
        guard token.newlineBefore, column(of: Int(token.start)) <= column(of: header) else { return false }
        switch token.kind {
        case .name: return StatementWord(rawValue: text(token)) != nil && countedBraces().unclosed > 0
        case .forWord, .ifWord: return countedBraces().unclosed > 0
        default: return false
        }
    }

    private mutating func statement(_ surroundings: Surroundings) -> Statement? {
        switch token.kind {
        case .name: return named(surroundings)
        case .forWord: return forLoop(surroundings)
        case .ifWord: return ifElse(surroundings)
        case .question where surroundings.allowsCommands:
            return command(verbParts: 1, surroundings).map(Statement.command)
        case .elseWord:
            fail(.elseOnOwnLine, token.range)
            return nil
        case .closeParenthesis, .closeBracket, .holeClose:
            fail(.unexpectedCloser(text(token)), token.range)
            return nil
        case .closeBrace, .brokenString:
            return nil
        default:
            return expressionStatement(surroundings)
        }
    }

    /// A statement that begins with a name: a declaration, a command, or an expression.
    private mutating func named(_ surroundings: Surroundings) -> Statement? {
        let start = token
        let word = text(start)
        let isVerb = Self.verbs.contains(word) && !isGlued(behind: start)
        if let keyword = StatementWord(rawValue: word), isVerb ? declares(keyword) : isKeyword(start),
            keyword != .budget || surroundings.context == .environment || hasText(behind: start)
        {
            return declaration(keyword, surroundings)
        }
        if isVerb { return checkedCommand(verbParts: 1, surroundings) }
        if let parts = pluginVerb(), surroundings.allowsCommands {
            return checkedCommand(verbParts: parts, surroundings)
        }
        let next = peek(1)
        if !next.newlineBefore, next.kind == .assign || next.kind == .colon {
            fail(.assignment(word), start.range)
            return nil
        }
        if !next.newlineBefore, !continuesExpression(next) || isFlag() {
            fail(.unknownStatement(word, nearest: Self.statement(like: word)), start.range)
            return nil
        }
        return expressionStatement(surroundings)
    }

    /// True where `.`, `(` or `[` touches the word: it is a value's name then.
    private func isGlued(behind word: Token) -> Bool {
        switch lexer.byte(Int(word.end)) {
        case UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: "["): true
        case UInt8(ascii: "?"): lexer.byte(Int(word.end) + 1) == UInt8(ascii: ".")
        default: false
        }
    }

    /// True where a verb that is also a keyword declares: `mapping NAME on`, `environment NAME {`.
    private mutating func declares(_ keyword: StatementWord) -> Bool {
        let name = peek(1)
        guard name.kind == .name, !name.newlineBefore else { return false }
        let third = peek(2)
        return keyword == .mapping ? isWord(third, "on") && !third.newlineBefore : third.kind == .openBrace
    }

    /// True where a text stands behind the word, on its line.
    private mutating func hasText(behind word: Token) -> Bool {
        let next = peek(1)
        return !next.newlineBefore && (next.kind == .string || next.kind == .stringOpen)
    }

    /// True where a statement's word is not used as a value's name.
    private mutating func isKeyword(_ word: Token) -> Bool {
        if isGlued(behind: word) { return false }
        let next = peek(1)
        if next.newlineBefore || next.kind.isReserved { return true }
        guard let op = BinaryOperator(next.kind) else { return next.kind != .dot && next.kind != .questionDot }
        return op == .subtract && (isWord(word, "expect") || isWord(word, "ensure"))
    }

    /// True where hyphens behind the present word begin a command's flag rather than two negations.
    private mutating func isFlag() -> Bool {
        let (first, second, name) = (peek(1), peek(2), peek(3))
        return first.kind == .minus && second.kind == .minus && name.kind.isWord && first.blankBefore
            && !second.blankBefore && !name.blankBefore
    }

    /// The statement that somebody may have meant who wrote a word of this or another language.
    private static func statement(like word: String) -> String? {
        switch word {
        case "function", "func", "fn": "def"
        case "var", "const", "val", "locals": "let"
        case "variable", "parameter", "input": "param"
        case "include", "module", "require", "from": "import"
        case "job", "task", "stage": "step"
        case "pipeline", "dag", "flow": "workflow"
        case "provider": "use"
        case "rule": "policy"
        case "assert": "expect"
        default: NearestName.find(word, in: Recipe.statementWords + Recipe.verbs)
        }
    }

    /// What to say of a token with which a statement goes on where it should end.
    private func unexpectedContinuation() -> SyntaxFault {
        if token.kind == .question { return .unknownOperator("? :", instead: "if … then … else …") }
        guard position > 0, token.kind == .name, NumberUnit(text(token)) != nil else {
            return .expectedEndOfStatement(hint: nil)
        }
        let number = tokens[position - 1]
        guard number.kind == .int || number.kind == .float else { return .expectedEndOfStatement(hint: nil) }
        return .expectedEndOfStatement(hint: "a unit touches its number: '\(text(number))\(text(token))'")
    }

    /// True where a token behind a name goes on with an expression.
    private func continuesExpression(_ token: Token) -> Bool {
        switch token.kind {
        case .dot, .questionDot, .openBracket, .openParenthesis, .fatArrow, .end, .semicolon, .question: true
        case .closeBrace, .closeBracket, .closeParenthesis, .comma, .brokenString, .invalid: true
        case .not: true
        default: BinaryOperator(token.kind) != nil
        }
    }

    /// An expression at the prompt; in a file and in blocks an error, read all the same so that only it is reported.
    mutating func expressionStatement(_ surroundings: Surroundings) -> Statement? {
        let start = token
        let isMarked = start.kind == .assign
        if mode == .prompt, surroundings.block == nil {
            if isMarked { advance(.assign) }
            let value = expression()
            return .expression(
                ExpressionStatement(expression: value, isMarked: isMarked, range: range(from: Int(start.start))))
        }
        let isReported = start.isReported
        let before = faults.count
        if isMarked { advance(.assign) }
        let value = expression()
        faults.removeSubrange(before...)
        if isReported { return nil }
        var nearest: String?
        if case .name(let name) = value { nearest = NearestName.find(name.text, in: Recipe.verbs) }
        let wasRecovering = isRecovering
        isRecovering = false
        note(.expressionStatement(in: surroundings.context, nearest: nearest), start.range.union(value.range))
        isRecovering = wasRecovering || token.kind != .end && !token.newlineBefore
        return nil
    }
}
