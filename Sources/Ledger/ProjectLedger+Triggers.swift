// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution
import GRDB

extension ProjectLedger: TriggerStore {
    package func mark(of trigger: TriggerIdentity) async throws(Diagnostic) -> ObjectValue? {
        let text = try await read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT mark FROM trigger_mark
                    WHERE environment = ? AND module = ? AND workflow = ? AND trigger = ?
                    """, arguments: StatementArguments(exact: trigger.columns))
        }
        guard let text = text ?? nil else { return nil }
        return try told { () throws -> ObjectValue in
            do throws(ColumnText.Misfit) { return try ColumnText.object(text) } catch {
                throw RowDamage(row: "mark of \(trigger)", reason: error.reason)
            }
        }
    }

    package func record(
        _ firings: [FiringRecord], of trigger: TriggerIdentity, mark: ObjectValue?
    ) async throws(Diagnostic) -> [FiringRecord] {
        let recorded = try await write { transaction in
            var new: [FiringRecord] = []
            for var firing in firings {
                firing.trigger = trigger
                try transaction.execute("INSERT OR IGNORE \(FiringRecord.target)", firing.row)
                guard transaction.db.changesCount > 0 else { continue }
                firing.id = transaction.db.lastInsertedRowID
                new.append(firing)
            }
            if !new.isEmpty, Self.isOfTimes(trigger) { try transaction.prune(trigger, keeping: Self.keptFirings) }
            if let mark {
                try transaction.execute(
                    "INSERT OR REPLACE INTO trigger_mark VALUES (?, ?, ?, ?, ?)",
                    trigger.columns + [ColumnText.write(mark)])
            }
            return new
        }
        try await noteIfUnknown()
        return recorded
    }

    /// How many firings of a trigger that never fires the same again are kept: those of a week where it fires each minute.
    package static let keptFirings = 10_000

    /// True for a trigger whose firings are about a time or a request. Those of files, tables and runs stay: by them is known
    /// what has fired.
    private static func isOfTimes(_ trigger: TriggerIdentity) -> Bool {
        trigger.trigger.hasPrefix("schedule ") || trigger.trigger.hasPrefix("webhook ")
    }

    package func forgetMarks(
        environment: String, module: String, keeping triggers: Set<TriggerIdentity>
    ) async throws(Diagnostic) {
        let known = try await read { db in
            try Row.fetchAll(
                db, sql: "SELECT workflow, trigger FROM trigger_mark WHERE environment = ? AND module = ?",
                arguments: StatementArguments(exact: [environment, module])
            ).map { row in
                TriggerIdentity(
                    environment: environment, module: module, workflow: row.text(0), trigger: row.text(1))
            }
        }
        let gone = (known ?? []).filter { !triggers.contains($0) }
        if gone.isEmpty { return }
        try await write { transaction in
            for trigger in gone {
                try transaction.execute(
                    """
                    DELETE FROM trigger_mark WHERE environment = ? AND module = ? AND workflow = ? AND trigger = ?
                    """, trigger.columns)
            }
        }
    }

    package func openFirings(environment: String) async throws(Diagnostic) -> [FiringRecord] {
        try await firings(
            where: "environment = ? AND status IN ('pending', 'started', 'stopping') ORDER BY id", [environment])
    }

    package func firing(_ id: Int64) async throws(Diagnostic) -> FiringRecord? {
        try await firings(where: "id = ?", [id]).first
    }

    package func firings(of trigger: TriggerIdentity) async throws(Diagnostic) -> [FiringRecord] {
        try await firings(
            where: "environment = ? AND module = ? AND workflow = ? AND trigger = ? ORDER BY id", trigger.columns)
    }

    package func firings(
        environment: String, module: String, limit: Int
    ) async throws(Diagnostic) -> [FiringRecord] {
        try await firings(
            where: "environment = ? AND module = ? ORDER BY id DESC LIMIT ?", [environment, module, limit])
    }

    private func firings(
        where condition: String, _ arguments: [(any DatabaseValueConvertible & Sendable)?]
    ) async throws(Diagnostic) -> [FiringRecord] {
        try await read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT \(FiringRecord.columns) FROM firing WHERE \(condition)",
                arguments: StatementArguments(exact: arguments))
            var firings: [FiringRecord] = []
            while let row = try rows.next() { firings.append(try FiringRecord(row: row)) }
            return firings
        } ?? []
    }

    package func runs(
        of workflow: String, module: String, environment: String, limit: Int
    ) async throws(Diagnostic) -> [RunRecord] {
        try await read { [spills] db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT \(RunRecord.columns) FROM run
                    WHERE environment = ? AND module = ? AND workflow = ? AND workflow IS NOT NULL
                    ORDER BY number DESC LIMIT ?
                    """, arguments: StatementArguments(exact: [environment, module, workflow, limit]))
            var runs: [RunRecord] = []
            while let row = try rows.next() { runs.append(spills.whole(try RunRecord(row: row))) }
            return runs
        } ?? []
    }

    package func settle(
        firing id: Int64, from former: Set<FiringRecord.Status>, to status: FiringRecord.Status, note: String
    ) async throws(Diagnostic) -> Bool {
        try await write { transaction in
            for former in former {
                try transaction.execute(
                    "UPDATE firing SET status = ?, note = ? WHERE id = ? AND status = ?",
                    [status.rawValue, note, id, former.rawValue])
                if transaction.db.changesCount > 0 { return true }
            }
            return false
        }
    }
}

extension JournalTransaction {
    /// Takes out the oldest firings of a trigger that are over.
    fileprivate func prune(_ trigger: TriggerIdentity, keeping count: Int) throws {
        try execute(
            """
            DELETE FROM firing
            WHERE environment = ? AND module = ? AND workflow = ? AND trigger = ?
                AND status IN ('done', 'skipped', 'refused')
                AND id <= (
                    SELECT id FROM firing WHERE environment = ? AND module = ? AND workflow = ? AND trigger = ?
                    ORDER BY id DESC LIMIT 1 OFFSET ?
                )
            """, trigger.columns + trigger.columns + [count])
    }

    /// Takes a firing for a run, once.
    func take(firing id: Int64, forRun number: Int64) throws {
        try execute(
            "UPDATE firing SET status = 'started', run = ? WHERE id = ? AND status IN ('pending', 'held')",
            [number, id])
        guard db.changesCount == 1 else {
            throw Diagnostic(
                .firingTaken, "a run began with firing \(id) already",
                help: ["runs    lists the runs"])
        }
    }
}

extension TriggerIdentity {
    var columns: [(any DatabaseValueConvertible & Sendable)?] { [environment, module, workflow, trigger] }
}
