// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// Any expression. After a failure the answer is what could be read.
    mutating func expression() -> Expression {
        switch token.kind {
        case .ifWord: conditional()
        case .name where isLambda(): lambda()
        default: operation(.or)
        }
    }

    /// The value behind the `=` of a declaration, which may be forgotten before the next line.
    mutating func assignedValue() -> Expression {
        if beginsForeignStatement() {
            let place = missingPlace
            fail(.expectedExpression, place)
            return .invalid(place)
        }
        return expression()
    }

    /// A value that begins on the line of the word before it.
    mutating func valueOnLine() -> Expression {
        guard !beginsLine else {
            fail(.expectedExpression, missingPlace)
            return .invalid(missingPlace)
        }
        return expression()
    }

    private mutating func isLambda() -> Bool {
        let next = peek(1)
        return next.kind == .fatArrow && (!next.newlineBefore || newlineIsBlank)
    }

    /// `parameter => body`
    mutating func lambda() -> Expression {
        let start = token
        let parameter = Name(text(start), start.range)
        let isAllowed = enter(start)
        defer { leave() }
        advance(.name)
        advance(.infix)
        guard isAllowed else {
            isRecovering = true
            return invalid(from: Int(start.start))
        }
        let body = expression()
        guard grow(above: height, at: start) else { return invalid(from: Int(start.start)) }
        return .lambda(LambdaExpression(parameter: parameter, body: body, range: range(from: Int(start.start))))
    }

    /// `if … then … else …`; a ladder of them is read in a loop, so that its length costs no stack.
    mutating func conditional() -> Expression {
        let first = token
        let isAllowed = enter(first)
        defer { leave() }
        guard isAllowed else {
            isRecovering = true
            advance()
            return invalid(from: Int(first.start))
        }
        var rungs: [(start: Token, condition: Expression, consequence: Expression)] = []
        var tallest = 0
        while token.kind == .ifWord {
            let start = token
            if rungs.count == Recipe.longestChain {
                fail(.expressionTooLong, start.range)
                break
            }
            advance(.keyword)
            let condition = expression()
            tallest = Swift.max(tallest, height)
            expectWord(.thenWord, "then")
            let consequence = isRecovering ? invalid(from: previousEnd) : expression()
            tallest = Swift.max(tallest, height)
            rungs.append((start, condition, consequence))
            expectWord(.elseWord, "else")
            if isRecovering { break }
        }
        var result = isRecovering ? invalid(from: previousEnd) : expression()
        height = Swift.max(height, tallest)
        for rung in rungs.reversed() {
            guard grow(above: height, at: rung.start) else { return invalid(from: Int(first.start)) }
            result = .conditional(
                ConditionalExpression(
                    condition: rung.condition, consequence: rung.consequence, alternative: result,
                    range: range(from: Int(rung.start.start))))
        }
        return result
    }

    /// `then` or `else`, which may stand on the next line.
    private mutating func expectWord(_ kind: TokenKind, _ word: String) {
        if isRecovering { return }
        if token.kind == kind, !beginsLine || continuesLines {
            advance(.keyword)
        } else if token.kind == .end {
            failExpecting(word)
        } else {
            fail(.expected(word), token.range)
        }
    }

    /// What operators stand between.
    mutating func operand() -> Expression {
        let start = token
        switch start.kind {
        case .minus: return negation()
        case .ifWord:
            note(.needsParentheses("if"), start.range)
            return conditional()
        case .not:
            note(.needsParentheses("not"), start.range)
            return negation()
        case .name where isLambda():
            note(.needsParentheses("a lambda"), start.range)
            return lambda()
        default:
            return postfix(primary(), from: start)
        }
    }

    /// `-operand`, `not operand`
    mutating func negation() -> Expression {
        let op = token
        let isAllowed = enter(op)
        defer { leave() }
        advance(op.kind == .not ? .keyword : .prefix)
        guard isAllowed else {
            isRecovering = true
            return invalid(from: Int(op.start))
        }
        if op.isReported, beginsLine || token.kind == .end {
            isRecovering = true
            return invalid(from: Int(op.start))
        }
        if op.kind == .minus, token.kind == .int, let smallest = smallestInteger(op) { return smallest }
        let operand =
            op.kind == .minus ? operand() : token.kind == .not ? negation() : operation(.comparison)
        guard grow(above: height, at: op) else { return invalid(from: Int(op.start)) }
        return .unary(
            UnaryExpression(
                op: op.kind == .minus ? .negate : .not, opRange: op.range, operand: operand,
                range: range(from: Int(op.start))))
    }

    /// `-9223372036854775808`, whose digits alone would be too large.
    private mutating func smallestInteger(_ sign: Token) -> Expression? {
        let digits = bytes[Int(token.start)..<Int(token.end)]
        guard digits.count >= 19, (try? NumberReader.int(digits, isNegated: true)) == Int64.min else { return nil }
        advance(.number)
        height = 1
        return .literal(Literal(.int(.min), range(from: Int(sign.start))))
    }
}
