// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import GRDB

extension ProjectLedger {
    /// Looks at the whole ledger, and of a damaged one at what can be kept; changes nothing.
    ///
    /// - Returns: Nil for a ledger that is whole, or none.
    /// - Throws: A diagnostic where nothing of it can be read, or what befell it is not damage.
    package func inspect() throws(Diagnostic) -> RepairReport? {
        try whileRepairing { () throws in
            guard let damage = try damage() else { return nil }
            return try rescue(damage)
        }
    }

    /// Puts what can be read, and what a backup has of the rest, in the ledger's place; the damaged file is kept aside.
    ///
    /// - Returns: Nil where there was nothing to repair.
    package func repair() throws(Diagnostic) -> RepairReport? {
        let done = try whileRepairing { () throws -> RepairReport? in
            guard let damage = try damage() else { return nil }
            var report = try rescue(damage)
            report.keptAside = try setAside()
            try StateFile.move(draft, to: files.ledger)
            // It is noted anew below.
            try StateFile.remove(files.project)
            return report
        }
        if done != nil {
            _ = try openedToWrite()
            try close()
        }
        return done
    }

    private var draft: String { files.ledger + ".new" }
    private var look: String { files.ledger + ".look" }
    private var backupCopy: String { files.ledger + ".backup" }

    private func whileRepairing<T>(_ body: () throws -> T) throws(Diagnostic) -> T {
        do { try close() } catch {
            // A ledger that cannot even be closed is what a repair is for.
        }
        return try told {
            try StateFile.makeFolder(files.folder)
            try StateFile.makeFolder(files.locks)
            let locks = try StateFile.names(in: files.locks).filter { $0.hasSuffix(".lock") }.sorted()
            return try holding(locks[...]) {
                defer { for name in [draft, look, backupCopy] { Self.discard(name) } }
                do { return try body() } catch {
                    switch LedgerFailure(error) {
                    case .loss(let loss): throw loss.diagnostic(files, isRepairing: true)
                    case .database(let error) where error.isOfBrokenFile:
                        let reason = error.message ?? error.resultCode.description
                        throw LedgerLoss.damaged(reason: reason).diagnostic(files, isRepairing: true)
                    case let failure: throw failure
                    }
                }
            }
        }
    }

    /// What is wrong with the ledger; nil where nothing is.
    private func damage() throws -> String? {
        let size = try StateFile.stamp(of: files.ledger)?.size
        if size == nil || size == 0 {
            let hasHistory =
                try StateFile.exists(files.project) || !BackupShelf(files: files).backups().isEmpty
            if hasHistory { throw size == nil ? LedgerLoss.removed : .emptied }
            return nil
        }
        do {
            let copy = try copy(of: files.ledger)
            return try Self.reading(copy) { db in
                try LedgerConnection.verifyForm(db)
                try PageCheck.verifyPages(db, path: copy)
                try Migration.run(LedgerSchema.steps, applicationID: LedgerSchema.applicationID, on: db)
                try PageCheck.verifyRows(db)
                return try SourceRow.changed(db).first.map { "the recipe's text \($0.prefix(12)) is not what was kept" }
            }
        } catch let loss as LedgerLoss {
            switch loss {
            case .damaged(let reason): return reason
            case .cut: return "its end is missing"
            case .removed, .emptied, .foreign, .older, .newer: throw loss
            }
        } catch let damage as RowDamage {
            return "\(damage.row): \(damage.reason)"
        } catch let error as DatabaseError where error.isOfBrokenFile {
            return error.message ?? error.resultCode.description
        }
    }

    /// A copy with all commits, which may be opened without changing the file itself.
    private func copy(of path: String) throws -> String {
        let copy = look
        Self.discard(copy)
        try StateFile.replace(copy, with: try StateFile.read(path) ?? [])
        if let log = try StateFile.read(path + "-wal") { try StateFile.replace(copy + "-wal", with: log) }
        return copy
    }

    /// Works on a copy, which goes at the end.
    private static func reading<T>(_ copy: String, _ body: (SQLiteDatabase) throws -> T) throws -> T {
        defer { discard(copy) }
        let queue = try DatabaseQueue(path: copy, configuration: LedgerConnection.configuration(Patience(.zero)))
        let value = try queue.inDatabase(body)
        try queue.close()
        return value
    }

    /// Removes a database of a repair's own.
    private static func discard(_ path: String) {
        for name in [path, path + "-wal", path + "-shm", path + "-journal"] {
            do { try StateFile.remove(name) } catch {
                // It is replaced the next time.
            }
        }
    }

    /// Lends a copy of the damaged ledger; nil where not even its tables can be found.
    private func withDamaged<T>(_ body: (SQLiteDatabase?) throws -> T) throws -> T {
        let prepare = { (db: SQLiteDatabase) throws in
            try LedgerConnection.verifyForm(db)
            try Migration.run(LedgerSchema.steps, applicationID: LedgerSchema.applicationID, on: db)
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
        }
        do { try Self.reading(copy(of: files.ledger), prepare) } catch let error as DatabaseError
            where error.isOfBrokenFile
        {
            return try body(nil)
        }
        return try Self.reading(copy(of: files.ledger)) { db in
            try prepare(db)
            return try body(db)
        }
    }

    /// Builds the draft of a ledger.
    private func rescue(_ damage: String) throws -> RepairReport {
        Self.discard(draft)
        try StateFile.create(draft)
        let known = try knownHistory()
        let shelf = BackupShelf(files: files)
        let reached = max(known?.sequence ?? 0, try shelf.backups().first?.sequence ?? 0)
        let (backup, name) = try usableBackup(shelf, known)
        let target = try DatabaseQueue(path: draft, configuration: LedgerConnection.configuration(Patience(.zero)))
        var report = try target.inDatabase { target in
            try target.execute(sql: "PRAGMA page_size = \(LedgerSchema.pageSize)")
            try Migration.run(LedgerSchema.steps, applicationID: LedgerSchema.applicationID, on: target)
            return try withDamaged { damaged in
                if damaged == nil, backup == nil {
                    throw LedgerLoss.damaged(
                        reason: "\(damage): not even its tables can be found, and no backup can be used instead")
                }
                let fill = { (backup: SQLiteDatabase?) throws -> RepairReport in
                    var rescue = LedgerRescue(damaged: damaged, backup: backup, known: known, damage: damage)
                    try target.inTransaction {
                        try rescue.fill(target, reached: reached, leap: Self.leap)
                        return .commit
                    }
                    return rescue.report
                }
                guard let backup else { return try fill(nil) }
                return try backup.inDatabase { try fill($0) }
            }
        }
        try target.inDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try PageCheck.verifyRows(db)
        }
        try target.close()
        try backup?.close()
        report.backup = name
        return report
    }

    /// The newest backup that is whole and this project's, opened as a copy.
    private func usableBackup(_ shelf: BackupShelf, _ known: ProjectFile?) throws -> (DatabaseQueue?, String?) {
        let copy = backupCopy
        for backup in try shelf.backups() {
            guard let content = try StateFile.read(shelf.path(backup)) else { continue }
            Self.discard(copy)
            try StateFile.replace(copy, with: content)
            do {
                let queue = try DatabaseQueue(
                    path: copy, configuration: LedgerConnection.configuration(Patience(.zero)))
                try queue.inDatabase { db in
                    try LedgerConnection.verifyForm(db)
                    try PageCheck.verifyPages(db, path: copy)
                    try Migration.run(LedgerSchema.steps, applicationID: LedgerSchema.applicationID, on: db)
                    try PageCheck.verifyRows(db)
                    if let known, try Meta.text("project", in: db) != known.project { throw LedgerLoss.foreign }
                }
                return (queue, backup.name)
            } catch is LedgerLoss {
                continue
            } catch is RowDamage {
                continue
            } catch let error as DatabaseError where error.isOfBrokenFile {
                continue
            }
        }
        return (nil, nil)
    }
}
