// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// What earlier processes did in a run.
struct PastOperations: Sendable {
    private var latest: [Address: OperationRecord] = [:]
    /// How the outside names the work of a step: as the newest attempt recorded that came to that.
    private var handles: [Address: String] = [:]
    /// The place of the latest operation among those of the run.
    private var position: [Address: Int] = [:]
    /// Steps that this process does again, or for the first time.
    private var renewed: Set<Address> = []
    /// What the steps for the end of the run come after; known once all other steps have ended.
    private var work: Work?
    /// True where what was done is taken back, and nothing else is done.
    private let isTakingBack: Bool

    private struct Work {
        /// The place of the newest operation.
        var newest = -1
        /// When the last one ended.
        var end = Timestamp(nanoseconds: .min)
        /// True where this process does some.
        var isNew = false
    }

    /// - Parameters:
    ///   - openParts: Runs that are parts of this one and have not ended well, whatever their steps did before.
    ///   - isTakingBack: True where what was done is taken back, and nothing else is done.
    init(
        _ operations: [OperationRecord], workflow: String, openParts: Set<String> = [], isTakingBack: Bool = false
    ) {
        self.isTakingBack = isTakingBack
        let prefix = workflow + "."
        for (offset, operation) in operations.enumerated()
        where operation.identity.address.text.hasPrefix(prefix) {
            let address = Address(String(operation.identity.address.text.dropFirst(prefix.count)))
            latest[address] = operation
            if operation.status == .succeeded, let handle = operation.handle, openParts.contains(handle) {
                latest[address]?.status = .undoing
            }
            if let handle = operation.handle { handles[address] = handle }
            position[address] = offset
        }
    }

    var isEmpty: Bool { latest.isEmpty }

    func attempts(of address: Address) -> Int { latest[address]?.attempt ?? 0 }

    func handle(of address: Address) -> String? { handles[address] }

    /// The operation without a result.
    func interrupted(_ address: Address) -> OperationRecord? {
        latest[address].flatMap { $0.status == .intended ? $0 : nil }
    }

    /// The operation of a step of which nobody knows whether it happened: one without a result and, where that is to be
    /// taken back, one that was stopped in the midst of it, or of which its executor could not tell.
    func cutOff(_ step: StepNode) -> OperationRecord? {
        guard let operation = latest[step.address] else { return nil }
        switch operation.status {
        case .intended: return operation
        case .cancelled where isTakingBack && step.undo != nil: return operation
        case .failed where isTakingBack && step.undo != nil:
            return operation.failure?.code == DiagnosticCode.cannotTell.text ? operation : nil
        default: return nil
        }
    }

    /// The operation of a step that was done, and that a step was taking back; nil where none was.
    func beingTakenBack(_ address: Address) -> OperationToken? {
        latest[address].flatMap { $0.status == .undoing ? $0.token : nil }
    }

    /// When a step ended in an earlier process; of those that ended at once, the one that was begun later counts as later.
    struct End: Sendable, Comparable {
        let time: Timestamp
        let position: Int

        static func < (left: End, right: End) -> Bool { (left.time, left.position) < (right.time, right.position) }
    }

    func end(of address: Address) -> End? {
        guard let operation = latest[address], let position = position[address] else { return nil }
        return End(time: operation.ended ?? operation.started, position: position)
    }

    /// The operation of a step without a result that an earlier process left.
    struct Interrupted: Sendable {
        let operation: OperationRecord
        /// True where what the step rests on was done again since.
        let isOutdated: Bool
    }

    /// The step is executed by this process: what rests on it is executed after it.
    ///
    /// - Returns: The operation without a result, if there is one: it is taken up once.
    mutating func begins(_ step: StepNode, owner: Address?) -> (attempts: Int, interrupted: Interrupted?) {
        let address = step.address
        let interrupted = cutOff(step).map { Interrupted(operation: $0, isOutdated: rests(step, owner)) }
        renewed.insert(address)
        let attempts = attempts(of: address)
        if interrupted != nil { latest[address] = nil }
        return (attempts, interrupted)
    }

    /// Takes that the operation of a step stays as it was found.
    mutating func isLeft(_ operation: OperationRecord, of address: Address) {
        renewed.remove(address)
        latest[address] = operation
    }

    /// The operation by which a step was done that was not taken back, whatever it rests on; nil where none was.
    func done(_ address: Address) -> OperationRecord? {
        latest[address].flatMap { !renewed.contains(address) && ($0.isDone || $0.status == .undoing) ? $0 : nil }
    }

    /// Takes that all other steps have ended.
    mutating func enterFinally(isWork: (Address) -> Bool) {
        var work = Work(isNew: renewed.contains(where: isWork))
        for (address, place) in position where isWork(address) {
            work.newest = max(work.newest, place)
            work.end = latest[address]?.ended.map { max(work.end, $0) } ?? work.end
        }
        self.work = work
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
        guard let own = position[step.address] else { return false }
        if step.isFinal, let work {
            // One that waited, or was cut off, may have ended long after it began.
            let isOvertaken = latest[step.address].map { work.end > $0.started } ?? false
            if work.isNew || work.newest > own || isOvertaken { return true }
        }
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

    /// True where it is being taken back and nobody knows whether it had happened.
    var isCutOff: Bool { status == .undoing && (ended == nil || failure != nil) }
}
