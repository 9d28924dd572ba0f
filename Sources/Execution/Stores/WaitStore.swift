// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Runs that wait for times and signals.
package protocol WaitStore: Sendable {
    /// What the steps of a run wait for.
    func waits(run id: String) async throws(Diagnostic) -> [RunWait]

    /// The run at the top of those that a run is a part of; itself where it stands alone.
    func root(of run: RunRecord) async throws(Diagnostic) -> RunRecord

    /// The runs of an environment that wait, and for which something has come; the oldest first. Of one that is a part of
    /// another that one.
    func dueRuns(environment: String, now: Timestamp) async throws(Diagnostic) -> [RunRecord]

    /// Gives a signal to a run.
    ///
    /// - Throws: A diagnostic where the run was given one of that name before.
    func give(
        _ signal: StepSignal, named name: String, to run: String, audit line: AuditEntry
    ) async throws(Diagnostic)
}

/// A step that waits.
package struct RunWait: Sendable {
    package var operation: OperationRecord
    package var pause: StepPause

    package init(operation: OperationRecord, pause: StepPause) {
        self.operation = operation
        self.pause = pause
    }

    /// True where `approve` lets it go on.
    package var isForApproval: Bool { pause.signal == StepPause.approval(of: step) }

    /// The step's address in its run.
    package var step: String { operation.name }
}
