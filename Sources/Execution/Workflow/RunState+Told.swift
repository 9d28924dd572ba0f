// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// What is told of a run and its steps.
extension RunState {
    /// How many steps there are as far as that can be told; more may come with what they give.
    mutating func tellSteps() -> Int {
        do throws(Diagnostics) {
            try expand()
        } catch {
            // The run itself tells what is wrong.
        }
        return order.count
    }

    /// True where no step is left that could begin before those of `finally`.
    var hasNothingLeft: Bool {
        isComplete
            && order.allSatisfy { address in
                ended[address] != nil || steps[address].map { $0.node.isFinal || $0.node.isUndo } ?? true
            }
    }

    /// Failures of steps that nothing stood in for any more because the run ended.
    var openFailures: [Diagnostic] { order.compactMap { awaiting[$0]?.failure } }

    /// How a step ended, as far as it did.
    func status(of address: Address) -> OperationRecord.Status? {
        ended[address]?.status ?? awaiting[address]?.status ?? paused[address].map { _ in .waiting }
    }

    /// The steps that were skipped since they were asked for last.
    mutating func takeSkipped() -> [StepNode] {
        defer { newlySkipped = [] }
        return newlySkipped.compactMap { steps[$0]?.node }
    }

    /// Steps that were neither begun nor skipped.
    var left: [Address] { order.filter { ended[$0] == nil } }

    /// True where every step ended; false while something is left that was not kept from starting.
    var isDone: Bool { isComplete && left.isEmpty }

    /// Takes that nobody can tell yet whether a step is executed.
    mutating func leaveOpen(_ step: StepNode) {
        candidates.insert(step.address)
        openConditions[step.address] = step.openCondition
    }

    /// Why nothing can begin although nothing failed.
    func standstill(_ run: RunRecord) -> Diagnostic {
        let isThere = { (address: Address) in workflowState.resources.values[address] != nil }
        if let (address, origin) = openConditions.min(by: { $0.key < $1.key }), ended[address] == nil {
            return MissingThing(origin, in: program, isThere).diagnostic(
                "whether \(address) is executed depends on \(origin)",
                at: [steps[address]?.node.place].compactMap(\.self), run.id)
        }
        if let origin = openOrigins.first {
            return MissingThing(origin, in: program, isThere).diagnostic(
                "a loop, condition or key of \(workflow) depends on \(origin)",
                at: [program.workflow(workflow)?.place].compactMap(\.self), run.id)
        }
        return circle
    }

    private var circle: Diagnostic {
        let help = ["take one of the references or `@needs` between them out"]
        let left = left.filter { steps[$0]?.node.isFinal != true && steps[$0]?.node.isUndo != true }
        guard !left.isEmpty else {
            return Diagnostic(
                .stepsStuck, "a loop or condition of \(workflow) waits for a step that waits for it",
                labels: program.workflow(workflow).map { [DiagnosticLabel($0.place)] } ?? [], help: help)
        }
        var places: Set<SourcePlace> = []
        let labels = left.compactMap { steps[$0]?.node.place }.filter { places.insert($0).inserted }
        return Diagnostic(
            .stepsStuck, "these steps wait for one another: \(left.map(\.text).joined(separator: ", "))",
            labels: labels.prefix(3).map { DiagnosticLabel($0, "waits") }, help: help)
    }

    /// The workflow's outputs; only once every step has ended well enough to give them.
    func outputs() throws(Diagnostics) -> ObjectValue {
        try program.evaluation.outputs(of: workflow, parameters: parameters, in: workflowState)
    }
}
