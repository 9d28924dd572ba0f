// SPDX-License-Identifier: Apache-2.0
import Execution
import GRDB

/// Looks at every page and every row of a ledger.
enum PageCheck {
    static func run(_ db: SQLiteDatabase) throws {
        if let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)"), finding != "ok" {
            throw LedgerLoss.damaged(reason: finding.replacing("\n", with: " "))
        }
        var reader = ResourceRowReader()
        let resources = try Row.fetchCursor(
            db, sql: "SELECT \(ResourceRowReader.columns), module FROM resource")
        while let row = try resources.next() {
            _ = try reader.record(row, environment: "", module: String(row.number(12)))
        }
        let operations = try Row.fetchCursor(
            db, sql: "SELECT \(OperationRecord.columns) FROM \(OperationRecord.tables)")
        while let row = try operations.next() { _ = try OperationRecord(row: row) }
    }
}
