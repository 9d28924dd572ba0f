// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// `{ statements }`; empty, after a report, where there is none.
    mutating func block(_ context: StatementContext, allowsCommands: Bool = false) -> Block {
        guard opensBody() else { return Block(statements: [], range: missingPlace) }
        let opener = token
        guard enter(opener) else {
            skipBracket()
            leave()
            return Block(statements: [], range: opener.range)
        }
        let wasBlank = newlineIsBlank
        newlineIsBlank = false
        bracketDepth += 1
        open.braces += 1
        advance(.openBlock)
        let statements = statements(
            Surroundings(context: context, allowsCommands: allowsCommands, block: (opener, header)))
        if token.kind == .closeBrace, !closesOuterBlock(.brace) {
            advance(.closeBlock)
        } else {
            reportUnclosed(.brace, opener)
        }
        open.braces -= 1
        bracketDepth -= 1
        newlineIsBlank = wasBlank
        leave()
        return Block(statements: statements, range: range(from: Int(opener.start)))
    }

    mutating func workflow(from start: Int) -> WorkflowDeclaration? {
        guard let name = name() else { return nil }
        let body = block(.workflow)
        return WorkflowDeclaration(name: name, body: body, range: range(from: start))
    }

    /// `for name in expression { … }`
    mutating func forLoop(_ surroundings: Surroundings) -> Statement? {
        checkDeclarationPlace(surroundings)
        let start = Int(advance(.keyword).start)
        guard let variable = name() else { return nil }
        guard token.kind == .isIn else {
            failExpecting("in")
            return nil
        }
        advance(.keyword)
        let collection = headerValue()
        let body = block(surroundings.context)
        return .forLoop(
            ForStatement(variable: variable, collection: collection, body: body, range: range(from: start)))
    }

    /// The expression between a loop's or condition's word and its body, which may be forgotten.
    private mutating func headerValue() -> Expression {
        guard token.kind == .openBrace, opensBlock() else { return valueOnLine() }
        note(.expectedExpression, token.range)
        return .invalid(SourceRange(Int(token.start), Int(token.start)))
    }

    /// True where a brace opens a block rather than an object: no key follows it.
    private mutating func opensBlock() -> Bool {
        let first = peek(1)
        switch first.kind {
        case .closeBrace: return peek(2).kind != .openBrace && peek(2).kind != .dot
        case .openBracket, .meta, .stringOpen, .comma: return false
        default: return peek(2).kind != .colon
        }
    }

    /// `if expression { … } else …`, or, at the prompt, an expression.
    mutating func ifElse(_ surroundings: Surroundings) -> Statement? {
        let start = token
        let (wasPosition, wasFaults, wasDepth) = (position, faults.count, depth)
        checkDeclarationPlace(surroundings)
        var branches: [IfBranch] = []
        var otherwise: Block?
        while token.kind == .ifWord, !isRecovering {
            advance(.keyword)
            let condition = headerValue()
            if !isRecovering, branches.isEmpty, token.kind == .thenWord {
                // It was no statement: read it again as what it is.
                position = wasPosition
                depth = wasDepth
                faults.removeSubrange(wasFaults...)
                return expressionStatement(surroundings)
            }
            branches.append(IfBranch(condition: condition, body: block(surroundings.context)))
            guard takesElse() else { break }
            if token.kind != .ifWord { otherwise = block(surroundings.context) }
        }
        return .ifElse(IfStatement(branches: branches, otherwise: otherwise, range: range(from: Int(start.start))))
    }

    /// Takes the `else` behind a block, on its line or, after a report, on the next.
    private mutating func takesElse() -> Bool {
        guard !isRecovering, token.kind == .elseWord else { return false }
        if beginsLine {
            if mode == .prompt, bracketDepth == 0 { return false }
            note(.elseOnOwnLine, token.range)
        }
        advance(.keyword)
        return true
    }

    mutating func trigger(from start: Int) -> OnTrigger? {
        guard let event = name() else { return nil }
        var argument: Expression?
        if !isRecovering, !beginsLine, ![.end, .semicolon, .closeBrace, .openBrace].contains(token.kind) {
            argument = expression()
        }
        let options = optionalObject()
        return OnTrigger(event: event, argument: argument, options: options, range: range(from: start))
    }

    mutating func test(from start: Int) -> TestDeclaration? {
        guard let name = name() else { return nil }
        let body = block(.test, allowsCommands: true)
        return TestDeclaration(name: name, body: body, range: range(from: start))
    }

    mutating func expectation(from start: Int) -> ExpectStatement? {
        let condition = valueOnLine()
        let reason = !isRecovering && standsString ? string() : nil
        return ExpectStatement(condition: condition, reason: reason, range: range(from: start))
    }

    mutating func expectedError(from start: Int) -> ExpectErrorStatement? {
        guard let code = plainString() else { return nil }
        let body = block(.test, allowsCommands: true)
        return ExpectErrorStatement(code: code, body: body, range: range(from: start))
    }

    /// True at a string on the present line.
    var standsString: Bool { (token.kind == .string || token.kind == .stringOpen) && !beginsLine }
}
