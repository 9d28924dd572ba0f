// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Opens once; those who wait for it go on when it does, or when they are cancelled.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var nextNumber = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    func wait() async {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    // A cancellation that came before finds nobody waiting, so it is looked for here.
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    /// Waits for the gate, but not longer than that.
    func isOpen(within time: Duration) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask {
                do {
                    try await Task.sleep(for: time)
                } catch {
                    return
                }
            }
            await group.next()
            group.cancelAll()
        }
        return state.withLock { $0.isOpen }
    }
}
