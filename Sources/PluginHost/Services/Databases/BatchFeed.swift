// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Dispatch
import Synchronization

/// Hands the batches of a load from a task to the thread that holds the database's writer, so that the next batch is
/// made while one is inserted.
final class BatchFeed: BatchInserter {
    private enum Phase {
        case open
        /// All batches were given.
        case finished
        /// The giver failed: nothing shall stay.
        case abandoned
        /// The taker stopped.
        case closed
    }

    private struct State {
        var phase = Phase.open
        var batches: [ColumnBatch] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// So many batches wait at most.
    private static let capacity = 2
    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)

    func insert(_ batch: ColumnBatch) async throws(CallError) {
        if batch.rowCount == 0 { return }
        while true {
            if Task.isCancelled { throw .cancelled }
            let isGiven = state.withLock { state -> Bool? in
                guard case .open = state.phase else { return nil }
                guard state.batches.count < Self.capacity else { return false }
                state.batches.append(batch)
                return true
            }
            switch isGiven {
            case true?:
                news.signal()
                return
            case nil: throw CallError(.failed, "the load has ended")
            case false?: await room()
            }
        }
    }

    /// Waits until there is room or the feed has ended.
    private func room() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if case .open = state.phase, state.batches.count >= Self.capacity {
                    state.waiting.append(continuation)
                    return false
                }
                return true
            }
            if isReady { continuation.resume() }
        }
    }

    /// Says that all batches were given.
    func finish() { end(.finished) }

    /// Says that nothing shall stay of the load.
    func abandon() { end(.abandoned) }

    /// Says that no batch will be taken any more.
    func close() { end(.closed) }

    private func end(_ phase: Phase) {
        let waiting = state.withLock { state in
            if case .open = state.phase { state.phase = phase }
            if phase == .closed { state.batches = [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
        news.signal()
    }

    /// The next batch, blocking the thread until there is one; nil at the end.
    ///
    /// - Throws: `cancelled` where the giver failed.
    func next() throws(CallError) -> ColumnBatch? {
        news.wait()
        let (batch, phase, waiting) = state.withLock { state in
            let batch = state.batches.isEmpty ? nil : state.batches.removeFirst()
            defer { state.waiting = [] }
            return (batch, state.phase, state.waiting)
        }
        for continuation in waiting { continuation.resume() }
        if case .abandoned = phase { throw .cancelled }
        return batch
    }
}
