// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Program {
    /// The program that deletes what a module has made, whose recipe need not be there any more.
    ///
    /// - Parameter unprotecting: Resources whose protection does not count.
    package static func emptied(
        environment: String, module: String, recipeFolder: String, unprotecting: [Address] = []
    ) -> Program {
        var program = Program(
            environment: environment, module: module, recipeFolder: recipeFolder, resources: [], workflows: [],
            outputs: [], providers: [], parameters: [:], evaluation: NothingDeclared()
        ).declaringNothing()
        for address in unprotecting { program.protection[address] = false }
        return program
    }

    /// The same module with nothing in it, so that a plan deletes everything that it made.
    package func declaringNothing() -> Program {
        var program = self
        program.protection = Dictionary(
            resources.compactMap { node in node.protection.map { (node.address, $0) } },
            uniquingKeysWith: { first, _ in first })
        program.resources = []
        program.workflows = []
        program.outputs = []
        program.policies = []
        program.deferrals = []
        program.evaluation = NothingDeclared()
        program.isEmptied = true
        return program
    }
}

/// The evaluation of an empty module.
struct NothingDeclared: DeferredEvaluation {
    private func absent(_ what: String) -> Diagnostics {
        Diagnostics([Diagnostic(.callNotFound, "nothing is declared as \(what)")])
    }

    func inputs(of resource: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        throw absent(resource.text)
    }

    func parameters(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        throw absent(composite.text)
    }

    func outputs(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        throw absent(composite.text)
    }

    func outputs(in state: ResourceState) throws(Diagnostics) -> ObjectValue { [:] }

    func findings(
        on resource: Address, at stage: PolicyStage, in state: ResourceState
    ) throws(Diagnostics) -> [PolicyFinding] { [] }

    func parameters(
        of workflow: String, arguments: ObjectValue, clock: RunClock
    ) throws(Diagnostics) -> ObjectValue { throw absent(workflow) }

    func expansion(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> WorkflowExpansion { throw absent(workflow) }

    func step(
        _ address: Address, of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> StepNode { throw absent(address.text) }

    func place(of field: String, in step: Address, of workflow: String) -> SourcePlace? { nil }

    func outputs(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> ObjectValue { throw absent(workflow) }

    func arguments(
        ofTrigger trigger: Int, of workflow: String, event: ObjectValue
    ) throws(Diagnostics) -> ObjectValue { throw absent(workflow) }

    func condition(
        ofTrigger trigger: Int, of workflow: String, in state: ResourceState
    ) throws(Diagnostics) -> Bool? { throw absent(workflow) }
}
