// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import GRDB

extension ProjectLedger {
    package func backUp() async throws(Diagnostic) {
        try await maintain { connection, db in
            let shelf = BackupShelf(files: connection.files)
            let changed = try Int64.fetchOne(db, sql: "SELECT max(value) FROM meta WHERE name LIKE 'version:%'")
            guard let changed, changed > (try shelf.backups().first?.sequence ?? -1) else { return }
            try shelf.make(db)
        }
    }

    /// The backups that there are, the newest first.
    package func backups() throws(Diagnostic) -> [LedgerBackup] {
        try told { try BackupShelf(files: files).backups() }
    }
}
