// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A checked workflow.
final class WorkflowCode: Sendable {
    let name: String
    /// One scope inside the module's: its parameters and `let`s.
    let scope: ScopeCode
    let statements: [StatementCode]
    let steps: [StepCode]
    let outputs: [OutputCode]
    let triggers: [TriggerCode]
    let hasFinally: Bool
    /// The top statement in which each step stands.
    let statementOfStep: [Int]
    let stepIndex: [String: Int]
    /// Those that `@recover` of others names.
    let recoveries: Set<Int>
    /// Those that `@undo` of others names.
    let undoings: Set<Int>
    /// What it looks up anywhere; none of it depends on what only the workflow knows.
    let lookups: [LookupCode]
    /// The resources of the module that it mentions, through `let`s too.
    let resources: [Int]
    let imports: [Int]
    let range: SourceRange

    init(
        name: String, scope: ScopeCode, statements: [StatementCode], steps: [StepCode], outputs: [OutputCode],
        triggers: [TriggerCode], lookups: [LookupCode], resources: [Int], imports: [Int], range: SourceRange
    ) {
        self.name = name
        self.scope = scope
        self.statements = statements
        self.steps = steps
        self.outputs = outputs
        self.triggers = triggers
        self.lookups = lookups
        self.resources = resources
        self.imports = imports
        self.range = range
        hasFinally = statements.contains { if case .finally = $0 { true } else { false } }
        stepIndex = Dictionary(steps.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        recoveries = Set(
            steps.compactMap { step in
                if case .step(let index)? = step.meta?.recover?.target { index } else { nil }
            })
        undoings = Set(
            steps.compactMap { step in
                if case .step(let index)? = step.meta?.undo?.target { index } else { nil }
            })
        var ofStep = [Int](repeating: 0, count: steps.count)
        for (offset, statement) in statements.enumerated() {
            statement.visit { if case .step(let index) = $0 { ofStep[index] = offset } }
        }
        statementOfStep = ofStep
    }

    var parameters: [ParameterCode] {
        scope.slots.compactMap { if case .parameter(let parameter) = $0.form { parameter } else { nil } }
    }
}

struct StepCode: Sendable {
    var name: String
    var contract: StepContract
    var key: Code?
    /// By position of the contract's fields.
    var fields: [FieldCode?]
    /// The rules of its kind that the text alone does not decide.
    var openRules: [Int]
    var meta: StepMetaCode?
    var nameRange: SourceRange
    /// From the word `step` to the kind.
    var range: SourceRange

    /// What the recipe gives for a field; nil where it leaves it out.
    func field(_ name: String) -> FieldCode? { contract.fieldIndex[name].flatMap { fields[$0] } }

    /// The address of the step with a key; of the only one, with none.
    func address(_ key: String?) -> Address { Address(name + (key.map { "[\(Value.string($0).literal)]" } ?? "")) }
}

/// The meta fields of a step.
struct StepMetaCode: Sendable {
    typealias Given = (code: Code, range: SourceRange)

    var on: (alias: String, range: SourceRange)?
    var needs: [NeedCode] = []
    var when: Given?
    var retry: Given?
    var timeout: Given?
    var onFailure: Given?
    var cache: Given?
    var concurrency: Given?
    var rate: Given?
    var priority: Given?
    /// Stands in for it.
    var recover: NeedCode?
    /// Takes back what it did.
    var undo: NeedCode?
}
