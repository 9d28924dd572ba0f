// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// `param name: Type create_only = default where condition "doc"`
package struct ParamDeclaration: Sendable, Hashable {
    package var name: Name
    package var type: TypeExpression
    package var isCreateOnly: Bool
    package var defaultValue: Expression?
    package var condition: Expression?
    package var doc: PlainText?
    package var range: SourceRange
}

/// `let name = value`
package struct LetDeclaration: Sendable, Hashable {
    package var name: Name
    package var value: Expression
    package var range: SourceRange
}

/// `def name(a: Type) -> Type = body`
package struct DefDeclaration: Sendable, Hashable {
    package var name: Name
    package var parameters: [DefParameter]
    package var result: TypeExpression
    package var body: Expression
    package var range: SourceRange
}

/// One parameter of a `def`.
package struct DefParameter: Sendable, Hashable {
    package var name: Name
    package var type: TypeExpression
}

/// `resource name[key]: kind { fields }`
package struct ResourceDeclaration: Sendable, Hashable {
    package var name: Name
    package var key: Expression?
    package var kind: DottedName
    package var fields: ObjectExpression
    package var range: SourceRange
}

/// `step name[key]: kind { fields }`
package struct StepDeclaration: Sendable, Hashable {
    package var name: Name
    package var key: Expression?
    package var kind: DottedName
    package var fields: ObjectExpression
    package var range: SourceRange
}

/// `output name: Type operational of feature = value "doc"`
package struct OutputDeclaration: Sendable, Hashable {
    package var name: Name
    package var type: TypeExpression?
    package var isOperational: Bool
    package var feature: Name?
    /// Nil in a capability only.
    package var value: Expression?
    package var doc: PlainText?
    package var range: SourceRange
}

/// `import "path" as alias { parameters }`
package struct ImportStatement: Sendable, Hashable {
    package var path: PlainText
    package var alias: Name
    package var parameters: ObjectExpression?
    package var range: SourceRange
}
