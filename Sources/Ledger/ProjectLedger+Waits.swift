// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution
import GRDB

extension ProjectLedger: WaitStore {
    package func waits(run id: String) async throws(Diagnostic) -> [RunWait] {
        let open = try await operations(run: id).filter { $0.status == .intended }
        let pauses = try await read { db in
            var pauses: [String: StepPause] = [:]
            let rows = try Row.fetchCursor(
                db, sql: "SELECT token, until, signal, text FROM pause WHERE run = ?",
                arguments: [RunName(id)?.number ?? -1])
            while let row = try rows.next() {
                pauses[row.text(0)] = StepPause(
                    until: row.optionalNumber(1).map { Timestamp(nanoseconds: $0) }, signal: row.optionalText(2),
                    text: row.text(3))
            }
            return pauses
        }
        return open.compactMap { operation in
            pauses?[operation.token.text].map { RunWait(operation: operation, pause: $0) }
        }
    }

    package func dueRuns(environment: String, now: Timestamp) async throws(Diagnostic) -> [RunRecord] {
        let due = try await runs(
            where: "environment = ? AND status = 'waiting' AND \(Self.isDue)",
            [
                environment, now.nanoseconds
            ])
        var roots: [RunRecord] = []
        for run in due {
            let root = try await root(of: run)
            // A whole that was closed meanwhile waits for nothing any more.
            if [.succeeded, .failed, .cancelled].contains(root.status) { continue }
            if !roots.contains(where: { $0.id == root.id }) { roots.append(root) }
        }
        return roots
    }

    /// The runs of an environment that have not said how they ended, whether anybody executes them or not.
    package func runningRuns(environment: String) async throws(Diagnostic) -> [RunRecord] {
        try await runs(where: "environment = ? AND status = 'running'", [environment])
    }

    package func isDue(run id: String, now: Timestamp) async throws(Diagnostic) -> Bool {
        guard let number = RunName(id)?.number, let run = try await run(id) else { return false }
        if [.succeeded, .failed, .cancelled].contains(run.status) { return true }
        let parts = try await runs(where: "parent = ? AND status = 'waiting'", [number])
        for part in parts where try await isDue(run: part.id, now: now) { return true }
        return try await !runs(where: "number = ? AND \(Self.isDue)", [number, now.nanoseconds]).isEmpty
    }

    package func parts(of run: String) async throws(Diagnostic) -> [RunRecord] {
        guard let number = RunName(run)?.number else { return [] }
        return try await runs(where: "parent = ?", [number])
    }

    package func root(of run: RunRecord) async throws(Diagnostic) -> RunRecord {
        var root = run
        while let parent = root.parent, let found = try await self.run(parent) { root = found }
        return root
    }

    /// True of a run one of whose steps has got what it waits for: its time, its signal, or the end of its part.
    private static let isDue = """
        EXISTS (
            SELECT 1 FROM pause
            JOIN operation ON operation.token = pause.token AND operation.status = 'intended'
            WHERE pause.run = run.number AND (
                pause.until <= ? OR EXISTS (
                    SELECT 1 FROM signal WHERE signal.run = pause.run AND signal.name = pause.signal)
                OR EXISTS (
                    SELECT 1 FROM run AS part
                    WHERE part.parent = run.number AND operation.handle = 'run-' || part.number
                        AND part.status IN ('succeeded', 'failed', 'cancelled'))))
        """

    private func runs(
        where condition: String, _ arguments: [(any DatabaseValueConvertible & Sendable)?]
    ) async throws(Diagnostic) -> [RunRecord] {
        try await read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT \(RunRecord.columns) FROM run WHERE \(condition) ORDER BY number",
                arguments: StatementArguments(exact: arguments))
            var runs: [RunRecord] = []
            while let row = try rows.next() { runs.append(try RunRecord(row: row)) }
            return runs
        } ?? []
    }

    package func signals(run id: String) async throws(Diagnostic) -> [String: StepSignal] {
        guard let number = RunName(id)?.number else { return [:] }
        return try await read { db in
            var signals: [String: StepSignal] = [:]
            let rows = try Row.fetchCursor(
                db, sql: "SELECT name, value, actor, time, checksum FROM signal WHERE run = ?", arguments: [number])
            while let row = try rows.next() {
                let (name, value, actor, time) = (row.text(0), row.text(1), row.text(2), row.number(3))
                guard Checksum.of([name, value, actor], [number, time]) == row.number(4) else {
                    throw RowDamage(row: "signal \(name) of \(id)", reason: "its content is not what was written")
                }
                do throws(ColumnText.Misfit) {
                    signals[name] = StepSignal(
                        value: try ColumnText.object(value)["value"] ?? .null, by: actor,
                        at: Timestamp(nanoseconds: time))
                } catch {
                    throw RowDamage(row: "signal \(name) of \(id)", reason: error.reason)
                }
            }
            return signals
        } ?? [:]
    }

    package func give(
        _ signal: StepSignal, named name: String, to run: String, audit line: AuditEntry
    ) async throws(Diagnostic) {
        let number = RunName(run)?.number ?? -1
        let value = ColumnText.write(["value": signal.value])
        let checksum = Checksum.of([name, value, signal.by], [number, signal.at.nanoseconds])
        try await write { transaction in
            try transaction.execute(
                "INSERT OR IGNORE INTO signal VALUES (?, ?, ?, ?, ?, ?)",
                [number, name, value, signal.by, signal.at.nanoseconds, checksum])
            if transaction.db.changesCount == 0 {
                throw Diagnostic(
                    .nothingWaits, "\(run) was given '\(name)' already", help: ["show \(run)    tells how it went on"])
            }
            try transaction.audit(line)
        }
        try await noteIfUnknown()
    }
}
