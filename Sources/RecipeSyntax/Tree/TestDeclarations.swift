// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// `test name { … }`
package struct TestDeclaration: Sendable, Hashable {
    package var name: Name
    package var body: Block
    package var range: SourceRange
}

/// `expect condition "why"` in a test.
package struct ExpectStatement: Sendable, Hashable {
    package var condition: Expression
    package var reason: StringLiteral?
    package var range: SourceRange
}

/// `expect_error "R0203" { … }` in a test.
package struct ExpectErrorStatement: Sendable, Hashable {
    package var code: PlainText
    package var body: Block
    package var range: SourceRange
}
