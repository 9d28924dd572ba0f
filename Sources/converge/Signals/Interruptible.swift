// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Shell

/// Work without effects of its own that Ctrl-C gives up, whatever it does.
enum Interruptible {
    /// How long work that was cancelled may take to end by itself.
    private static let patience = Duration.seconds(1)

    /// The value of the work.
    ///
    /// - Parameter output: Shows the terminal's `^C`, behind which a new row begins.
    /// - Throws: `applyInterrupted` at Ctrl-C. Work that does not end by itself then is left alone; what it gives later
    ///   is not looked at.
    static func value<T: Sendable>(
        _ output: Output, _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let (results, answer) = AsyncStream<Result<T, any Error>>.makeStream(bufferingPolicy: .bufferingOldest(1))
        // Owned by this function, which waits for it as long as nobody gives it up.
        let task = Task {
            do {
                answer.yield(.success(try await work()))
            } catch {
                answer.yield(.failure(error))
            }
            answer.finish()
        }
        let stopped = Diagnostic(.applyInterrupted, "stopped before it was done")
        let listening = SignalListening(to: [.interrupt]) { _ in
            let isImpatient = task.isCancelled
            task.cancel()
            if !isImpatient { output.endEchoedRow() }
            Task {
                if !isImpatient { try await Task.sleep(for: patience) }
                answer.yield(.failure(stopped))
                answer.finish()
            }
        }
        defer { listening.end() }
        for await result in results {
            if task.isCancelled { throw stopped }
            return try result.get()
        }
        task.cancel()
        throw stopped
    }
}
