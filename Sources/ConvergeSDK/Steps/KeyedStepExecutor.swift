// SPDX-License-Identifier: Apache-2.0

/// An executor that can tell when executing a step again would change nothing.
///
/// The host forms the step's content key from its kind and version, its fields and the dependencies named here. Where
/// an execution under the same key succeeded before and what it left is intact, the step is not executed: it has the
/// outputs of that execution.
public protocol KeyedStepExecutor: StepExecutor {
    /// What the result depends on beside the fields, such as the content of files; nil where the step must be executed
    /// every time. Called before the intent is recorded, and has no effect.
    func dependencies(of request: StepRequest) async throws(CallError) -> [StepDependency]?

    /// Whether what an earlier execution left behind is still there and as it was.
    func isIntact(_ outputs: ObjectValue, of request: StepRequest) async throws(CallError) -> Bool
}

/// Something outside a step's fields that its result depends on.
public struct StepDependency: Sendable, Hashable {
    /// As a person would name it, such as a path relative to the recipe's folder.
    public var name: String
    /// Changes with the content.
    public var digest: String

    public init(name: String, digest: String) {
        self.name = name
        self.digest = digest
    }
}
