// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Given once; those who wait for it go on when it is, or when they are cancelled.
final class Signal<Content: Sendable>: Sendable {
    private struct State {
        var content: Content?
        var nextNumber = 0
        var waiting: [Int: CheckedContinuation<Content?, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Gives the signal; of several the first counts.
    func give(_ content: Content) {
        let waiting = state.withLock { state in
            if state.content == nil { state.content = content }
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(returning: content) }
    }

    /// What was given; nil where the waiting task is cancelled before.
    func wait() async -> Content? {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Content?, Never>) in
                let (isOver, content) = state.withLock { state -> (Bool, Content?) in
                    // A cancellation that came before found nobody waiting, so it is looked for here.
                    if state.content != nil || Task.isCancelled { return (true, state.content) }
                    state.waiting[number] = continuation
                    return (false, nil)
                }
                if isOver { continuation.resume(returning: content) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: nil)
        }
    }

    var content: Content? { state.withLock { $0.content } }
}
