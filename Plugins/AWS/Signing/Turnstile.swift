// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Lets one pass at a time, in the order of coming. Waiting ends early at cancellation.
final class Turnstile: Sendable {
    private struct Waiter {
        let id: Int
        let resume: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var isTaken = false
        var next = 0
        var waiting: [Waiter] = []
        /// Those that were cancelled before they began to wait.
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Runs the body alone.
    func pass<T: Sendable>(_ body: () async throws(AWSFailure) -> T) async throws(AWSFailure) -> T {
        guard await enter() else { throw .cancelled }
        defer { leave() }
        return try await body()
    }

    /// False where the task was cancelled while it waited.
    private func enter() async -> Bool {
        let id = state.withLock { state -> Int? in
            if !state.isTaken {
                state.isTaken = true
                return nil
            }
            state.next += 1
            return state.next
        }
        guard let id else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let entered = state.withLock { state -> Bool? in
                    if state.cancelled.remove(id) != nil { return false }
                    if !state.isTaken {
                        state.isTaken = true
                        return true
                    }
                    state.waiting.append(Waiter(id: id, resume: continuation))
                    return nil
                }
                if let entered { continuation.resume(returning: entered) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let place = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: place)
            }
            waiter?.resume.resume(returning: false)
        }
    }

    private func leave() {
        let next = state.withLock { state -> Waiter? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume.resume(returning: true)
    }
}
