// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning

/// A run of a simulated flow, as the ledger has it.
struct RecordedRun: Sendable {
    let record: RunRecord
    /// In the order in which they were intended.
    let operations: [OperationRecord]
    /// The place of the newest operation of each step.
    let latest: [Address: Int]
    /// At which versions the operations got their results.
    private let ends: [OperationToken: Int64]

    init(_ record: RunRecord, in content: SimulatedDisk.Content) {
        self.record = record
        ends = content.ends
        operations = content.operations.filter { $0.run == record.id }
        latest = Dictionary(
            operations.enumerated().map { (Address($0.element.name), $0.offset) }, uniquingKeysWith: { $1 })
    }

    init?(_ id: String, in content: SimulatedDisk.Content) {
        guard let record = content.runs.first(where: { $0.id == id }) else { return nil }
        self.init(record, in: content)
    }

    func newest(_ step: Address) -> OperationRecord? { latest[step].map { operations[$0] } }

    func isDone(_ step: Address) -> Bool { newest(step)?.status == .succeeded }

    /// What the steps gave of which that still counts.
    func state(outcome: String? = nil) -> WorkflowState {
        var outputs: [Address: ObjectValue] = [:]
        for (address, position) in latest where [.succeeded, .undoing].contains(operations[position].status) {
            outputs[address] = operations[position].outputs
        }
        var state = WorkflowState(resources: ResourceState(), outputs: outputs)
        state.outcome = outcome
        return state
    }

    /// What the steps gave of which that still counts, of those whose own reads do.
    func settled(_ nodes: (WorkflowState) -> [StepNode], outcome: String?) -> WorkflowState {
        var state = state(outcome: outcome)
        while true {
            let lost = nodes(state).filter { node in
                guard state.outputs[node.address] != nil, !node.isUndo else { return false }
                return node.reads.contains {
                    state.outputs[$0] == nil || (latest[$0] ?? 0) > (latest[node.address] ?? 0)
                }
            }
            if lost.isEmpty { return state }
            for node in lost { state.outputs[node.address] = nil }
        }
    }

    /// Whether an operation of a step for the end came after all that the other steps did.
    func isAfterAllOthers(_ position: Int) -> Bool {
        let own = ends[operations[position].token] ?? .max
        return !operations.enumerated().contains { offset, operation in
            !operation.isFinal && (offset > position || (ends[operation.token] ?? 0) > own)
        }
    }
}

extension OperationRecord {
    /// True for a step of a simulated flow that is there for the end of the run.
    var isFinal: Bool { name.hasPrefix("f") }
}
