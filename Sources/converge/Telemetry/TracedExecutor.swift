// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

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
        _ request: StepRequest, _ work: () async throws(CallError) -> T
    ) async throws(CallError) -> T {
        try await TracedCalls(telemetry: telemetry).during(request.context.operation, of: request.context.run, work)
    }
}
