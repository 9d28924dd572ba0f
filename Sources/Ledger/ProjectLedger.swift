// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Execution
import GRDB
import Synchronization

/// The ledger of one project, in `.converge/ledger.db`.
///
/// It is opened at the first call. Reading makes no file: a project that never applied is empty. Close it at the end,
/// so that the next opening need not check every page.
package final class ProjectLedger: LedgerStore {
    package let files: LedgerFiles
    let holder: LeaseHolder
    let spills: SpillStore
    private let patience: Duration
    private let connection = Mutex<LedgerConnection?>(nil)

    /// - Parameters:
    ///   - project: The project's folder.
    ///   - command: What the process is doing, for those who wait for it: `converge apply shop.recipe`, without values
    ///     of parameters.
    ///   - patience: How long to ask again for a file that another program keeps locked.
    package init(project: String, command: String, patience: Duration = .seconds(10)) {
        files = LedgerFiles(project: project)
        spills = SpillStore(files)
        holder = .current(command: command)
        self.patience = patience
    }

    deinit {
        do { try close() } catch {
            // Nobody is left to be told; the next opening finds the ledger unclosed and checks every page.
        }
    }

    /// Copies all commits into the file and notes it as whole.
    ///
    /// A later call opens the ledger again.
    package func close() throws(Diagnostic) {
        try told { () throws in
            try connection.withLock { open in
                defer { open = nil }
                try open?.close()
            }
        }
    }

    /// Turns whatever the body throws into a diagnostic.
    func told<T>(_ body: () throws -> T) throws(Diagnostic) -> T {
        do { return try body() } catch { throw LedgerFailure(error).diagnostic(files) }
    }

    private func opened() throws(Diagnostic) -> LedgerConnection? {
        try told {
            try connection.withLock { known in
                if known?.isInPlace != true {
                    known = nil
                    known = try LedgerConnection.open(files, patience: patience)
                }
                return known
            }
        }
    }

    func openedToWrite() throws(Diagnostic) -> LedgerConnection {
        try told {
            try connection.withLock { known in
                if let open = known, open.isInPlace {
                    try open.holdOpen()
                    return open
                }
                // Freed first, so that its lock is not in the way.
                known = nil
                let open = try LedgerConnection.openOrCreate(files, patience: patience)
                known = open
                try open.holdOpen()
                return open
            }
        }
    }

    /// Reads at one moment of the ledger; nil for a project that never applied.
    ///
    /// It goes on where the task was cancelled: a command that was interrupted still has to read in order to finish.
    func read<T: Sendable>(_ body: @escaping @Sendable (SQLiteDatabase) throws -> T) async throws(Diagnostic) -> T? {
        guard let open = try opened() else { return nil }
        let result: Result<T, LedgerFailure> = await withCheckedContinuation { continuation in
            open.line.later { db in
                do {
                    let value = try db.reading { try body(db) }
                    continuation.resume(returning: .success(value))
                } catch {
                    continuation.resume(returning: .failure(LedgerFailure(error)))
                }
            }
        }
        return try told { try result.get() }
    }

    /// Writes in a commit that other callers may share.
    func write<T: Sendable>(
        _ body: @escaping @Sendable (JournalTransaction) throws -> T
    ) async throws(Diagnostic) -> T {
        try await write(body, into: try openedToWrite())
    }

    private func write<T: Sendable>(
        _ body: @escaping @Sendable (JournalTransaction) throws -> T, into open: LedgerConnection
    ) async throws(Diagnostic) -> T {
        let result = await open.commits.commit(body)
        return try told { try result.get() }
    }

    /// Writes what has happened already: on a full disk into the room that was kept for it.
    func writeRecord<T: Sendable>(
        _ body: @escaping @Sendable (JournalTransaction) throws -> T
    ) async throws(Diagnostic) -> T {
        do throws(Diagnostic) { return try await write(body) } catch {
            guard error.code == .ledgerDiskFull else { throw error }
            try openedToWrite().giveUpReserve()
            return try await write(body)
        }
    }

    /// Puts large values beside the ledger: on a full disk into the room that was kept for records.
    func spilling<T>(_ body: () throws -> T) throws(Diagnostic) -> T {
        do throws(Diagnostic) { return try told(body) } catch {
            guard error.code == .ledgerDiskFull else { throw error }
            try openedToWrite().giveUpReserve()
            return try told(body)
        }
    }

    /// Writes what is about to begin, for whose end there is room.
    func writeIntent<T: Sendable>(
        _ body: @escaping @Sendable (JournalTransaction) throws -> T
    ) async throws(Diagnostic) -> T {
        let open = try openedToWrite()
        try told { try open.reserve.verify() }
        return try await write(body, into: open)
    }

    /// Works on the connection outside of a transaction.
    func maintain<T: Sendable>(
        _ body: @escaping @Sendable (LedgerConnection, SQLiteDatabase) throws -> T
    ) async throws(Diagnostic) -> T {
        let open = try openedToWrite()
        let result: Result<T, LedgerFailure> = await withCheckedContinuation { continuation in
            open.line.later { db in
                do {
                    continuation.resume(returning: .success(try body(open, db)))
                } catch {
                    continuation.resume(returning: .failure(LedgerFailure(error)))
                }
            }
        }
        return try told { try result.get() }
    }
}
