// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB
import Synchronization

/// Commits the work of all callers that arrive while a commit is under way together in the next one: one sync for all.
///
/// The database's own queue is the one writer. A caller whose task was cancelled is written like any other: what an
/// interrupted command did must be recorded.
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

    private let queue: DatabaseQueue
    private let waiting = Mutex(Waiting())

    init(_ queue: DatabaseQueue) { self.queue = queue }

    /// Durable when it returns a value; nothing of it is written when it returns a failure.
    func commit<T: Sendable>(
        _ work: @escaping @Sendable (JournalTransaction) throws -> T
    ) async -> Result<T, LedgerFailure> {
        await withCheckedContinuation { continuation in
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

    private func enqueue(_ request: Request) {
        let mustSchedule = waiting.withLock { waiting in
            waiting.requests.append(request)
            defer { waiting.isScheduled = true }
            return !waiting.isScheduled
        }
        if mustSchedule { schedule() }
    }

    private func schedule() {
        queue.asyncWriteWithoutTransaction { [self] db in
            let requests = waiting.withLock { waiting in
                defer { waiting.requests = [] }
                return waiting.requests
            }
            run(requests, on: db)
            let isMore = waiting.withLock { waiting in
                waiting.isScheduled = !waiting.requests.isEmpty
                return waiting.isScheduled
            }
            // Scheduled anew and not looped, so that readers get their turn.
            if isMore { schedule() }
        }
    }

    private func run(_ requests: [Request], on db: SQLiteDatabase) {
        var answers: [@Sendable (LedgerFailure?) -> Void] = []
        var failure: LedgerFailure?
        do {
            try db.inTransaction(.immediate) {
                let before = db.totalChangesCount
                let transaction = JournalTransaction(db)
                for request in requests { answers.append(try request.work(transaction)) }
                if db.totalChangesCount > before { try transaction.finish() }
                return .commit
            }
        } catch {
            failure = LedgerFailure(error)
        }
        for answer in answers { answer(failure) }
        if let failure {
            for request in requests.dropFirst(answers.count) { request.abandon(failure) }
        }
    }
}
