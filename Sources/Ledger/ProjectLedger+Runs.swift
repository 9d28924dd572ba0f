// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution
import GRDB

extension ProjectLedger {
    package func beginRun(_ run: RunRecord) async throws(Diagnostic) -> RunRecord {
        var spilled = run
        spilled.parameters = try told { try spills.spilled(run.parameters) }
        let kept = spilled
        let (files, host) = (files, holder.host)
        let number = try await writeIntent { transaction in
            if let lease = run.parentLease { try transaction.check(lease, files) }
            let number = try transaction.raise("runs")
            if let firing = run.firing { try transaction.take(firing: firing, forRun: number) }
            try transaction.execute("INSERT \(RunRecord.target)", kept.row(number: number))
            if let operation = run.parentOperation {
                let name = RunName(number, run.purpose).description
                try transaction.execute(
                    "UPDATE operation SET handle = ? WHERE token = ? AND status = 'intended'", [name, operation.text])
            }
            // What is killed has its line too.
            var begun = kept
            begun.id = RunName(number, run.purpose).description
            try transaction.audit(AuditEntry(begun, "begun", time: run.started, actor: run.actor, host: host))
            return number
        }
        try await maintain { connection, db in
            try connection.note(db, closed: nil)
            do { try BackupShelf(files: connection.files).makeDaily(db) } catch {
                // For want of a copy no work is refused; the next run tries again.
            }
        }
        var begun = run
        begun.id = RunName(number, run.purpose).description
        return begun
    }

    package func append(_ entries: [JournalEntry], under lease: Lease) async throws(Diagnostic) {
        let encoded = try encoded(entries)
        let files = files
        let work: @Sendable (JournalTransaction) throws -> Void = { transaction in
            try transaction.check(lease, files)
            try transaction.verify(encoded)
            for entry in encoded { try transaction.write(entry) }
        }
        if entries.areRecordings { try await writeRecord(work) } else { try await writeIntent(work) }
    }

    /// What happened is recorded also where there is no room for large values: these are then not known any more.
    private func encoded(_ entries: [JournalEntry]) throws(Diagnostic) -> [EncodedEntry] {
        var spills = spills
        do throws(Diagnostic) {
            return try spilling { try entries.map { EncodedEntry(try spills.spilled($0)) } }
        } catch {
            guard error.code == .ledgerDiskFull, entries.areRecordings else { throw error }
            spills.letsGo = true
            return try told { try entries.map { EncodedEntry(try spills.spilled($0)) } }
        }
    }

    package func endRun(
        _ id: String, status: RunRecord.Status, outputs: ObjectValue, failure: FailureRecord?, at time: Timestamp,
        audit line: AuditEntry? = nil
    ) async throws(Diagnostic) {
        let kept = try spilling { try spills.spilled(outputs) }
        try await change(id, audit: line) { run in
            run.status = status
            run.outputs = kept
            run.failure = failure
            run.ended = status == .waiting ? nil : time
        }
        try await maintain { try $0.settle($1) }
    }

    package func reopenRun(_ id: String) async throws(Diagnostic) {
        try await change(id) { run in
            run.status = .running
            run.failure = nil
            run.ended = nil
        }
        try await maintain { try $0.note($1, closed: nil) }
    }

    private func change(
        _ id: String, audit line: AuditEntry? = nil, _ body: @escaping @Sendable (inout RunRecord) -> Void
    ) async throws(Diagnostic) {
        try await writeRecord { transaction in
            guard let number = RunName(id)?.number,
                let row = try Row.fetchOne(
                    transaction.db, sql: "SELECT \(RunRecord.columns) FROM run WHERE number = ?", arguments: [number])
            else { throw Diagnostic(.journalOrder, "there is no run '\(id)' to change") }
            var run = try RunRecord(row: row)
            body(&run)
            try transaction.execute("REPLACE \(RunRecord.target)", run.row(number: number))
            if let line { try transaction.audit(line) }
        }
    }

    package func runs(environment: String?, limit: Int) async throws(Diagnostic) -> [RunRecord] {
        try await read { [spills] db in
            let filter = environment == nil ? "" : "WHERE environment = ?"
            let arguments = StatementArguments(exact: environment.map { [$0, limit] } ?? [limit])
            let rows = try Row.fetchCursor(
                db, sql: "SELECT \(RunRecord.columns) FROM run \(filter) ORDER BY number DESC LIMIT ?",
                arguments: arguments)
            var runs: [RunRecord] = []
            while let row = try rows.next() { runs.append(spills.whole(try RunRecord(row: row))) }
            return runs
        } ?? []
    }

    package func run(_ id: String) async throws(Diagnostic) -> RunRecord? {
        guard let number = RunName(id)?.number else { return nil }
        let found = try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT \(RunRecord.columns) FROM run WHERE number = ?", arguments: [number]
            ).map(RunRecord.init)
        }
        guard let run = found ?? nil, run.id == id else { return nil }
        return spills.whole(run)
    }

    /// When the application of a saved plan began; nil where it never did.
    package func consumption(ofPlan digest: String) async throws(Diagnostic) -> Timestamp? {
        try await read { db in try Self.time(ofPlan: digest, db) } ?? nil
    }

    package func consumePlan(digest: String, at time: Timestamp) async throws(Diagnostic) {
        try await write { transaction in
            if let earlier = try Self.time(ofPlan: digest, transaction.db) { throw Self.used(earlier) }
            try transaction.execute("INSERT INTO consumed_plan VALUES (?, ?)", [digest, time.nanoseconds])
        }
        try await noteIfUnknown()
    }

    private static func time(ofPlan digest: String, _ db: SQLiteDatabase) throws -> Timestamp? {
        try Int64.fetchOne(db, sql: "SELECT time FROM consumed_plan WHERE digest = ?", arguments: [digest])
            .map { Timestamp(nanoseconds: $0) }
    }

    /// What is said of a plan that was applied before.
    package static func used(_ earlier: Timestamp) -> Diagnostic {
        Diagnostic(
            .planConsumed, "this plan was applied at \(earlier)",
            help: ["plan RECIPE --out FILE    makes a new one"])
    }
}
