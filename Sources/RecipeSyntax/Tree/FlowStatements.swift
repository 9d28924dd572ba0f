// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// `workflow name { … }`
package struct WorkflowDeclaration: Sendable, Hashable {
    package var name: Name
    package var body: Block
    package var range: SourceRange
}

/// `for variable in collection { … }`
package struct ForStatement: Sendable, Hashable {
    package var variable: Name
    package var collection: Expression
    package var body: Block
    package var range: SourceRange
}

/// `if a { … } else if b { … } else { … }`, the whole ladder as one node.
package struct IfStatement: Sendable, Hashable {
    /// In order, at least one.
    package var branches: [IfBranch]
    package var otherwise: Block?
    package var range: SourceRange
}

/// One condition and what it guards.
package struct IfBranch: Sendable, Hashable {
    package var condition: Expression
    package var body: Block
}

/// `finally { … }` in a workflow: what is done once everything else has ended, whatever became of it.
package struct FinallyStatement: Sendable, Hashable {
    package var body: Block
    package var range: SourceRange
}

/// `on event argument { options }` in a workflow.
package struct OnTrigger: Sendable, Hashable {
    /// `schedule`, `data`, `drift`, `metric`, `webhook` or another event's name.
    package var event: Name
    package var argument: Expression?
    package var options: ObjectExpression?
    package var range: SourceRange
}
