// SPDX-License-Identifier: Apache-2.0
import Planning

extension RunState {
    /// A step that is to be executed.
    struct Admitted: Sendable {
        let step: StepNode
        /// Of earlier processes.
        let attemptsBefore: Int
        /// The operation of an earlier process that has no result.
        let interrupted: OperationRecord?
        /// What an earlier attempt recorded that failed.
        var earlierHandle: String?
    }
}
