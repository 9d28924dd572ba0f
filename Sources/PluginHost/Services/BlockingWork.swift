// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Dispatch
import Synchronization

/// Runs code that waits for the kernel on threads of its own, so that it never holds one of the few threads on which
/// all tasks run.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "converge.blocking", attributes: .concurrent)

    /// Runs the body to its end; the flag is raised when the calling task is cancelled.
    static func run<T: Sendable>(
        _ body: @escaping @Sendable (CancellationFlag) throws(CallError) -> T
    ) async throws(CallError) -> T {
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<T, CallError>, Never>) in
                queue.async {
                    do throws(CallError) {
                        continuation.resume(returning: .success(try body(flag)))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
            }
        } onCancel: {
            flag.raise()
        }.get()
    }
}

/// Tells code outside of tasks that its work is not wanted any more.
final class CancellationFlag: Sendable {
    private let raised = Atomic(false)

    var isRaised: Bool { raised.load(ordering: .relaxed) }

    func raise() { raised.store(true, ordering: .relaxed) }

    /// Throws `cancelled` once the flag is raised.
    func check() throws(CallError) {
        if isRaised { throw .cancelled }
    }
}

extension CallError {
    static var cancelled: CallError { CallError(.cancelled, "stopped on request") }
}
