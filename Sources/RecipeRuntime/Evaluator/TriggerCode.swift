// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A checked `on …` clause. Its expressions see the names of the module, not those of the workflow.
struct TriggerCode: Sendable {
    var form: TriggerForm
    /// What is waited for; nil for drift and for the end of a workflow.
    var argument: FieldCode?
    /// The name of the workflow whose end is waited for.
    var workflow: String?
    /// The argument as the recipe has it.
    var text: String
    /// The given ones, by name.
    var options: [String: FieldCode]
    /// What is given to the workflow's parameters; `event` is the only local name.
    var arguments: [(name: String, field: FieldCode)]
    /// True where the workflow has a parameter `event` that takes it whole.
    var passesEvent: Bool
    var range: SourceRange
}
