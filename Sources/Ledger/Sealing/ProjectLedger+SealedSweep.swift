// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import GRDB

/// Sealed values to which nothing in the ledger refers any more: their resource was deleted, or has other outputs.
extension ProjectLedger {
    /// How many there are.
    package func forsakenSealedValues() async throws(Diagnostic) -> Int {
        try await read { [spills] db in try Self.forsaken(db, spills).count } ?? 0
    }

    /// Takes them out of the ledger, while no other process is at work. A backup keeps its own.
    ///
    /// - Returns: How many there were.
    package func freeSealedValues() throws(Diagnostic) -> Int {
        try close()
        let (files, spills) = (files, spills)
        return try told {
            try StateFile.makeFolder(files.locks)
            let locks = try StateFile.names(in: files.locks).filter { $0.hasSuffix(".lock") }.sorted()
            return try holding(locks[...]) {
                guard let open = try LedgerConnection.open(files, patience: .seconds(10)) else { return 0 }
                let freed = try open.queue.inDatabase { db in
                    let names = try Self.forsaken(db, spills)
                    if names.isEmpty { return 0 }
                    try db.inTransaction(.immediate) {
                        let transaction = JournalTransaction(db)
                        for name in names { try transaction.execute("DELETE FROM sealed WHERE name = ?", [name]) }
                        try transaction.finish()
                        return .commit
                    }
                    return names.count
                }
                try open.close()
                return freed
            }
        }
    }

    /// The names that no text of any other table holds, nor one that was too large for its row.
    private static func forsaken(_ db: SQLiteDatabase, _ spills: SpillStore) throws -> Set<String> {
        var left = Set(try String.fetchAll(db, sql: "SELECT name FROM sealed"))
        if left.isEmpty { return [] }
        let tables = try String.fetchAll(
            db,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'sealed'"
        )
        for table in tables {
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table.quotedDatabaseIdentifier)")
            while !left.isEmpty, let row = try rows.next() {
                for value in row.databaseValues {
                    guard case .string(let text) = value.storage else { continue }
                    for text in [text] + (try spills.texts(behind: text)) { remove(namesIn: text, from: &left) }
                }
            }
        }
        return left
    }

    /// A name stands between quotes wherever a text refers to it, or is the text.
    private static func remove(namesIn text: String, from left: inout Set<String>) {
        if left.remove(text) != nil { return }
        for piece in text.utf8.split(separator: UInt8(ascii: "\"")) where piece.count < 80 {
            left.remove(String(Substring(piece)))
        }
    }
}
