// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import GRDB

/// What became of the sealed values of a ledger and its backups.
package struct ResealedValues: Sendable, Hashable {
    /// How many are sealed with the new key.
    package var sealed = 0
    /// How many nobody can open, and are left as they are.
    package var unopened = 0
}

/// Sealed values: texts that only a key outside of the ledger opens, under names that rows refer to them by.
extension ProjectLedger {
    /// Whether there is any.
    package func holdsSealedValues() async throws(Diagnostic) -> Bool {
        try await read { db in try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM sealed)") ?? false } ?? false
    }

    /// The name of a text; nil where there is none.
    package func name(ofSealed text: String) async throws(Diagnostic) -> String? {
        try await read { db in try Self.name(ofSealed: text, db) } ?? nil
    }

    /// The text of that name; nil where there is none.
    package func sealedText(named name: String) async throws(Diagnostic) -> String? {
        try await read { db in
            try String.fetchOne(
                db.cachedStatement(sql: "SELECT content FROM sealed WHERE name = ?"), arguments: [name])
        } ?? nil
    }

    /// Keeps a text; of two that are equal the first name stays.
    ///
    /// - Returns: The name that the text has.
    package func record(sealed text: String, as name: String) async throws(Diagnostic) -> String {
        try await writeRecord { transaction in
            if let known = try Self.name(ofSealed: text, transaction.db) { return known }
            try transaction.execute("INSERT INTO sealed VALUES (?, ?)", [name, text])
            return name
        }
    }

    private static func name(ofSealed text: String, _ db: SQLiteDatabase) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT name FROM sealed WHERE content = ?"), arguments: [text])
    }

    /// Puts another text in the place of each, in the ledger and its backups, while no other process is at work.
    ///
    /// - Parameter anew: The same content under another key; nil for a text that nobody can open.
    package func reseal(_ anew: (String) throws(CallError) -> String?) throws(Diagnostic) -> ResealedValues {
        try close()
        let files = files
        return try told {
            try StateFile.makeFolder(files.folder)
            try StateFile.makeFolder(files.locks)
            let locks = try StateFile.names(in: files.locks).filter { $0.hasSuffix(".lock") }.sorted()
            return try holding(locks[...]) {
                var done = ResealedValues()
                if let open = try LedgerConnection.open(files, patience: .seconds(10)) {
                    try open.queue.inDatabase { db in try Self.reseal(db, anew, &done) }
                    try open.close()
                }
                let shelf = BackupShelf(files: files)
                var inBackups = ResealedValues()
                for backup in try shelf.backups() { try Self.reseal(shelf.path(backup), anew, &inBackups) }
                return done
            }
        }
    }

    /// Works on a copy that takes the file's place when it is whole. A damaged file is left as it is: it is told of
    /// when somebody wants it.
    private static func reseal(
        _ path: String, _ anew: (String) throws(CallError) -> String?, _ done: inout ResealedValues
    ) throws {
        guard let content = try StateFile.read(path) else { return }
        let draft = path + ".new"
        for old in [draft, draft + "-wal", draft + "-shm"] { try StateFile.remove(old) }
        try StateFile.replace(draft, with: content)
        do {
            let queue = try DatabaseQueue(path: draft, configuration: LedgerConnection.configuration(Patience(.zero)))
            try queue.inDatabase { db in
                try LedgerConnection.verifyForm(db)
                // One of an earlier form has none.
                guard try db.tableExists("sealed") else { return }
                try reseal(db, anew, &done)
            }
            try queue.close()
            try StateFile.sync(draft)
            try StateFile.move(draft, to: path)
        } catch let error as DatabaseError where error.isOfBrokenFile {
            try StateFile.remove(draft)
        } catch is LedgerLoss {
            try StateFile.remove(draft)
        } catch {
            try StateFile.remove(draft)
            throw error
        }
    }

    private static func reseal(
        _ db: SQLiteDatabase, _ anew: (String) throws(CallError) -> String?, _ done: inout ResealedValues
    ) throws {
        var count = ResealedValues()
        try db.inTransaction(.immediate) {
            let transaction = JournalTransaction(db)
            for row in try Row.fetchAll(db, sql: "SELECT name, content FROM sealed") {
                let fresh: String?
                do throws(CallError) { fresh = try anew(row.text(1)) } catch { throw error.diagnostic }
                guard let fresh else {
                    count.unopened += 1
                    continue
                }
                count.sealed += 1
                try transaction.execute("UPDATE sealed SET content = ? WHERE name = ?", [fresh, row.text(0)])
            }
            if count.sealed > 0 { try transaction.finish() }
            return .commit
        }
        done.sealed += count.sealed
        done.unopened += count.unopened
    }
}
