// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Operations of earlier processes that have no result.
extension StepOperation {
    /// Goes on with it: as it had finished, or by executing it again under the same token.
    func takeUp(
        _ step: StepNode, _ executor: any StepExecutor, _ operation: OperationRecord, _ earlierHandle: String?
    ) async throws(Diagnostic) -> Outcome {
        // Asking may take long.
        try await journal.flush()
        var step = step
        step.inputs = operation.inputs
        var request = request(step, operation.token, handle: operation.handle)
        if operation.handle == nil { request.earlierHandle = earlierHandle }
        surroundings.onEvent(
            .operationStarted(step.address, action: step.kind.name, attempt: operation.attempt))
        let recovery: StepRecovery
        do throws(CallError) {
            recovery = try await executor.recover(request)
        } catch {
            return try await fail(step, executor, error, operation, took: .zero)
        }
        switch recovery {
        case .finished(let response) where OutputLimit.problem(of: response.outputs) == nil:
            return .ended(try await succeed(step, response, operation, took: .zero))
        case .finished, .executeAgain: return try await execute(step, executor, request, operation)
        case .cannotTell(let reason):
            let diagnostic = Diagnostic(
                .cannotTell, "nobody can tell whether \(step.address) happened: \(reason)",
                labels: [DiagnosticLabel(step.place)],
                help: ["resume \(run.id)    executes it once more; look first whether it happened"])
            return try await fail(step, executor, CallError(.failed, diagnostic), operation, took: .zero)
        }
    }

    /// Asks what became of it, and executes nothing.
    ///
    /// - Parameter isLeft: True where nobody comes back to it: without an answer it is recorded as given up.
    func ask(
        _ step: StepNode, _ executor: any StepExecutor, _ operation: OperationRecord, isLeft: Bool
    ) async throws(Diagnostic) -> Outcome {
        try await journal.flush()
        var asked = step
        asked.inputs = operation.inputs
        let recovery: StepRecovery
        do throws(CallError) {
            recovery = try await executor.recover(request(asked, operation.token, handle: operation.handle))
        } catch {
            recovery = .cannotTell(reason: error.diagnostic.message)
        }
        if case .finished(let response) = recovery, OutputLimit.problem(of: response.outputs) == nil {
            if operation.status == .intended {
                return .ended(try await succeed(asked, response, operation, took: .zero))
            }
            // It has a result, as one that was stopped; now it is known to have happened.
            return .ended(
                RunState.Ended(status: .undoing, outputs: response.outputs, failure: nil, token: operation.token))
        }
        guard isLeft, operation.status == .intended else { return .open }
        let reason = CallError(.cancelled, "it was cut off, and what it rests on came anew").diagnostic
        let result = OperationResult(
            token: operation.token, status: .cancelled, failure: FailureRecord(reason),
            ended: surroundings.clock.now())
        try await journal.append([.result(result, nil)])
        return .open
    }
}
