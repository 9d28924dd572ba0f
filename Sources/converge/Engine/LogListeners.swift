// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Hands what plugins log to whoever listens: the run log, and the display of the running command.
final class LogListeners: Sendable {
    /// A line or a report of progress, filed under its operation.
    enum Message: Sendable {
        case line(CallContext, String)
        case progress(CallContext, Double?, String)
    }

    private let listeners = Mutex<[Int: @Sendable (Message) -> Void]>([:])
    private let nextID = Mutex(0)

    func take(_ message: Message) {
        for listener in listeners.withLock({ Array($0.values) }) { listener(message) }
    }

    /// Listens while the body runs.
    func listening<T: Sendable>(
        _ listener: @escaping @Sendable (Message) -> Void, _ body: () async throws -> T
    ) async rethrows -> T {
        let id = nextID.withLock { next in
            next += 1
            return next
        }
        listeners.withLock { $0[id] = listener }
        defer { listeners.withLock { listeners in _ = listeners.removeValue(forKey: id) } }
        return try await body()
    }
}
