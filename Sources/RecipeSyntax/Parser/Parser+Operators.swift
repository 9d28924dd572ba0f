// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How tightly an infix operator binds, loosest first. `not` stands between `and` and the comparisons.
enum Precedence: Int {
    case or, and, not, comparison, coalesce, additive, multiplicative, operand
}

extension BinaryOperator {
    var precedence: Precedence {
        switch self {
        case .or: .or
        case .and: .and
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: .comparison
        case .coalesce: .coalesce
        case .add, .subtract: .additive
        case .multiply, .divide, .modulo: .multiplicative
        }
    }

    init?(_ kind: TokenKind) {
        switch kind {
        case .or: self = .or
        case .and: self = .and
        case .isIn: self = .isIn
        case .equal: self = .equal
        case .notEqual: self = .notEqual
        case .less: self = .less
        case .lessOrEqual: self = .lessOrEqual
        case .greater: self = .greater
        case .greaterOrEqual: self = .greaterOrEqual
        case .coalesce: self = .coalesce
        case .plus: self = .add
        case .minus: self = .subtract
        case .star: self = .multiply
        case .slash: self = .divide
        case .percentSign: self = .modulo
        default: return nil
        }
    }
}

extension Parser {
    /// Operands and infix operators that bind at least so tightly.
    mutating func operation(_ loosest: Precedence) -> Expression {
        let start = token
        var left = start.kind == .not && loosest.rawValue <= Precedence.not.rawValue ? negation() : operand()
        var links = 0
        var hasCompared = false
        while !isRecovering, let op = infix(), op.precedence.rawValue >= loosest.rawValue {
            links += 1
            if links > Recipe.longestChain {
                fail(.expressionTooLong, token.range)
                return invalid(from: Int(start.start))
            }
            if op.precedence == .comparison {
                if hasCompared { note(.chainedComparison, token.range) }
                hasCompared = true
            }
            let leftHeight = height
            let sign = infixSign(op)
            if sign.isReported, beginsLine || token.kind == .end {
                isRecovering = true
                return left
            }
            let right = rightOperand(of: op, sign)
            guard grow(above: Swift.max(leftHeight, height), at: sign) else { return invalid(from: Int(start.start)) }
            left = .binary(
                BinaryExpression(
                    op: op, opRange: sign.range, left: left, right: right, range: range(from: Int(start.start))))
        }
        return left
    }

    /// The infix operator at the present token; nil where the expression ends.
    private mutating func infix() -> BinaryOperator? {
        let kind = token.kind
        if kind == .not, peek(1).kind == .isIn, !beginsLine { return .isIn }
        guard let op = BinaryOperator(kind) else { return nil }
        if beginsLine, !continuesLines || kind == .minus { return nil }
        if kind.isReserved, peek(1).kind == .colon { return nil }
        return op
    }

    /// Takes the operator, with the faults that its spelling can have.
    private mutating func infixSign(_ op: BinaryOperator) -> Token {
        if token.kind == .not {
            note(.notIn, token.range)
            advance(.keyword)
        } else if op == .modulo, !token.blankBefore {
            note(.moduloWithoutBlank, token.range)
        }
        return advance(token.kind.isReserved ? .keyword : .infix)
    }

    private mutating func rightOperand(of op: BinaryOperator, _ sign: Token) -> Expression {
        guard op == .coalesce else {
            return operation(Precedence(rawValue: op.precedence.rawValue + 1) ?? .operand)
        }
        let isAllowed = enter(sign)
        defer { leave() }
        guard isAllowed else {
            isRecovering = true
            return invalid(from: Int(sign.start))
        }
        return operation(.coalesce)
    }
}
