// SPDX-License-Identifier: Apache-2.0
import Execution
import Shell

/// Turns Ctrl-C and SIGTERM into requests to end, while the body runs.
enum InterruptWatch {
    static func watching<T: Sendable>(
        _ interruption: Interruption, _ body: @Sendable () async throws -> T
    ) async throws -> T {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let deliveries = SignalRelay.shared.deliveries(of: [.interrupt, .terminate])
            group.addTask {
                for await _ in deliveries { interruption.request() }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
