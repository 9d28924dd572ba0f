// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Glibc
import Ledger

extension Engine {
    /// What became of the wish to cancel.
    struct Cancellation: Sendable {
        var status: String
        var text: String
    }

    /// Asks whoever executes a run to stop, as Ctrl-C would; closes a run that nobody executes any more.
    func cancel(_ run: RunRecord) async throws(Diagnostic) -> Cancellation {
        guard let problem = await problemOfClosing(run) else {
            CancelDoor.clear(run: run.id, project: project)
            return Cancellation(
                status: "cancelled",
                text:
                    "\(run.id) \(run.status == .waiting ? "waited" : "was interrupted"); it is closed now. `resume \(run.id)` would go on with it."
            )
        }
        guard problem.code == .leaseHeld else { throw problem }
        if !CancelDoor.knock(run: run.id, project: project) {
            // A signal to this process would reach the verb that is running now.
            guard let holder = ledger.holder(of: .run(id: run.id)), !holder.isThisProcess,
                kill(pid_t(holder.process), SIGINT) == 0
            else { throw problem }
        }
        return Cancellation(
            status: "stopping",
            text: "\(run.id) was asked to stop; it finishes what is in flight and records it. `cancel \(run.id)` again "
                + "stops it at once.")
    }

    /// Closes a run under its lease; what stands in the way is returned.
    private func problemOfClosing(_ run: RunRecord) async -> Diagnostic? {
        let ledger = ledger
        let id = run.id
        do throws(Diagnostic) {
            try await ledger.withLease(.run(id: id), wait: .zero) { (_) throws(Diagnostic) in
                let now = Timestamp.ofSystem()
                try await ledger.cancelOpenParts(of: id, at: now)
                let here = LeaseHolder.current(command: "")
                try await ledger.endRun(
                    id, status: .cancelled, outputs: [:], failure: nil, at: now,
                    audit: AuditEntry(run, "cancelled", time: now, actor: here.user, host: here.host))
            }
            return nil
        } catch {
            return error
        }
    }
}

extension Timestamp {
    /// Now, by the system's clock.
    static func ofSystem() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
