// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution
import GRDB
import Synchronization

/// The logs of a project's runs, in `.converge/runs.db`.
///
/// Lines gather while a batch is written and go into the next. A batch that cannot be written is dropped and told by
/// the next `flush`: a log that fails stops no work. Where the disk is nearly full nothing is written: what steps did
/// must find room, rather than what they say.
package final class ProjectRunLog: RunLogStore {
    private struct State: Sendable {
        var lines: [LogLine] = []
        var isScheduled = false
        var queue: DatabaseQueue?
        var failure: Diagnostic?
    }

    private let files: LedgerFiles
    private let state = Mutex(State())

    /// - Parameter project: The project's folder.
    package init(project: String) { files = LedgerFiles(project: project) }

    package func write(_ lines: [LogLine]) {
        guard !lines.isEmpty else { return }
        let mustSchedule = state.withLock { state in
            state.lines.append(contentsOf: lines)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { schedule() }
    }

    private func schedule() {
        do {
            try opened(toWrite: true)?.asyncWriteWithoutTransaction { [self] in writeBatch($0) }
        } catch {
            fail(error)
        }
    }

    private func fail(_ failure: Diagnostic) {
        state.withLock { state in
            state.failure = state.failure ?? failure
            state.lines = []
            state.isScheduled = false
        }
    }

    private func writeBatch(_ db: SQLiteDatabase) {
        let lines = state.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
        do {
            // What rows and their index take beside their texts, and what waits to be copied into the file.
            try verifyRoom(for: lines.reduce(0) { $0 + 3 * ($1.text.utf8.count + 128) })
            try db.inTransaction(.immediate) {
                let insert = try db.cachedStatement(
                    sql: "INSERT INTO line (run, operation, time, text) VALUES (?, ?, ?, ?)")
                for line in lines {
                    try insert.execute(
                        arguments: StatementArguments(
                            exact: [line.run, line.operation, line.time.nanoseconds, line.text]))
                }
                return .commit
            }
        } catch {
            return fail(diagnostic(error))
        }
        let isMore = state.withLock { state in
            state.isScheduled = !state.lines.isEmpty
            return state.isScheduled
        }
        if isMore { schedule() }
    }

    /// So much of the disk is left to the ledger, beside what it keeps in reserve.
    private static let leastRoom = UInt64(2 * Reserve.size)

    private func verifyRoom(for bytes: Int) throws {
        let waiting = try StateFile.stamp(of: files.runLog + "-wal")?.size ?? 0
        let needed = Self.leastRoom + UInt64(bytes) + UInt64(max(0, waiting))
        if StateFile.room(beside: files.runLog) < needed { throw DatabaseError(resultCode: .SQLITE_FULL) }
    }

    package func flush() async throws(Diagnostic) {
        while let queue = state.withLock({ $0.isScheduled ? $0.queue : nil }) {
            await withCheckedContinuation { continuation in
                queue.asyncWriteWithoutTransaction { _ in continuation.resume() }
            }
        }
        let failure = state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
        if let failure { throw failure }
    }

    package func lines(run: String, after position: Int64, limit: Int) async throws(Diagnostic) -> [LogLine] {
        guard let queue = try opened(toWrite: false) else { return [] }
        let result: Result<[LogLine], Diagnostic> = await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { [self] db in
                do {
                    continuation.resume(returning: .success(try Self.lines(db, run, position, limit)))
                } catch {
                    continuation.resume(returning: .failure(diagnostic(error)))
                }
            }
        }
        return try result.get()
    }

    private static func lines(
        _ db: SQLiteDatabase, _ run: String, _ position: Int64, _ limit: Int
    ) throws -> [LogLine] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT position, run, operation, time, text FROM line WHERE run = ? AND position > ?
                ORDER BY position LIMIT ?
                """)
        let rows = try Row.fetchCursor(statement, arguments: StatementArguments(exact: [run, position, limit]))
        var lines: [LogLine] = []
        while let row = try rows.next() {
            lines.append(
                LogLine(
                    position: row.number(0), run: row.text(1), operation: row.text(2),
                    time: Timestamp(nanoseconds: row.number(3)), text: row.text(4)))
        }
        return lines
    }

    /// Nil where nothing was ever logged and nothing is to be.
    private func opened(toWrite: Bool) throws(Diagnostic) -> DatabaseQueue? {
        do {
            return try state.withLock { state in
                if let queue = state.queue { return queue }
                if !toWrite, try !StateFile.exists(files.runLog) { return nil }
                if toWrite { try verifyRoom(for: 0) }
                state.queue = try open()
                return state.queue
            }
        } catch {
            throw diagnostic(error)
        }
    }

    private func open() throws -> DatabaseQueue {
        try StateFile.makeFolder(files.folder)
        try StateFile.create(files.runLog)
        var configuration = LedgerConnection.configuration(Patience(.seconds(10)))
        configuration.label = "runs"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA synchronous = NORMAL")
        }
        let queue = try DatabaseQueue(path: files.runLog, configuration: configuration)
        try queue.inDatabase { db in
            if try Migration.version(db) == 0 { try db.execute(sql: "PRAGMA journal_mode = WAL") }
            try Migration.run(RunLogSchema.steps, applicationID: RunLogSchema.applicationID, on: db)
        }
        return queue
    }

    private func diagnostic(_ error: any Error) -> Diagnostic {
        if let error = error as? DatabaseError, error.isOfBrokenFile {
            return Diagnostic(
                .runLogDamaged, "\(files.runLog) is damaged", notes: error.message.map { [$0] } ?? [],
                help: ["remove it together with runs.db-wal and runs.db-shm: only logs are lost"])
        }
        let diagnostic = LedgerFailure(error).diagnostic(files, database: files.runLog)
        guard diagnostic.code == .ledgerDiskFull else { return diagnostic }
        return Diagnostic(
            .runLogDropped, "the disk is nearly full: what steps say is not kept in \(files.runLog)",
            help: ["make room on the disk"])
    }
}
