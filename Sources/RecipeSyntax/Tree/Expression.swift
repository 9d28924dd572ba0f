// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// An expression. Parentheses leave no node: the tree's shape says what they said.
package indirect enum Expression: Sendable, Hashable {
    case literal(Literal)
    case string(StringLiteral)
    case name(Name)
    case list(ListExpression)
    case listComprehension(ListComprehension)
    case object(ObjectExpression)
    case objectComprehension(ObjectComprehension)
    case member(MemberExpression)
    case index(IndexExpression)
    case call(CallExpression)
    case unary(UnaryExpression)
    case binary(BinaryExpression)
    case conditional(ConditionalExpression)
    case lambda(LambdaExpression)
    case lookup(LookupExpression)
    /// What could not be read. The parser has reported it: a reader stays silent and takes it for any value.
    case invalid(SourceRange)

    /// The expression's text, without parentheses around the whole.
    package var range: SourceRange {
        switch self {
        case .literal(let node): node.range
        case .string(let node): node.range
        case .name(let node): node.range
        case .list(let node): node.range
        case .listComprehension(let node): node.range
        case .object(let node): node.range
        case .objectComprehension(let node): node.range
        case .member(let node): node.range
        case .index(let node): node.range
        case .call(let node): node.range
        case .unary(let node): node.range
        case .binary(let node): node.range
        case .conditional(let node): node.range
        case .lambda(let node): node.range
        case .lookup(let node): node.range
        case .invalid(let range): range
        }
    }

    /// True where the parser has already reported that nothing could be read here.
    package var isInvalid: Bool { if case .invalid = self { true } else { false } }
}

/// `[a, b]`
package struct ListExpression: Sendable, Hashable {
    package var elements: [Expression]
    package var range: SourceRange
}

/// `base.name`, or `base?.name` where the field may be absent.
package struct MemberExpression: Sendable, Hashable {
    package var base: Expression
    package var name: Name
    package var isOptional: Bool
    package var range: SourceRange
}

/// `base[index]`
package struct IndexExpression: Sendable, Hashable {
    package var base: Expression
    package var index: Expression
    package var range: SourceRange
}

/// `function(a, b: c)`
package struct CallExpression: Sendable, Hashable {
    package var function: Expression
    /// Positional ones first.
    package var arguments: [Argument]
    package var range: SourceRange
}

/// One argument of a call; named where it has a label.
package struct Argument: Sendable, Hashable {
    package var label: Name?
    package var value: Expression
}

/// `if condition then a else b`
package struct ConditionalExpression: Sendable, Hashable {
    package var condition: Expression
    package var consequence: Expression
    package var alternative: Expression
    package var range: SourceRange
}

/// `parameter => body`
package struct LambdaExpression: Sendable, Hashable {
    package var parameter: Name
    package var body: Expression
    package var range: SourceRange
}

/// `lookup kind { … }`
package struct LookupExpression: Sendable, Hashable {
    package var kind: DottedName
    package var query: ObjectExpression
    package var range: SourceRange
}
