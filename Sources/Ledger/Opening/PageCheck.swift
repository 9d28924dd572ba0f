// SPDX-License-Identifier: Apache-2.0
import Execution
import GRDB

/// Looks at every page and every row of a ledger.
enum PageCheck {
    static func verifyPages(_ db: SQLiteDatabase, path: String) throws {
        try verifyLength(db, path)
        if let finding = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)"), finding != "ok" {
            throw LedgerLoss.damaged(reason: finding.replacing("\n", with: " "))
        }
    }

    /// SQLite takes the missing end of a last page for zeros.
    private static func verifyLength(_ db: SQLiteDatabase, _ path: String) throws {
        let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        let pageSize = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        // While commits wait in the log the file may be shorter than all its pages.
        guard try StateFile.stamp(of: path + "-wal")?.size ?? 0 == 0,
            let size = try StateFile.stamp(of: path)?.size
        else { return }
        if size < pages * pageSize { throw LedgerLoss.cut(found: size, stated: pages * pageSize) }
    }

    static func verifyRows(_ db: SQLiteDatabase) throws {
        var reader = ResourceRowReader()
        let resources = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(ResourceRowReader.columns), environment, name
                FROM resource LEFT JOIN module ON module.id = resource.module
                """)
        var count: Int64 = 0
        while let row = try resources.next() {
            count += 1
            _ = try reader.record(
                row, environment: row.text(ResourceRowReader.count),
                module: row.text(ResourceRowReader.count + 1))
        }
        let stated = try Meta.number("rows", in: db)
        if count != stated { throw LedgerLoss.damaged(reason: "it has \(count) of \(stated) resources") }
        let stray = try String.fetchOne(
            db,
            sql: """
                SELECT environment FROM resource JOIN module ON module.id = resource.module
                WHERE 'version:' || environment NOT IN (SELECT name FROM meta)
                """)
        if let stray { throw LedgerLoss.damaged(reason: "environment \(stray) has rows and no version") }
        let runs = try Row.fetchCursor(db, sql: "SELECT \(RunRecord.columns) FROM run")
        while let row = try runs.next() { _ = try RunRecord(row: row) }
        let operations = try Row.fetchCursor(
            db, sql: "SELECT \(OperationRecord.columns) FROM \(OperationRecord.tables)")
        while let row = try operations.next() { _ = try OperationRecord(row: row) }
    }
}
