// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// What earlier processes did in a run.
struct PastOperations: Sendable {
    private var latest: [Address: OperationRecord] = [:]

    init(_ operations: [OperationRecord], workflow: String) {
        let prefix = workflow + "."
        for operation in operations where operation.identity.address.text.hasPrefix(prefix) {
            let address = Address(String(operation.identity.address.text.dropFirst(prefix.count)))
            latest[address] = operation
        }
    }

    func attempts(of address: Address) -> Int { latest[address]?.attempt ?? 0 }

    /// The operation without a result.
    func interrupted(_ address: Address) -> OperationRecord? {
        latest[address].flatMap { $0.status == .intended ? $0 : nil }
    }

    /// Whether a step had failed for good: another one has begun to stand in for it, and has not failed too.
    private func hasGivenWay(_ step: StepNode) -> Bool {
        guard latest[step.address]?.status == .failed, let recovery = step.recovery, let later = latest[recovery] else {
            return false
        }
        return later.status != .failed
    }

    /// Steps that ended before, and those that still have to be done.
    func divide(_ steps: [StepNode]) -> (known: [(StepNode, OperationRecord)], open: [StepNode]) {
        var known: [(StepNode, OperationRecord)] = []
        var open: [StepNode] = []
        for step in steps {
            if let operation = latest[step.address], operation.isDone || hasGivenWay(step) {
                known.append((step, operation))
            } else {
                open.append(step)
            }
        }
        return (known, open)
    }
}

extension OperationRecord {
    /// True where the step ended well and need not be executed in its run again.
    var isDone: Bool { status == .succeeded || status == .reused }
}
