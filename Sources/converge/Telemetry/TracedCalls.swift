// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import PluginHost

/// Lets the programs that an operation starts find its place in the trace.
struct TracedCalls: CallTracing {
    let telemetry: Telemetry

    func during<T: Sendable>(
        _ operation: String, of run: String, _ work: () async throws(CallError) -> T
    ) async throws(CallError) -> T {
        guard let place = telemetry.place(of: Address(operation), in: run) else { return try await work() }
        let result: Result<T, CallError> = await ChildEnvironment.$added.withValue(
            [TraceParent.variable: place.text]
        ) {
            do throws(CallError) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
