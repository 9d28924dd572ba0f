// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Synchronization

/// Hands what plugins tell to the displays of the commands under way.
final class LogListeners: Sendable {
    private struct State {
        var listeners: [Int: @Sendable (WorkLogEvent) -> Void] = [:]
        var nextID = 0
    }

    private let state = Mutex(State())

    /// - Returns: False where no command is under way.
    func take(_ event: WorkLogEvent) -> Bool {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener(event) }
        return !listeners.isEmpty
    }

    /// Listens while the body runs.
    func listening<T: Sendable>(
        _ listener: @escaping @Sendable (WorkLogEvent) -> Void, _ body: () async throws -> T
    ) async rethrows -> T {
        let id = state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = listener
            return state.nextID
        }
        defer { state.withLock { state in _ = state.listeners.removeValue(forKey: id) } }
        return try await body()
    }
}
