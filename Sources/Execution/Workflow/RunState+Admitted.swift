// SPDX-License-Identifier: Apache-2.0
import Planning

extension RunState {
    /// A step that is to be executed.
    struct Admitted: Sendable {
        let step: StepNode
        /// Of earlier processes.
        let attemptsBefore: Int
        /// The operation of an earlier process that has no result.
        let interrupted: PastOperations.Interrupted?
        /// True where it is only asked what became of that.
        var isAskedOnly = false
        /// What an earlier attempt recorded.
        var earlierHandle: String?
    }

    /// Takes that nobody can tell what became of a step that was asked for.
    mutating func leaveOpen(_ admitted: Admitted) {
        _ = leave(admitted.step.address)
        if let operation = admitted.interrupted?.operation { past.isLeft(operation, of: admitted.step.address) }
    }
}
