// SPDX-License-Identifier: Apache-2.0
import GRDB

/// A SQLite connection; the SDK has a lent `Database` of its own.
typealias SQLiteDatabase = GRDB.Database

extension SQLiteDatabase {
    /// Reads at one moment of the database, whatever other processes write meanwhile.
    func reading<T>(_ body: () throws -> T) throws -> T {
        try beginTransaction(.deferred)
        do {
            let value = try body()
            try commit()
            return value
        } catch {
            try rollback()
            throw error
        }
    }
}
