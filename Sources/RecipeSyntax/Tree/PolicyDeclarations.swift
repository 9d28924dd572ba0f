// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// `policy name for kind { … }`
package struct PolicyDeclaration: Sendable, Hashable {
    package var name: Name
    /// A kind or a capability.
    package var target: DottedName
    package var body: Block
    package var range: SourceRange
}

/// `deny when …`, `warn when …` or `ensure …`, with its reason.
package struct PolicyRule: Sendable, Hashable {
    /// What the rule does when it speaks.
    package enum Effect: String, Sendable, Hashable {
        case deny
        case warn
        case ensure
    }

    package var effect: Effect
    package var condition: Expression
    package var reason: StringLiteral
    package var range: SourceRange
}
