// SPDX-License-Identifier: Apache-2.0

extension LedgerTraces {
    init(reading files: LedgerFiles) throws(LedgerFailure) {
        do throws(StateFileError) {
            stamp = try StateFile.stamp(of: files.ledger)
            hasPendingCommits = (try StateFile.stamp(of: files.ledgerLog)?.size ?? 0) > 0
            isOpenElsewhere = try LockFile.isHeld(files.openLock)
            newestBackup = try BackupShelf(files: files).backups().first?.sequence
        } catch {
            throw .system(error)
        }
        project = try ProjectFile.read(files.project)
    }
}
