// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import GRDB

extension ProjectLedger {
    package func backUp() async throws(Diagnostic) {
        try await maintain { connection, db in
            let shelf = BackupShelf(files: connection.files)
            let changed = try Int64.fetchOne(db, sql: "SELECT max(value) FROM meta WHERE name LIKE 'version:%'")
            guard let changed, changed > (try shelf.backups().first?.sequence ?? -1) else { return }
            try StateFile.makeFolder(connection.files.backups)
            let sequence = try Meta.number("sequence", in: db)
            let target = LedgerBackup(name: BackupShelf.name(sequence), sequence: sequence)
            let draft = shelf.path(target) + ".new"
            try StateFile.remove(draft)
            try StateFile.create(draft)
            do {
                try db.execute(sql: "VACUUM INTO ?", arguments: [draft])
                try StateFile.sync(draft)
                try StateFile.move(draft, to: shelf.path(target))
            } catch {
                try StateFile.remove(draft)
                throw error
            }
            try shelf.removeOldest()
        }
    }

    /// The backups that there are, the newest first.
    package func backups() throws(Diagnostic) -> [LedgerBackup] {
        try told { try BackupShelf(files: files).backups() }
    }
}
