// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What is around the work of an operation, so that programs which it starts find their place in the trace of the run.
package protocol CallTracing: Sendable {
    /// Does the work of an operation of a run there.
    func during<T: Sendable>(
        _ operation: String, of run: String, _ work: () async throws(CallError) -> T
    ) async throws(CallError) -> T
}

extension ExecutionSurroundings {
    /// Does the work of an operation where whoever traces wants it to be done.
    func traced<T: Sendable>(
        _ context: CallContext, _ work: () async throws(CallError) -> T
    ) async throws(CallError) -> T {
        guard let tracing else { return try await work() }
        return try await tracing.during(context.operation, of: context.run, work)
    }
}
