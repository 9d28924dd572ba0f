// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A prefix operator.
package enum UnaryOperator: String, Sendable, Hashable {
    case not
    case negate = "-"
}

/// `not a`, `-a`
package struct UnaryExpression: Sendable, Hashable {
    package var op: UnaryOperator
    package var opRange: SourceRange
    package var operand: Expression
    package var range: SourceRange
}

/// An infix operator, by its spelling.
package enum BinaryOperator: String, Sendable, Hashable {
    case or
    case and
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case coalesce = "??"
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
}

/// `a + b`
package struct BinaryExpression: Sendable, Hashable {
    package var op: BinaryOperator
    package var opRange: SourceRange
    package var left: Expression
    package var right: Expression
    package var range: SourceRange
}
