// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// `environment name { use … set … import … budget … }`
package struct EnvironmentDeclaration: Sendable, Hashable {
    package var name: Name
    package var body: Block
    package var range: SourceRange
}

/// `use provider >= version as alias { settings }`
package struct UseStatement: Sendable, Hashable {
    package var provider: Name
    /// The lowest version that will do: `1.10`.
    package var version: PlainText?
    package var alias: Name?
    package var settings: ObjectExpression?
    package var range: SourceRange
}

/// `set name = value` in an environment.
package struct SetStatement: Sendable, Hashable {
    package var name: Name
    package var value: Expression
    package var range: SourceRange
}

/// `budget "500 EUR" { options }` in an environment: what it may cost in a month.
package struct BudgetStatement: Sendable, Hashable {
    package var amount: PlainText
    package var options: ObjectExpression?
    package var range: SourceRange
}
