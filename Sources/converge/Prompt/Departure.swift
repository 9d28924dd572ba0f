// SPDX-License-Identifier: Apache-2.0
import Shell
import Synchronization

/// The system's wish that the prompt end: SIGTERM, or a terminal that is gone. What is under way is finished first.
final class Departure: Sendable {
    private struct State {
        var reason: ProcessSignal?
        var giveUp: (@Sendable () -> Void)?
        var count = 0
    }

    /// How often it is asked before it has no say any more.
    private static let patience = 2

    private let state = Mutex(State())

    /// Nil as long as nobody asked.
    var reason: ProcessSignal? { state.withLock { $0.reason } }

    /// Listens while the body runs; a verb in the foreground hears the same and ends by itself.
    func watching<T>(_ body: () async -> T) async -> T {
        let own = Locked<SignalListening?>(nil)
        own.value = SignalListening(to: [.terminate, .hangup]) { [self] signal in
            let (giveUp, count) = state.withLock { state in
                state.reason = state.reason ?? signal
                state.count += 1
                return (state.giveUp, state.count)
            }
            giveUp?()
            // Whoever asks that often shall not be kept by something that does not end.
            if count >= Self.patience { own.value?.end() }
        }
        defer { own.value?.end() }
        return await body()
    }

    /// Waits for something that is given up, by the cancellation of its task, once the prompt shall end.
    func unlessAsked<T: Sendable>(_ body: @escaping @Sendable () async -> T) async -> T {
        // Owned by this function, which waits for it.
        let task = Task { await body() }
        let isAsked = state.withLock { state in
            state.giveUp = { task.cancel() }
            return state.reason != nil
        }
        if isAsked { task.cancel() }
        let result = await task.value
        state.withLock { $0.giveUp = nil }
        return result
    }
}
