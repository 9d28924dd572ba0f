// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger

extension Engine {
    /// A run with what became of it where its process is gone without having said so.
    func withPresentStatus(_ run: RunRecord) async throws(Diagnostic) -> RunRecord {
        guard run.status == .running else { return run }
        var run = run
        if try await !ledger.isUnderWay(run) { run.status = .interrupted }
        return run
    }

    /// The newest run of a workflow, where it was interrupted.
    func interruptedRun(of workflow: String, module: String) async throws(Diagnostic) -> RunRecord? {
        let runs = try await ledger.runs(environment: environment, limit: 50)
        guard let newest = runs.first(where: { $0.workflow == workflow && $0.module == module }) else { return nil }
        let run = try await withPresentStatus(newest)
        return run.status == .interrupted ? run : nil
    }
}

extension ProjectLedger {
    /// Whether a living process executes a run that has not said how it ended.
    func isUnderWay(_ run: RunRecord) async throws(Diagnostic) -> Bool {
        guard try isHeld(run.lease) else { return false }
        if run.purpose == .workflow { return true }
        // The lease is the environment's: it is held for the newest one.
        let newest = try await versions(environment: run.environment, module: nil, limit: 1).first
        return newest?.id == run.id
    }
}

extension RunRecord {
    /// What its process holds while it lives.
    var lease: LeaseScope { purpose == .workflow ? .run(id: id) : .apply(environment: environment) }
}
