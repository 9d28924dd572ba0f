// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB
import GRDBSQLite
import Synchronization

/// Commits the writes that arrive while a commit is in progress together, with one sync for all of them.
///
/// Each write is a savepoint inside the common transaction: one that fails has no effect and does not disturb the
/// others. An answer is given only after the commit that holds the write is on the disk.
final class GroupCommit: Sendable {
    typealias Outcome = Result<[DatabaseResult], CallError>

    private struct Pending: Sendable {
        let number: Int
        let statements: [DatabaseStatement]
        let answer: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var pending: [Pending] = []
        var nextNumber = 0
        var isScheduled = false
        var cancelledEarly: Set<Int> = []
    }

    private let pool: DatabasePool
    private let state = Mutex(State())

    init(pool: DatabasePool) { self.pool = pool }

    /// Executes the statements in one durable transaction. A write that is cancelled while it waits for its turn has
    /// no effect; once its turn has come it is executed.
    func write(_ statements: [DatabaseStatement]) async throws(CallError) -> [DatabaseResult] {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { answer in
                enqueue(Pending(number: number, statements: statements, answer: answer))
            }
        } onCancel: {
            cancel(number)
        }.get()
    }

    private func enqueue(_ write: Pending) {
        let (isCancelled, schedules) = state.withLock { state in
            if state.cancelledEarly.remove(write.number) != nil { return (true, false) }
            state.pending.append(write)
            defer { state.isScheduled = true }
            return (false, !state.isScheduled)
        }
        if isCancelled { write.answer.resume(returning: .failure(.cancelled)) }
        if schedules { schedule() }
    }

    private func cancel(_ number: Int) {
        let write = state.withLock { state -> Pending? in
            if let position = state.pending.firstIndex(where: { $0.number == number }) {
                return state.pending.remove(at: position)
            }
            // Either not in the queue yet, or its turn has come.
            state.cancelledEarly.insert(number)
            return nil
        }
        write?.answer.resume(returning: .failure(.cancelled))
    }

    private func schedule() {
        pool.asyncWriteWithoutTransaction { [self] database in
            let group = state.withLock { state in
                defer { state.pending = [] }
                return state.pending
            }
            let outcomes = Self.commit(group.map(\.statements), on: database)
            let isMoreWaiting = state.withLock { state in
                for write in group { state.cancelledEarly.remove(write.number) }
                state.isScheduled = !state.pending.isEmpty
                return state.isScheduled
            }
            for (write, outcome) in zip(group, outcomes) { write.answer.resume(returning: outcome) }
            // Queued anew instead of looping, so that a bulk load gets its turn too.
            if isMoreWaiting { schedule() }
        }
    }

    private static func commit(_ writes: [[DatabaseStatement]], on database: GRDB.Database) -> [Outcome] {
        if writes.isEmpty { return [] }
        do throws(CallError) {
            try StatementExecution.control("BEGIN IMMEDIATE", on: database)
        } catch {
            return writes.map { _ in .failure(error) }
        }
        var outcomes: [Outcome] = []
        for write in writes {
            let outcome = writes.count == 1 ? alone(write, on: database) : asSavepoint(write, on: database)
            if case .failure = outcome, !database.isInsideTransaction, writes.count > 1 {
                // SQLite gave the whole transaction up, with the writes before this one in it: each gets one of its own.
                return writes.map { commit([$0], on: database)[0] }
            }
            outcomes.append(outcome)
        }
        do throws(CallError) {
            if outcomes.contains(where: \.isSuccess) { try StatementExecution.control("COMMIT", on: database) }
        } catch {
            outcomes = outcomes.map { $0.isSuccess ? .failure(error) : $0 }
        }
        StatementExecution.rollBack(database)
        return outcomes
    }

    private static func alone(_ write: [DatabaseStatement], on database: GRDB.Database) -> Outcome {
        do throws(CallError) {
            return .success(try StatementExecution.run(write, on: database))
        } catch {
            return .failure(error)
        }
    }

    private static func asSavepoint(_ write: [DatabaseStatement], on database: GRDB.Database) -> Outcome {
        do throws(CallError) {
            try StatementExecution.control("SAVEPOINT one", on: database)
            let outcome = alone(write, on: database)
            guard database.isInsideTransaction else { return outcome }
            if !outcome.isSuccess { try StatementExecution.control("ROLLBACK TO one", on: database) }
            try StatementExecution.control("RELEASE one", on: database)
            return outcome
        } catch {
            StatementExecution.rollBack(database)
            return .failure(error)
        }
    }
}

extension Result {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}
