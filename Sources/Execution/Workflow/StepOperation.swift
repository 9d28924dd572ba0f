// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Does one step of a run: looks whether its result still holds, else executes it with intent before and result after.
struct StepOperation: Sendable {
    let store: any LedgerStore
    let surroundings: ExecutionSurroundings
    let steps: any StepGateway
    let host: RunStepHost
    let run: RunRecord
    let program: Program
    let journal: RunJournal
    /// True: nothing is reused.
    let isFresh: Bool

    enum Outcome: Sendable {
        case ended(RunState.Ended)
        /// It waits for a time or a signal; nobody works on it.
        case paused(StepPause, OperationRecord)
        /// Nobody can tell what became of it, and it is not executed again: its operation stays open.
        case open
        /// The ledger itself cannot be written.
        case lost(Diagnostic)
    }

    func perform(_ admitted: RunState.Admitted) async -> Outcome {
        let (step, interrupted) = (admitted.step, admitted.interrupted)
        if let problem = step.problems.first, interrupted == nil {
            return await refuse(step, CallError(.invalid, problem))
        }
        if interrupted == nil, let problem = unknownProblem(of: step) {
            return await refuse(step, CallError(.notFound, problem))
        }
        let executor: any StepExecutor
        do {
            executor = try steps.executor(of: step.kind.name, plugin: step.executorPlugin)
        } catch {
            return await refuse(step, error)
        }
        do {
            guard let interrupted else {
                return try await begin(
                    step, executor, attempt: admitted.attemptsBefore + 1, admitted.earlierHandle)
            }
            if interrupted.isOutdated || admitted.isAskedOnly {
                let found = try await ask(step, executor, interrupted.operation, isLeft: interrupted.isOutdated)
                if admitted.isAskedOnly { return found }
                return try await begin(
                    step, executor, attempt: interrupted.operation.attempt + 1, admitted.earlierHandle)
            }
            return try await takeUp(step, executor, interrupted.operation, admitted.earlierHandle)
        } catch {
            return .lost(error)
        }
    }

    func identity(of step: StepNode) -> ResourceIdentity {
        ResourceIdentity(
            environment: run.environment, module: run.module,
            address: Address("\(run.workflow ?? "run").\(step.address)"))
    }

    func request(_ step: StepNode, _ token: OperationToken, handle: String? = nil) -> StepRequest {
        StepRequest(
            kind: step.kind.name, inputs: step.inputs,
            recipeFolder: run.workflow.flatMap { program.workflow($0)?.recipeFolder } ?? program.recipeFolder,
            handle: handle,
            context: CallContext(
                token: token, run: run.id, operation: step.address.text,
                deadline: step.timeout.map { surroundings.clock.now().advanced(by: $0) }),
            host: host)
    }

    // MARK: From the start

    private func begin(
        _ step: StepNode, _ executor: any StepExecutor, attempt: Int, _ earlierHandle: String?
    ) async throws(Diagnostic) -> Outcome {
        let token = surroundings.newToken()
        var operation = OperationRecord(
            token: token, run: run.id, identity: identity(of: step), effect: .step(kind: step.kind.name),
            attempt: attempt, inputs: step.inputs, started: surroundings.clock.now())
        var request = request(step, token)
        request.earlierHandle = earlierHandle
        if step.mayBeReused, step.takesBack == nil {
            let sources: [String]
            do throws(CallError) {
                sources = try await executor.sources(request)
            } catch {
                return await refuse(step, error)
            }
            let named = step.inputs.secrets
            let secrets =
                named.isEmpty
                ? [:] : try await surroundings.fingerprints.fingerprints(of: Set(named), isRecorded: false)
            // Reading them may take long.
            if !sources.isEmpty { try await journal.flush() }
            do throws(CallError) {
                operation.contentKey = try await ContentKey.make(
                    of: step, identity: operation.identity, sources: sources, secrets: secrets,
                    hashing: steps.services.hashing)
            } catch {
                return await refuse(step, error)
            }
            if !isFresh, step.cache != .never, let reused = try await reuse(step, executor, request, operation) {
                return .ended(reused)
            }
        }
        try await journal.append([.intent(operation, nil)] + takingBack(step, isDone: false))
        surroundings.onEvent(.operationStarted(step.address, action: step.kind.name, attempt: attempt))
        return try await execute(step, executor, request, operation)
    }

    private func reuse(
        _ step: StepNode, _ executor: any StepExecutor, _ request: StepRequest, _ operation: OperationRecord
    ) async throws(Diagnostic) -> RunState.Ended? {
        guard let key = operation.contentKey, let earlier = try await store.succeededOperation(contentKey: key),
            step.cache.covers(earlier, at: operation.started), !Value.object(earlier.outputs).containsUnknown
        else { return nil }
        // Claiming and asking may take long.
        try await journal.flush()
        let response = StepResponse(outputs: earlier.outputs, reads: earlier.reads, writes: earlier.writes)
        do throws(CallError) {
            try await host.claim(earlier.writes)
            if !step.trusts(earlier) {
                guard try await executor.stillHolds(response, request) else { return nil }
            }
        } catch {
            return nil
        }
        let result = OperationResult(
            token: operation.token, status: .reused, outputs: earlier.outputs, reads: earlier.reads,
            writes: earlier.writes, ended: surroundings.clock.now())
        try await journal.append([.intent(operation, nil), .result(result, nil)])
        surroundings.onEvent(
            .operationEnded(step.address, action: step.kind.name, status: .reused, took: .zero, failure: nil))
        return RunState.Ended(status: .reused, outputs: earlier.outputs, failure: nil)
    }

    func execute(
        _ step: StepNode, _ executor: any StepExecutor, _ request: StepRequest, _ operation: OperationRecord
    ) async throws(Diagnostic) -> Outcome {
        let started = ContinuousClock.now
        let answer = await surroundings.interruption.cancellable {
            await Self.withTimeout(step.timeout) { () async -> Result<StepProgress, CallError> in
                do throws(CallError) {
                    let progress = try await executor.advance(request)
                    if case .finished(let response) = progress,
                        let problem = OutputLimit.problem(of: response.outputs)
                    {
                        throw problem
                    }
                    return .success(progress)
                } catch {
                    return .failure(error)
                }
            }
        }
        let took = ContinuousClock.now - started
        switch answer {
        case .success(.finished(let response)): return .ended(try await succeed(step, response, operation, took: took))
        case .success(.paused(let pause)):
            return try await self.pause(step, executor, pause, operation, took: took)
        case .failure(let error):
            return try await fail(step, executor, overrun(error, step, request), operation, took: took)
        }
    }

    /// Records what the step waits for; its time-out counts from its beginning, whichever process it began in.
    private func pause(
        _ step: StepNode, _ executor: any StepExecutor, _ pause: StepPause, _ operation: OperationRecord,
        took: Duration
    ) async throws(Diagnostic) -> Outcome {
        if step.takesBack != nil || step.isFinal {
            let diagnostic = Diagnostic(
                .cannotWait, "\(step.address) would wait for \(pause.text)", labels: [DiagnosticLabel(step.place)],
                help: ["let it wait before, as a step of its own"])
            return try await fail(step, executor, CallError(.failed, diagnostic), operation, took: took)
        }
        var pause = pause
        if let end = step.timeout.map({ operation.started.advanced(by: $0) }) {
            if end <= surroundings.clock.now() {
                return try await fail(step, executor, CallError(.timedOut, timedOut(step)), operation, took: took)
            }
            pause.until = min(pause.until ?? end, end)
        }
        try await journal.append([.pause(operation.token, run: run.id, pause)])
        host.notePause(of: operation.token)
        surroundings.onEvent(.operationPaused(step.address, action: step.kind.name, pause))
        var operation = operation
        if let handle = host.takeHandle(of: operation.token) { operation.handle = handle }
        return .paused(pause, operation)
    }

    private func timedOut(_ step: StepNode) -> Diagnostic {
        Diagnostic(
            .stepTimedOut, "\(step.address) took longer than \(step.timeout.map { Value.duration($0).literal } ?? "")",
            labels: [DiagnosticLabel(step.place)], help: ["raise `@timeout`, or make the step faster"])
    }

    /// The step's own time-out in the place of what it made the executor say; other errors as they are.
    private func overrun(_ error: CallError, _ step: StepNode, _ request: StepRequest) -> CallError {
        guard error.reason == .timedOut, step.timeout != nil, let deadline = request.context.deadline,
            surroundings.clock.now() >= deadline
        else { return error }
        return CallError(.timedOut, timedOut(step))
    }

    func succeed(
        _ step: StepNode, _ response: StepResponse, _ operation: OperationRecord, took: Duration
    ) async throws(Diagnostic) -> RunState.Ended {
        _ = host.takeHandle(of: operation.token)
        let result = OperationResult(
            token: operation.token, status: .succeeded, outputs: response.outputs, reads: response.reads,
            writes: response.writes, ended: surroundings.clock.now())
        try await journal.carry([.result(result, nil)] + takingBack(step, isDone: true)) { [surroundings] in
            if !result.reads.isEmpty || !result.writes.isEmpty {
                surroundings.onEvent(.operationData(step.address, reads: result.reads, writes: result.writes))
            }
            surroundings.onEvent(
                .operationEnded(step.address, action: step.kind.name, status: .succeeded, took: took, failure: nil))
        }
        return RunState.Ended(
            status: .succeeded, outputs: response.outputs, failure: nil, token: operation.token)
    }

    /// What is to be recorded of the step that this one takes back.
    private func takingBack(_ step: StepNode, isDone: Bool) -> [JournalEntry] {
        step.takesBack.map { [.undo($0, run: run.id, isDone: isDone)] } ?? []
    }

    func fail(
        _ step: StepNode, _ executor: any StepExecutor, _ error: CallError, _ operation: OperationRecord,
        took: Duration
    ) async throws(Diagnostic) -> Outcome {
        let handle = host.takeHandle(of: operation.token) ?? operation.handle
        let isCancelled = error.reason == .cancelled && surroundings.interruption.wish != .none
        let diagnostic = placed(error, in: step)
        let result = OperationResult(
            token: operation.token, status: isCancelled ? .cancelled : .failed, failure: FailureRecord(diagnostic),
            ended: surroundings.clock.now())
        try await journal.append([.result(result, nil)])
        if !isCancelled, surroundings.interruption.wish == .none, operation.attempt < step.retry.attempts,
            step.retry.covers(error)
        {
            let wait = step.retry.wait(after: operation.attempt, error, jitter: surroundings.randomness.bytes(1))
            surroundings.onEvent(.operationRetry(step.address, after: wait, failure: diagnostic))
            await surroundings.interruption.cancellable { [clock = surroundings.clock] in
                do throws(CallError) { try await clock.sleep(for: wait) } catch {}
            }
            if surroundings.interruption.wish == .none {
                return try await begin(step, executor, attempt: operation.attempt + 1, handle)
            }
        }
        surroundings.onEvent(
            .operationEnded(
                step.address, action: step.kind.name, status: result.status, took: took, failure: diagnostic))
        return .ended(
            RunState.Ended(status: result.status, outputs: [:], failure: diagnostic, token: operation.token))
    }

    /// What went wrong, at the field that is at fault, else at the step.
    private func placed(_ error: CallError, in step: StepNode) -> Diagnostic {
        var diagnostic = error.diagnostic
        if diagnostic.labels.isEmpty {
            let field = error.field.flatMap {
                program.evaluation.place(of: $0, in: step.address, of: run.workflow ?? "")
            }
            diagnostic.labels = [DiagnosticLabel(field ?? step.place)]
        }
        return diagnostic
    }

    private func refuse(_ step: StepNode, _ error: CallError) async -> Outcome {
        let diagnostic = placed(error, in: step)
        let now = surroundings.clock.now()
        let operation = OperationRecord(
            token: surroundings.newToken(), run: run.id, identity: identity(of: step),
            effect: .step(kind: step.kind.name), inputs: step.inputs, started: now)
        let result = OperationResult(
            token: operation.token, status: .failed, failure: FailureRecord(diagnostic), ended: now)
        do {
            try await journal.append([.intent(operation, nil), .result(result, nil)])
        } catch {
            return .lost(error)
        }
        surroundings.onEvent(
            .operationEnded(step.address, action: step.kind.name, status: .failed, took: .zero, failure: diagnostic))
        return .ended(RunState.Ended(status: .failed, outputs: [:], failure: diagnostic))
    }

    /// Cancels the work when it takes longer, and waits until it has stopped.
    private static func withTimeout(
        _ timeout: Duration?, _ work: @escaping @Sendable () async -> Result<StepProgress, CallError>
    ) async -> Result<StepProgress, CallError> {
        guard let timeout else { return await work() }
        return await withTaskGroup(of: Result<StepProgress, CallError>?.self) { group in
            group.addTask { await work() }
            group.addTask {
                do { try await Task.sleep(for: timeout) } catch {}
                return nil
            }
            guard let first = await group.next() else { return await work() }
            group.cancelAll()
            if let result = first { return result }
            for await late in group {
                if let result = late, case .success(let response) = result { return .success(response) }
            }
            return .failure(CallError(.timedOut, "stopped after \(Value.duration(timeout).literal)"))
        }
    }
}

extension RetryRule {
    func covers(_ error: CallError) -> Bool {
        on.contains { $0 == "any" || ($0 == "transient" && error.isTransient) || $0 == error.diagnostic.code.text }
    }

    /// The doubled back-off with up to a quarter more or less, so that many do not return together; never less than
    /// the platform asks for.
    func wait(after attempt: Int, _ error: CallError, jitter: [UInt8]) -> Duration {
        let doubled = backoff * (1 << min(max(attempt - 1, 0), 16))
        let share = Double(jitter.first ?? 128) / 255 * 0.5 + 0.75
        guard case .throttled(let asked?) = error.reason else { return doubled * share }
        return max(doubled * share, asked)
    }
}
