// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution
import GRDB

extension ProjectLedger {
    package func audit(_ entry: AuditEntry) async throws(Diagnostic) {
        try await writeRecord { try $0.audit(entry) }
        try await noteIfUnknown()
    }

    /// The audit trail, the newest lines first.
    package func auditTrail(limit: Int) async throws(Diagnostic) -> [AuditEntry] {
        try await read { db in
            let rows = try Row.fetchCursor(
                db, sql: "SELECT \(AuditEntry.columns) FROM audit ORDER BY id DESC LIMIT ?", arguments: [limit])
            var trail: [AuditEntry] = []
            while let row = try rows.next() { trail.append(AuditEntry(row: row)) }
            return trail
        } ?? []
    }

    /// Checks that every line of the audit trail is as it was written, none is missing, and none was put between.
    package func verifyAudit() async throws(Diagnostic) -> AuditVerdict {
        let files = files
        return try await read { db in
            try AuditVerdict(db, anchor: try ProjectFile.read(files.project)?.audit)
        } ?? AuditVerdict.empty
    }

    /// The ledger's sequence number, which each commit raises by one; 0 for a project that never applied.
    package func sequence() async throws(Diagnostic) -> Int64 {
        try await read { try Meta.number("sequence", in: $0) } ?? 0
    }
}

extension JournalTransaction {
    func audit(_ entry: AuditEntry) throws {
        let link = AuditLink.of(entry, after: try AuditLink.newest(db)?.text)
        try execute(
            """
            INSERT INTO audit (time, actor, host, action, environment, module, detail, link)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                entry.time.nanoseconds, entry.actor, entry.host, entry.action, entry.environment, entry.module,
                entry.detail, link
            ])
    }
}

extension AuditEntry {
    static let columns = "time, actor, host, action, environment, module, detail"

    /// - Parameter row: The columns of `columns`.
    init(row: Row) {
        self.init(
            time: Timestamp(nanoseconds: row.number(0)), actor: row.text(1), host: row.text(2), action: row.text(3),
            environment: row.text(4), module: row.text(5), detail: row.text(6))
    }
}
