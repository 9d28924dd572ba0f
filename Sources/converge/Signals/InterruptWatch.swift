// SPDX-License-Identifier: Apache-2.0
import Execution
import Shell

/// Turns Ctrl-C, SIGTERM and the end of the terminal into requests to end, while the body runs.
enum InterruptWatch {
    /// - Parameter background: A command that leaves the foreground meanwhile: from then on no signal is meant for it.
    static func watching<T: Sendable>(
        _ interruption: Interruption, until background: Background? = nil, _ body: @Sendable () async throws -> T
    ) async throws -> T {
        let listening = SignalListening(to: [.interrupt, .terminate, .hangup]) { _ in interruption.request() }
        defer { listening.end() }
        background?.whenBegun { _ in listening.end() }
        return try await body()
    }
}
