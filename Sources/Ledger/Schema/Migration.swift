// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Brings a file to the present form, all steps or none.
enum Migration {
    /// How many steps the file has gone through.
    static func version(_ db: SQLiteDatabase) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }

    static func run(_ steps: [String], applicationID: Int32, on db: SQLiteDatabase) throws {
        guard try version(db) < steps.count else { return }
        try db.inTransaction(.immediate) {
            // Asked again: another process may have done it while this one waited for the transaction.
            for step in steps.dropFirst(try version(db)) { try db.execute(sql: step) }
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: "PRAGMA user_version = \(steps.count)")
            return .commit
        }
    }
}
