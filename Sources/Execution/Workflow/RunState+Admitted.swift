// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

extension RunState {
    /// A step that is to be executed.
    struct Admitted: Sendable {
        let known: KnownStep
        /// Of earlier processes.
        let attemptsBefore: Int
        /// The operation of an earlier process that has no result.
        let interrupted: PastOperations.Interrupted?
        /// True where it is only asked what became of that.
        var isAskedOnly = false
        /// What an earlier attempt recorded.
        var earlierHandle: String?

        var step: StepNode { known.node }
    }

    /// Takes that nobody can tell what became of a step that was asked for: it is taken back as one that may have
    /// happened, before all that ended.
    ///
    /// - Parameter isWaiting: True where it only waits: nothing of it is cut off.
    mutating func leaveOpen(_ admitted: Admitted, isWaiting: Bool) {
        let address = admitted.step.address
        _ = leave(address)
        guard let operation = admitted.interrupted?.operation else { return }
        past.isLeft(operation, of: address)
        guard isTakingBack, !isWaiting, admitted.step.undo != nil else { return }
        ended[address] = Ended(status: operation.status, outputs: [:], token: operation.token, isCutOff: true)
        workflowState.failed.insert(address)
        undoable.append(address)
    }
}
