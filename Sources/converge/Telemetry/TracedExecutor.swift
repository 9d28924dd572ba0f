// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginHost

/// Executes steps so that the programs which they start find the step's place in the trace.
struct TracedExecutor: StepExecutor {
    let executor: any StepExecutor
    let telemetry: Telemetry

    var kind: String { executor.kind }

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        try await traced(request) { () throws(CallError) in try await executor.execute(request) }
    }

    func advance(_ request: StepRequest) async throws(CallError) -> StepProgress {
        try await traced(request) { () throws(CallError) in try await executor.advance(request) }
    }

    func recover(_ request: StepRequest) async throws(CallError) -> StepRecovery {
        try await traced(request) { () throws(CallError) in try await executor.recover(request) }
    }

    func sources(_ request: StepRequest) async throws(CallError) -> [String] { try await executor.sources(request) }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        try await executor.stillHolds(response, request)
    }

    private func traced<T: Sendable>(
        _ request: StepRequest, _ body: () async throws(CallError) -> T
    ) async throws(CallError) -> T {
        guard let place = telemetry.place(of: Address(request.context.operation), in: request.context.run) else {
            return try await body()
        }
        let result: Result<T, CallError> = await ChildEnvironment.$added.withValue(
            [TraceParent.variable: place.text]
        ) {
            do throws(CallError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
