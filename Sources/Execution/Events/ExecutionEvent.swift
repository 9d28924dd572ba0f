// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// What an execution tells while it goes on, in the order in which it happens.
package enum ExecutionEvent: Sendable {
    /// The run has its id; so many operations are ahead, as far as known.
    case runStarted(RunRecord, operations: Int)
    case operationStarted(Address, action: String, attempt: Int)
    /// From 0 to 1 where that is known, and what it is doing.
    case operationProgress(Address, fraction: Double?, text: String)
    case operationLog(Address, line: String)
    /// A policy warns of what is about to be done.
    case operationWarning(Address, PolicyFinding)
    /// What a step that ends well read and wrote; told before its end.
    case operationData(Address, reads: [Reference], writes: [Reference])
    case operationEnded(Address, action: String, status: OperationRecord.Status, took: Duration, failure: Diagnostic?)
    /// Another attempt will be made after the wait.
    case operationRetry(Address, after: Duration, failure: Diagnostic)
    /// It waits for a time or a signal.
    case operationPaused(Address, action: String, StepPause)
    case runEnded(RunRecord)
}
