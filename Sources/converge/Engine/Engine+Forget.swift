// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

extension Engine {
    /// Lets go of rows of one module: the things stay, the ledger does not speak of them any more.
    ///
    /// Everything is one commit: after a crash all of them are forgotten or none.
    ///
    /// - Parameters:
    ///   - addresses: Of rows as they were shown.
    ///   - decide: Asked under the lease; true does it.
    /// - Returns: The run that tells of it, and the rows as they were; nil where `decide` said no.
    func forget(
        _ addresses: [Address], of module: String, wait: Duration, until interruption: Interruption,
        decide: @escaping @Sendable ([ResourceRecord]) async throws(Diagnostic) -> Bool
    ) async throws(Diagnostic) -> (run: RunRecord, records: [ResourceRecord])? {
        let (ledger, environment) = (ledger, environment)
        let surroundings = surroundings(interruption: interruption, parallelism: 8) { _ in }
        return try await whileHoldingEnvironment(environment, wait: wait, until: interruption) {
            (lease) throws(Diagnostic) -> (run: RunRecord, records: [ResourceRecord])? in
            // What was interrupted must have ended before anything can be said of it.
            _ = try await Settler(store: ledger, surroundings: surroundings)
                .settleAll(environment: environment, under: lease)
            let rows = try await ledger.snapshot(environment: environment, module: module).records
            let records = addresses.compactMap { rows[$0] }
            if records.isEmpty { return nil }
            guard try await decide(records) else { return nil }
            var run = try await ledger.beginRun(
                RunRecord(
                    id: "", purpose: .forget, environment: environment, module: module, actor: surroundings.actor,
                    started: surroundings.clock.now()))
            let now = surroundings.clock.now()
            let entries = records.map { record -> JournalEntry in
                let operation = OperationRecord(
                    token: surroundings.newToken(), run: run.id, identity: record.identity,
                    effect: .forget(kind: record.kind), status: .succeeded, inputs: record.inputs, started: now,
                    ended: now)
                var row = record
                row.status = .forgotten
                row.changed = now
                return .intent(operation, .put(row))
            }
            let line = AuditEntry(
                time: now, actor: surroundings.actor, host: surroundings.host, action: "forget",
                environment: environment, module: module,
                detail: "\(run.id): "
                    + records.map { "\($0.identity.address) (\($0.kind))" }.joined(separator: ", "))
            try await ledger.append(entries + [.audit(line)], under: lease)
            (run.status, run.ended) = (.succeeded, now)
            try await ledger.endRun(run.id, status: run.status, outputs: [:], failure: nil, at: now)
            try await ledger.backUp()
            return (run, records)
        }
    }
}
