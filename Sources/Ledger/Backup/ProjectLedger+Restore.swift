// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import GRDB

/// What `ledger restore` did.
package struct LedgerRestoration: Sendable, Hashable {
    package var backup: LedgerBackup
    /// Where the file that was in the way is kept; nil where there was none.
    package var keptAside: String?
}

extension ProjectLedger {
    /// Numbers of the lost history are not used again: nobody knows how far it had gone beyond what was noted, so the
    /// restored ledger goes on far behind it, and a plan or process of that history is seen as out of date.
    static let leap: Int64 = 1_000_000

    /// Puts a backup in the ledger's place; the file that is there is kept aside.
    ///
    /// - Parameter name: `ledger-57.db`, `ledger-57` or `57`; the newest backup where it is nil.
    package func restore(from name: String?) throws(Diagnostic) -> LedgerRestoration {
        do { try close() } catch {
            // A ledger that cannot even be closed is what a backup is for.
        }
        let backup = try choose(name)
        return try told {
            try StateFile.makeFolder(files.locks)
            let locks = try StateFile.names(in: files.locks).filter { $0.hasSuffix(".lock") }.sorted()
            let restoration = try holding(locks[...]) {
                let draft = files.ledger + ".new"
                try prepare(draft, from: backup)
                let aside = try setAside()
                try StateFile.move(draft, to: files.ledger)
                // It may be unreadable or tell of another project; it is noted anew below.
                try StateFile.remove(files.project)
                return LedgerRestoration(backup: backup, keptAside: aside)
            }
            _ = try openedToWrite()
            try close()
            return restoration
        }
    }

    /// Works while nobody holds a lease or has the ledger open to write.
    func holding<T>(_ locks: ArraySlice<String>, _ body: () throws -> T) throws -> T {
        guard let name = locks.first else { return try body() }
        let path = files.locks + "/" + name
        guard let lock = try LockFile.take(path) else {
            let holder = LeaseHolder.read(path)
            throw Diagnostic(
                .leaseHeld, "another process is at work on the ledger",
                notes: holder.map { ["held by \($0.description), since \($0.since)"] } ?? ["it holds \(path)"],
                help: ["end that process first: its lock ends with it"])
        }
        let result = Result { try holding(locks.dropFirst(), body) }
        lock.free()
        return try result.get()
    }

    private func prepare(_ draft: String, from backup: LedgerBackup) throws {
        let shelf = BackupShelf(files: files)
        guard let content = try StateFile.read(shelf.path(backup)) else {
            throw Diagnostic(.backupMissing, "the backup \(backup.name) is gone")
        }
        let known = try knownHistory()
        let reached = max(known?.sequence ?? 0, try shelf.backups().first?.sequence ?? 0)
        for path in [draft + "-wal", draft + "-shm"] { try StateFile.remove(path) }
        try StateFile.replace(draft, with: content)
        do {
            let queue = try DatabaseQueue(path: draft, configuration: LedgerConnection.configuration(Patience(.zero)))
            try queue.inDatabase { db in
                try LedgerConnection.verifyForm(db)
                try PageCheck.verifyPages(db, path: draft)
                try Migration.run(LedgerSchema.steps, applicationID: LedgerSchema.applicationID, on: db)
                try PageCheck.verifyRows(db)
                if let known, try Meta.text("project", in: db) != known.project { throw LedgerLoss.foreign }
                try db.execute(sql: "PRAGMA journal_mode = WAL")
                try db.execute(
                    sql: """
                        UPDATE meta SET value = ? WHERE name = 'sequence' OR name LIKE 'version:%';
                        UPDATE meta SET value = max(value, ?) WHERE name = 'runs';
                        UPDATE meta SET value = value + ? WHERE name = 'epoch';
                        """, arguments: [reached + Self.leap, known?.runs ?? 0, Self.leap])
            }
            try queue.close()
        } catch {
            try StateFile.remove(draft)
            throw Self.unusable(backup, LedgerFailure(error), files)
        }
    }

    /// What `project.json` tells; nothing where it is not what Converge wrote.
    func knownHistory() throws(LedgerFailure) -> ProjectFile? {
        do throws(LedgerFailure) {
            return try ProjectFile.read(files.project)
        } catch {
            guard case .project = error else { throw error }
            return nil
        }
    }

    private static func unusable(_ backup: LedgerBackup, _ failure: LedgerFailure, _ files: LedgerFiles) -> Diagnostic {
        let reason: String
        switch failure {
        case .loss(.damaged(let text)): reason = text
        case .loss(.foreign): reason = "it belongs to another project"
        case .loss(.newer(let version)): reason = "it has form \(version), newer than this Converge knows"
        case .loss(.emptied): reason = "it holds no ledger"
        case .database(let error) where error.isOfBrokenFile:
            reason = error.message ?? error.resultCode.description
        default: return failure.diagnostic(files)
        }
        return Diagnostic(
            .backupUnusable, "the backup \(backup.name) cannot be used: \(reason)",
            help: ["ledger restore NAME    takes another one; `ledger backups` lists them"])
    }

    /// Moves the ledger's file out of the way, with what was not copied into it yet.
    func setAside() throws -> String? {
        guard try StateFile.exists(files.ledger) else { return nil }
        let time = LeaseHolder.now().description.filter { $0 != "-" && $0 != ":" && $0 != "." }
        let aside = "\(files.folder)/ledger-aside-\(time).db"
        if try StateFile.exists(files.ledgerLog) { try StateFile.move(files.ledgerLog, to: aside + "-wal") }
        try StateFile.remove(files.ledgerIndex)
        try StateFile.move(files.ledger, to: aside)
        return aside
    }

    private func choose(_ name: String?) throws(Diagnostic) -> LedgerBackup {
        let all = try backups()
        guard let name else {
            if let newest = all.first { return newest }
            throw Diagnostic(
                .backupMissing, "there is no backup in \(files.backups)",
                help: ["put a copy of \(files.ledger) back, if there is one"])
        }
        if let found = all.first(where: { [$0.name, String($0.name.dropLast(3)), String($0.sequence)].contains(name) })
        {
            return found
        }
        throw Diagnostic(
            .backupMissing, "there is no backup '\(name)' in \(files.backups)",
            notes: all.isEmpty ? ["there is none"] : ["the backups are " + all.map(\.name).joined(separator: ", ")],
            help: all.isEmpty ? [] : ["ledger restore    takes the newest"])
    }
}
