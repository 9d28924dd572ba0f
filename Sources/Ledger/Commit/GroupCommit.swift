// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB
import Synchronization

/// Commits the work of all callers that arrive while a commit is under way together in the next one: one sync for all.
///
/// Whoever finds nobody at work commits on its own thread. A caller whose task was cancelled is written like any other:
/// what an interrupted command did must be recorded.
final class GroupCommit: Sendable {
    private struct Request: Sendable {
        /// Works, and answers the caller once the fate of the commit is known.
        let work: @Sendable (JournalTransaction) throws -> @Sendable (LedgerFailure?) -> Void
        /// Answers a caller whose work was not reached.
        let abandon: @Sendable (LedgerFailure) -> Void
    }

    private struct Waiting: Sendable {
        var requests: [Request] = []
        var isScheduled = false
    }

    private let queue: LedgerQueue
    private let room: LogRoom
    private let lasting = LastingIDs()
    private let waiting = Mutex(Waiting())

    init(_ queue: LedgerQueue, _ room: LogRoom) {
        self.queue = queue
        self.room = room
    }

    /// Durable when it returns a value; nothing of it is written when it returns a failure.
    func commit<T: Sendable>(
        _ work: @escaping @Sendable (JournalTransaction) throws -> T
    ) async -> Result<T, LedgerFailure> {
        if let result = commitAtOnce(work) { return result }
        return await withCheckedContinuation { continuation in
            enqueue(
                Request(
                    work: { transaction in
                        let value: T
                        do {
                            value = try work(transaction)
                        } catch let refusal as Diagnostic {
                            return { _ in continuation.resume(returning: .failure(.refused(refusal))) }
                        }
                        return { failure in
                            continuation.resume(returning: failure.map(Result.failure) ?? .success(value))
                        }
                    },
                    abandon: { continuation.resume(returning: .failure($0)) }))
        }
    }

    /// Commits on this thread; nil where somebody else is at work, in this process or another.
    private func commitAtOnce<T: Sendable>(_ work: (JournalTransaction) throws -> T) -> Result<T, LedgerFailure>? {
        let isFree = waiting.withLock { waiting in
            defer { waiting.isScheduled = true }
            return !waiting.isScheduled
        }
        guard isFree else { return nil }
        var result: Result<T, LedgerFailure>?
        _ = queue.atOnce { db in
            do {
                result = .success(try transact(db, work))
            } catch Blocked.atBeginning {
                // Waited for on another thread.
            } catch {
                result = .failure(LedgerFailure(error))
            }
        }
        goOn()
        return result
    }

    private func enqueue(_ request: Request) {
        let mustSchedule = waiting.withLock { waiting in
            waiting.requests.append(request)
            defer { waiting.isScheduled = true }
            return !waiting.isScheduled
        }
        if mustSchedule { schedule() }
    }

    private func schedule() {
        queue.later { [self] db in
            let requests = waiting.withLock { waiting in
                defer { waiting.requests = [] }
                return waiting.requests
            }
            run(requests, on: db)
            goOn()
        }
    }

    /// Sees to those who came meanwhile; scheduled anew and not looped, so that readers get their turn.
    private func goOn() {
        let isMore = waiting.withLock { waiting in
            waiting.isScheduled = !waiting.requests.isEmpty
            return waiting.isScheduled
        }
        if isMore { schedule() }
    }

    private func run(_ requests: [Request], on db: SQLiteDatabase) {
        var answers: [@Sendable (LedgerFailure?) -> Void] = []
        var failure: LedgerFailure?
        do {
            try transact(db) { transaction in
                for request in requests { answers.append(try request.work(transaction)) }
            }
        } catch Blocked.atBeginning(let error) {
            failure = LedgerFailure(error)
        } catch {
            failure = LedgerFailure(error)
        }
        for answer in answers { answer(failure) }
        if let failure {
            for request in requests.dropFirst(answers.count) { request.abandon(failure) }
        }
    }

    /// Another process keeps the file locked, and nothing was done.
    private enum Blocked: Error {
        case atBeginning(DatabaseError)
    }

    /// The statements are made once: a transaction of a small step would take a good part of its time to parse them.
    private func transact<T>(_ db: SQLiteDatabase, _ work: (JournalTransaction) throws -> T) throws -> T {
        do {
            try db.cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw Blocked.atBeginning(error)
        }
        do {
            let before = db.totalChangesCount
            let transaction = JournalTransaction(db, lasting: lasting)
            let value = try work(transaction)
            if db.totalChangesCount > before {
                try transaction.finish()
                room.willCommit()
            }
            try db.cachedStatement(sql: "COMMIT TRANSACTION").execute()
            lasting.add(transaction.found)
            return value
        } catch {
            if db.isInsideTransaction { try db.rollback() }
            throw error
        }
    }
}
