// SPDX-License-Identifier: Apache-2.0
import GRDB
import Glibc

/// A copy of the ledger as it was at a sequence number.
package struct LedgerBackup: Sendable, Hashable {
    /// `ledger-57.db`.
    package var name: String
    package var sequence: Int64
}

/// The folder of backups.
struct BackupShelf {
    static let kept = 10

    let files: LedgerFiles

    /// The newest first.
    func backups() throws(StateFileError) -> [LedgerBackup] {
        try StateFile.names(in: files.backups).compactMap(Self.backup).sorted { $0.sequence > $1.sequence }
    }

    func path(_ backup: LedgerBackup) -> String { files.backups + "/" + backup.name }

    static func backup(name: String) -> LedgerBackup? {
        guard name.hasPrefix("ledger-"), name.hasSuffix(".db"),
            let sequence = Int64(name.dropFirst("ledger-".count).dropLast(".db".count)), sequence >= 0
        else { return nil }
        return LedgerBackup(name: name, sequence: sequence)
    }

    static func name(_ sequence: Int64) -> String { "ledger-\(sequence).db" }

    /// Copies the ledger as it is; a copy has its name only once it is whole.
    func make(_ db: SQLiteDatabase) throws {
        try StateFile.makeFolder(files.backups)
        let sequence = try Meta.number("sequence", in: db)
        let target = path(LedgerBackup(name: Self.name(sequence), sequence: sequence))
        let draft = target + ".new"
        try StateFile.remove(draft)
        try StateFile.create(draft)
        do {
            try db.execute(sql: "VACUUM INTO ?", arguments: [draft])
            try StateFile.sync(draft)
            try StateFile.move(draft, to: target)
        } catch {
            try StateFile.remove(draft)
            throw error
        }
        try removeOldest()
    }

    /// Makes a backup where the newest is a day old, or where there is none and something to lose.
    func makeDaily(_ db: SQLiteDatabase) throws {
        let sequence = try Meta.number("sequence", in: db)
        if let newest = try backups().first {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            let made = try StateFile.stamp(of: path(newest))?.modified ?? 0
            let age = Int64(now.tv_sec) * 1_000_000_000 - made
            guard newest.sequence < sequence, age >= Self.day else { return }
        } else {
            guard try Meta.number("runs", in: db) > 1 else { return }
        }
        try make(db)
    }

    private static let day: Int64 = 86_400_000_000_000

    func removeOldest() throws(StateFileError) {
        for backup in try backups().dropFirst(Self.kept) { try StateFile.remove(path(backup)) }
    }
}
