// SPDX-License-Identifier: Apache-2.0

extension LedgerTraces {
    /// The length of the shortest SQLite file.
    private static let smallest: Int64 = 512
    private static let magic = Array("SQLite format 3\0".utf8)

    init(reading files: LedgerFiles) throws(LedgerFailure) {
        do throws(StateFileError) {
            stamp = try StateFile.stamp(of: files.ledger)
            hasPendingCommits = (try StateFile.stamp(of: files.ledgerLog)?.size ?? 0) > 0
            isOpenElsewhere = try LockFile.isHeld(files.openLock)
            newestBackup = try BackupShelf(files: files).backups().first?.sequence
            form = try Self.form(of: files.ledger, stamp)
        } catch {
            throw .system(error)
        }
        project = try ProjectFile.read(files.project)
    }

    private static func form(of path: String, _ stamp: StateFile.Stamp?) throws(StateFileError) -> Form {
        guard let stamp, let header = try StateFile.read(path, limit: 100) else { return .absent }
        if stamp.size == 0 { return .empty }
        guard header.starts(with: magic.prefix(header.count)) else { return .unknown }
        guard header.count == 100 else { return .database(stated: smallest) }
        let number = { (range: Range<Int>) in header[range].reduce(Int64(0)) { $0 << 8 | Int64($1) } }
        let pageSize = number(16..<18) == 1 ? 65_536 : number(16..<18)
        // The count of pages holds only if it was written together with the count of changes.
        let pages = number(28..<32)
        return .database(stated: pages > 0 && number(24..<28) == number(92..<96) ? pages * pageSize : nil)
    }
}
