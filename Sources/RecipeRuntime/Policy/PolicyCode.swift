// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// A checked policy.
final class PolicyCode: Sendable {
    let name: String
    /// The kind or capability that it speaks of.
    let kind: String
    /// One scope inside the module's: `self` and its `let`s.
    let scope: ScopeCode
    let statements: [StatementCode]
    let rules: [RuleCode]
    let range: SourceRange

    init(
        name: String, kind: String, scope: ScopeCode, statements: [StatementCode], rules: [RuleCode],
        range: SourceRange
    ) {
        self.name = name
        self.kind = kind
        self.scope = scope
        self.statements = statements
        self.rules = rules
        self.range = range
    }
}

struct RuleCode: Sendable {
    var effect: PolicyEffect
    var condition: Code
    /// Why, a text.
    var reason: Code
    var range: SourceRange
}
