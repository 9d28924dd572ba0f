// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Program {
    /// The same module with nothing in it, so that a plan deletes everything that it made.
    package func declaringNothing() -> Program {
        var program = self
        program.resources = []
        program.workflows = []
        program.outputs = []
        program.evaluation = NothingDeclared()
        program.isEmptied = true
        return program
    }
}

/// The evaluation of an empty module.
package struct NothingDeclared: DeferredEvaluation {
    package init() {}

    private func absent(_ what: String) -> Diagnostics {
        Diagnostics([Diagnostic(.callNotFound, "nothing is declared as \(what)")])
    }

    package func inputs(of resource: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        throw absent(resource.text)
    }

    package func parameters(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        throw absent(composite.text)
    }

    package func outputs(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        throw absent(composite.text)
    }

    package func outputs(in state: ResourceState) throws(Diagnostics) -> ObjectValue { [:] }

    package func parameters(
        of workflow: String, arguments: ObjectValue, now: Timestamp
    ) throws(Diagnostics) -> ObjectValue { throw absent(workflow) }

    package func expansion(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> WorkflowExpansion { throw absent(workflow) }

    package func step(
        _ address: Address, of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> StepNode { throw absent(address.text) }

    package func place(of field: String, in step: Address, of workflow: String) -> SourcePlace? { nil }

    package func outputs(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> ObjectValue { throw absent(workflow) }
}
