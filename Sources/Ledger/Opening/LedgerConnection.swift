// SPDX-License-Identifier: Apache-2.0
import GRDB
import Glibc
import Synchronization

/// The open ledger: one connection, one writer, and the project's file beside it.
final class LedgerConnection: Sendable {
    let files: LedgerFiles
    let queue: DatabaseQueue
    let line: LedgerQueue
    let commits: GroupCommit
    let reserve: Reserve
    private let patience: Patience
    private let identity: StateFile.Identity?
    /// False where it was opened on a full disk, to be read.
    private let hasRoom: Bool
    /// Held from the first write on.
    private let openLock = Mutex<LockFile?>(nil)

    /// Opens what is there; nil for a project that never applied.
    ///
    /// Makes no file.
    static func open(_ files: LedgerFiles, patience: Duration) throws -> LedgerConnection? {
        let traces = try LedgerTraces(reading: files)
        let verdict = try LedgerVerdict.of(traces)
        if verdict == .blank { return nil }
        try FileSystem.refuseShared(files.folder)
        do {
            return try open(files, Patience(patience), traces, verdict)
        } catch let error as DatabaseError where error.isOfBrokenFile {
            throw try LedgerLoss(refused: files.ledger, reason: error.message ?? error.resultCode.description)
        }
    }

    private static func open(
        _ files: LedgerFiles, _ patience: Patience, _ traces: LedgerTraces, _ verdict: LedgerVerdict
    ) throws -> LedgerConnection {
        let identity = StateFile.identity(of: files.ledger)
        let (queue, hasRoom) = try queue(files.ledger, patience)
        try queue.inDatabase { db in
            try verifyForm(db)
            if verdict == .unsure { try db.reading { try PageCheck.verifyPages(db, path: files.ledger) } }
            // A backup of what is about to get another form: a restored one goes through the same steps.
            if try Migration.version(db) < LedgerSchema.version { try BackupShelf(files: files).make(db) }
            try Migration.run(LedgerSchema.steps, applicationID: LedgerSchema.applicationID, on: db)
            try db.reading {
                if verdict == .unsure { try PageCheck.verifyRows(db) }
                try verifyHistory(db, traces)
            }
        }
        return LedgerConnection(files: files, queue: queue, patience: patience, identity: identity, hasRoom: hasRoom)
    }

    /// Opens the file: on a full disk without what SQLite keeps beside it for those who have it open too, so that it can
    /// still be read.
    private static func queue(_ path: String, _ patience: Patience) throws -> (DatabaseQueue, hasRoom: Bool) {
        do {
            return (try DatabaseQueue(path: path, configuration: configuration(patience)), true)
        } catch let error as DatabaseError where !StateFile.hasRoom(beside: path) {
            guard [.SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_FULL].contains(error.resultCode) else { throw error }
            return (try DatabaseQueue(path: path, configuration: configuration(patience, isAlone: true)), false)
        }
    }

    /// Opens what is there or makes a ledger for a project that never applied.
    static func openOrCreate(_ files: LedgerFiles, patience: Duration) throws -> LedgerConnection {
        try FileSystem.refuseShared(files.folder)
        try StateFile.makeFolder(files.folder)
        try StateFile.makeFolder(files.locks)
        for _ in 0..<5000 {
            if let connection = try open(files, patience: patience) { return connection }
            if let lock = try LockFile.take(files.openLock) {
                if try LedgerVerdict.of(LedgerTraces(reading: files)) == .blank { try create(files) }
                lock.free()
            } else {
                // Another process is making it, which takes milliseconds.
                usleep(2000)
            }
        }
        throw DatabaseError(resultCode: .SQLITE_BUSY)
    }

    private init(
        files: LedgerFiles, queue: DatabaseQueue, patience: Patience, identity: StateFile.Identity?, hasRoom: Bool
    ) {
        self.hasRoom = hasRoom
        self.files = files
        self.queue = queue
        self.patience = patience
        self.identity = identity
        line = LedgerQueue(queue, patience)
        commits = GroupCommit(line, LogRoom(files.ledgerLog))
        reserve = Reserve(files.reserve)
    }

    /// - Parameter isAlone: True where no other process can have the file open meanwhile.
    static func configuration(_ patience: Patience, isAlone: Bool = false) -> Configuration {
        var configuration = Configuration()
        configuration.label = "ledger"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .callback { patience.wait(tries: $0) }
        // A checkpoint after 4 MB keeps the log short; a later one would spare few bytes more.
        configuration.prepareDatabase { db in
            // Before anything is read: it decides whether SQLite keeps its index of the log in a file.
            if isAlone { try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
            try db.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA wal_autocheckpoint = \(LogRoom.pages);
                    PRAGMA cell_size_check = ON;
                    PRAGMA temp_store = MEMORY;
                    """)
        }
        return configuration
    }

    /// Makes the file aside and gives it its name when it is whole, so that half a ledger is never met.
    private static func create(_ files: LedgerFiles) throws {
        let draft = files.ledger + ".new"
        for path in [draft, draft + "-wal", draft + "-shm"] { try StateFile.remove(path) }
        try StateFile.create(draft)
        let queue = try DatabaseQueue(path: draft, configuration: configuration(Patience(.zero)))
        try queue.inDatabase { db in
            try db.execute(sql: "PRAGMA page_size = \(LedgerSchema.pageSize); PRAGMA journal_mode = WAL;")
            try Migration.run(LedgerSchema.steps, applicationID: LedgerSchema.applicationID, on: db)
            try db.execute(
                sql: "INSERT INTO meta VALUES ('project', ?), ('sequence', 0), ('runs', 0), ('epoch', 0), ('rows', 0)",
                arguments: [projectID()])
        }
        try queue.close()
        try StateFile.move(draft, to: files.ledger)
    }

    private static func projectID() -> String {
        let number = UInt64.random(in: 0...UInt64.max)
        let other = UInt64.random(in: 0...UInt64.max)
        return [number, other].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
    }

    static func verifyForm(_ db: SQLiteDatabase) throws {
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == LedgerSchema.applicationID else {
            throw LedgerLoss.emptied
        }
        let version = try Migration.version(db)
        if version > LedgerSchema.version { throw LedgerLoss.newer(version: version) }
    }

    private static func verifyHistory(_ db: SQLiteDatabase, _ traces: LedgerTraces) throws {
        if let known = traces.project, try Meta.text("project", in: db) != known.project { throw LedgerLoss.foreign }
        let sequence = try Meta.number("sequence", in: db)
        if sequence < traces.knownSequence { throw LedgerLoss.older(found: sequence, known: traces.knownSequence) }
    }

    /// False where another file has taken the place of the one that is open, as after a restoration by another process:
    /// what is written to the open one would be lost.
    var isInPlace: Bool { identity != nil && identity == StateFile.identity(of: files.ledger) }

    /// Tells other processes that a process that looked at the ledger has it open, and takes room for its records.
    func holdOpen() throws(StateFileError) {
        try openLock.withLock { held throws(StateFileError) in
            guard held == nil else { return }
            try reserve.take()
            try StateFile.makeFolder(files.locks)
            held = try LockFile.take(files.openLock)
        }
    }

    /// Gives the room that is kept for records to them: from then on the log alone grows. Copying it into the file, which
    /// must grow for that, would take the room before a record finds it.
    func giveUpReserve() {
        queue.inDatabase { db in
            do { try db.execute(sql: "PRAGMA wal_autocheckpoint = 0") } catch {
                // The room may do for both.
            }
        }
        reserve.giveUp()
    }

    /// Writes the project's file anew.
    func note(_ db: SQLiteDatabase, closed: StateFile.Stamp?) throws {
        guard let project = try Meta.text("project", in: db) else { throw LedgerLoss.emptied }
        let note = ProjectFile(
            project: project, sequence: try Meta.number("sequence", in: db), runs: try Meta.number("runs", in: db),
            audit: try AuditLink.newest(db), closed: closed)
        try note.write(files.project)
    }

    /// Copies all commits into the ledger's file and notes the file as whole, unless another process is at work on it.
    func settle(_ db: SQLiteDatabase) throws {
        let known = try ProjectFile.read(files.project)
        let blocked = try patience.shortened(to: .milliseconds(50)) {
            try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") ?? 1
        }
        if blocked != 0 { return try note(db, closed: nil) }
        let stamp = try StateFile.stamp(of: files.ledger)
        if known != nil, stamp == known?.closed { return }
        try StateFile.touch(files.ledger)
        try note(db, closed: try StateFile.stamp(of: files.ledger))
    }

    /// Closes the connection and leaves the ledger whole and noted, which a reader leaves to those who are writing.
    func close() throws {
        let hasWritten = openLock.withLock { $0 != nil }
        // A copy of the log would take the room that records were given; the next opening looks at the pages instead.
        let mayCopy = hasRoom && !reserve.isGivenUp
        if mayCopy, try hasWritten || !LockFile.isHeld(files.openLock) {
            try queue.inDatabase { db in
                if try Meta.number("sequence", in: db) > 0 { try settle(db) }
            }
        }
        try queue.close()
        // Whoever still holds this object, such as work that has just ended, no longer holds the ledger.
        openLock.withLock { $0 = nil }
    }
}
