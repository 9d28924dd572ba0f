// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// `{ key: value }`: an object, and the fields of a resource or step.
package struct ObjectExpression: Sendable, Hashable {
    package var entries: [ObjectEntry]
    /// With the braces.
    package var range: SourceRange
    /// False where an error took entries away, so that none can be said to be missing.
    package var isWhole: Bool
}

/// One entry of an object.
package struct ObjectEntry: Sendable, Hashable {
    package var key: ObjectKey
    package var value: Expression
}

/// What stands before the colon.
package enum ObjectKey: Sendable, Hashable {
    case name(Name)
    /// `@needs`; only in the fields of resources and steps.
    case meta(Name)
    case text(PlainText)
    /// `[expression]`
    case computed(Expression)

    package var range: SourceRange {
        switch self {
        case .name(let name), .meta(let name): name.range
        case .text(let text): text.range
        case .computed(let expression): expression.range
        }
    }

    /// The key of a name or a text; nil for meta fields and computed keys.
    package var plain: String? {
        switch self {
        case .name(let name): name.text
        case .text(let text): text.text
        case .meta, .computed: nil
        }
    }
}

/// `[element for variable in collection if condition]`
package struct ListComprehension: Sendable, Hashable {
    package var element: Expression
    package var clause: ComprehensionClause
    package var range: SourceRange
}

/// `{ [key]: value for variable in collection if condition }`
package struct ObjectComprehension: Sendable, Hashable {
    package var key: Expression
    package var value: Expression
    package var clause: ComprehensionClause
    package var range: SourceRange
}

/// `for variable in collection if condition`
package struct ComprehensionClause: Sendable, Hashable {
    package var variable: Name
    package var collection: Expression
    package var condition: Expression?
    package var range: SourceRange
}
