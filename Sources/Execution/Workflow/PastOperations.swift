// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// What earlier processes did in a run.
struct PastOperations: Sendable {
    private var latest: [Address: OperationRecord] = [:]
    /// The place of the latest operation among those of the run.
    private var position: [Address: Int] = [:]
    /// Steps that this process does again, or for the first time.
    private var renewed: Set<Address> = []

    init(_ operations: [OperationRecord], workflow: String) {
        let prefix = workflow + "."
        for (offset, operation) in operations.enumerated()
        where operation.identity.address.text.hasPrefix(prefix) {
            let address = Address(String(operation.identity.address.text.dropFirst(prefix.count)))
            latest[address] = operation
            position[address] = offset
        }
    }

    var isEmpty: Bool { latest.isEmpty }

    func attempts(of address: Address) -> Int { latest[address]?.attempt ?? 0 }

    func handle(of address: Address) -> String? { latest[address]?.handle }

    /// The operation without a result.
    func interrupted(_ address: Address) -> OperationRecord? {
        latest[address].flatMap { $0.status == .intended ? $0 : nil }
    }

    /// The operation of a step that was done, and that a step was taking back; nil where none was.
    func beingTakenBack(_ address: Address) -> OperationToken? {
        latest[address].flatMap { $0.status == .undoing ? $0.token : nil }
    }

    /// The step is executed by this process: what rests on it is executed after it.
    ///
    /// - Returns: The operation without a result, if there is one: it is taken up once.
    mutating func begins(_ address: Address) -> (attempts: Int, interrupted: OperationRecord?) {
        renewed.insert(address)
        let found = (attempts(of: address), interrupted(address))
        if found.1 != nil { latest[address] = nil }
        return found
    }

    /// The operation by which a step ended before; nil where it still has to be done.
    ///
    /// - Parameters:
    ///   - owner: The step that it stands in for.
    ///   - isTakingBack: True where a step counts that is only half taken back.
    func known(_ step: StepNode, owner: Address?, isTakingBack: Bool) -> OperationRecord? {
        guard let operation = latest[step.address], !rests(step, owner) else { return nil }
        // What was told at one end of the run is not what another end is.
        if step.isFinal, operation.inputs != step.inputs { return nil }
        if operation.isDone || hasGivenWay(step) || isTakingBack && operation.status == .undoing { return operation }
        return nil
    }

    /// Whether a step has to follow another one that was, or is, executed after it.
    private func rests(_ step: StepNode, _ owner: Address?) -> Bool {
        if step.isFinal, !renewed.isEmpty { return true }
        guard let own = position[step.address] else { return false }
        return (step.reads + [owner].compactMap(\.self)).contains { other in
            renewed.contains(other) || (position[other] ?? -1) > own
        }
    }

    /// Whether a step had failed for good: another one has begun to stand in for it, and has not failed too.
    private func hasGivenWay(_ step: StepNode) -> Bool {
        guard latest[step.address]?.status == .failed, let recovery = step.recovery, let later = latest[recovery] else {
            return false
        }
        return later.status != .failed
    }
}

extension OperationRecord {
    /// True where the step ended well and need not be executed in its run again.
    var isDone: Bool { status == .succeeded || status == .reused }
}
