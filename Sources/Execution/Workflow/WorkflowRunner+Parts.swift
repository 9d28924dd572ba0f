// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Steps whose work the host does: other workflows as parts of a run, and recipes that are planned and applied.
extension WorkflowRunner {
    func perform(
        _ work: HostWork, for request: StepRequest, _ host: RunStepHost, of run: RunRecord, _ program: Program
    ) async throws(CallError) -> StepProgress {
        if case .run(let workflow, let parameters) = work {
            return try await part(workflow, parameters, for: request, host, of: run, program)
        }
        guard let recipes else {
            throw CallError(.unsupported(feature: request.kind), "nothing plans or applies recipes here")
        }
        let response = try await recipes.perform(work, for: request)
        if case .apply = work {
            let (store, environment, module) = (store, run.environment, run.module)
            let records = try await Self.called { () throws(Diagnostic) in
                try await store.snapshot(environment: environment, module: module).records
            }
            host.records.replace(by: records)
        }
        return .finished(response)
    }

    /// What the ledger refuses is an error of the step.
    private static func called<T: Sendable>(
        _ body: @Sendable () async throws(Diagnostic) -> T
    ) async throws(CallError) -> T {
        do throws(Diagnostic) { return try await body() } catch { throw CallError(.failed, error) }
    }

    /// Runs a workflow as a part of a run, or goes on with the part that an earlier attempt or process began.
    private func part(
        _ workflow: String, _ arguments: ObjectValue, for request: StepRequest, _ host: RunStepHost,
        of parent: RunRecord, _ program: Program
    ) async throws(CallError) -> StepProgress {
        let line = ancestors + [parent.workflow ?? ""]
        guard !line.contains(workflow) else {
            throw CallError(
                .invalid,
                Diagnostic(
                    .partOfItself, "\(workflow) would run itself: \((line + [workflow]).joined(separator: " -> "))",
                    help: ["take the step out, or let it run another workflow"])
            ).about("workflow")
        }
        let part = try await record(of: workflow, arguments, for: request, host, of: parent, program)
        if part.status == .succeeded { return .finished(Self.response(part)) }
        // It ended while this step waited for it. One that is tried again, or was cut off, goes on with its part instead.
        if request.handle == part.id, part.status == .cancelled || part.status == .failed,
            host.waited(request.context)
        {
            throw CallError(
                .failed,
                Diagnostic(
                    .partFailed,
                    "\(part.id) of \(part.workflow ?? "") \(part.status == .failed ? "failed" : "was cancelled")",
                    help: ["show \(part.id)    tells how far it got"]))
        }
        let report = try await Self.called { () throws(Diagnostic) in
            try await execute(part: part, under: request.context.operation, line, .usual, program, host)
        }
        return try Self.progress(report)
    }

    /// Goes through a part with what the whole run holds.
    private func execute(
        part: RunRecord, under step: String, _ line: [String], _ manner: Manner, _ program: Program, _ host: RunStepHost
    ) async throws(Diagnostic) -> Report {
        // The time of the step that runs it may be over while the run around it goes on.
        let interruption = Interruption()
        var inside = surroundings.telling(partOf: step)
        inside.interruption = interruption
        var runner = WorkflowRunner(store: store, surroundings: inside, steps: steps, recipes: recipes)
        runner.ancestors = line
        let own = runner
        let result: Result<Report, Diagnostic> = await surroundings.interruption.observing({
            interruption.follow($0)
        }) {
            await withTaskCancellationHandler {
                do throws(Diagnostic) {
                    return .success(try await go(through: part, own, manner, program, host))
                } catch {
                    return .failure(error)
                }
            } onCancel: {
                interruption.stopNow()
            }
        }
        return try result.get()
    }

    private func go(
        through part: RunRecord, _ own: WorkflowRunner, _ manner: Manner, _ program: Program, _ host: RunStepHost
    ) async throws(Diagnostic) -> Report {
        let store = store
        return try await store.withLease(.run(id: part.id), wait: .zero) { lease throws(Diagnostic) in
            if part.status != .running { try await store.reopenRun(part.id) }
            let operations = try await store.operations(run: part.id)
            let inner = RunStepHost(
                services: host.services, store: store, lease: lease, gateway: host.gateway, program: program,
                records: host.records, claims: host.claims, takesEndsOfParts: part.status == .waiting
            ) { (work, request, host) throws(CallError) in
                try await own.perform(work, for: request, host, of: part, program)
            }
            return try await own.execute(
                part, of: program, operations: operations, manner, under: lease, host: inner)
        }
    }

    /// Takes back what the parts of a run did that has failed or was cancelled, the newest part first.
    ///
    func takeBackParts(
        of run: RunRecord, _ program: Program, _ host: RunStepHost
    ) async throws(Diagnostic) -> PartsTakenBack {
        var done = PartsTakenBack()
        let parts = try await store.parts(of: run.id)
        if parts.isEmpty { return done }
        let operations = try await store.operations(run: run.id)
        for part in parts.reversed() {
            let operation = operations.last { $0.handle == part.id }
            let report = try await execute(
                part: part, under: operation?.name ?? part.id, ancestors + [run.workflow ?? ""], .takeBack, program,
                host)
            done.failures += report.failures
            let name = operation?.name ?? part.id
            done.inside += report.steps.filter { $0.status == .undone }.map { Address("\(name)/\($0.address)") }
            done.inside += report.insideTakenBack.map { Address("\(name)/\($0)") }
            if !report.notTakenBack.isEmpty {
                done.failures.append(
                    Diagnostic(
                        .notTakenBack,
                        "of \(part.id) not taken back: \(report.notTakenBack.map(\.text).joined(separator: ", "))",
                        help: ["show \(part.id)    tells how far it is"]))
            }
            guard let operation, operation.status == .succeeded, report.run.status != .succeeded else { continue }
            // So that a resumed run goes through it again.
            try await store.append([.undo(operation.token, run: run.id, isDone: true)], under: host.lease)
            done.steps.append(Address(operation.name))
        }
        return done
    }

    /// What became of the parts of a run that takes back what it did.
    struct PartsTakenBack: Sendable {
        /// The steps whose parts were taken back.
        var steps: [Address] = []
        /// The steps of parts that were taken back.
        var inside: [Address] = []
        /// What went wrong.
        var failures: [Diagnostic] = []
    }

    private func record(
        of workflow: String, _ arguments: ObjectValue, for request: StepRequest, _ host: RunStepHost,
        of parent: RunRecord, _ program: Program
    ) async throws(CallError) -> RunRecord {
        let store = store
        if let known = request.handle ?? request.earlierHandle,
            let part = try await Self.called({ () throws(Diagnostic) in try await store.run(known) })
        {
            if request.handle != nil { return part }
            // With other parameters it is another one.
            if try parameters(of: workflow, arguments, program, now: part.started) == part.parameters {
                try await host.record(handle: known, request.context)
                return part
            }
        }
        let now = surroundings.clock.now()
        let parameters = try parameters(of: workflow, arguments, program, now: now)
        var part = RunRecord(
            id: "", purpose: .workflow, environment: parent.environment, module: parent.module, workflow: workflow,
            recipe: parent.recipe, settings: parent.settings, parameters: parameters, basis: parent.basis,
            actor: parent.actor, started: now)
        part.parent = parent.id
        part.parentOperation = request.context.token
        part.parentLease = host.lease
        let new = part
        let begun = try await Self.called { () throws(Diagnostic) in try await store.beginRun(new) }
        host.note(handle: begun.id, of: request.context.token)
        return begun
    }

    private func parameters(
        of workflow: String, _ arguments: ObjectValue, _ program: Program, now: Timestamp
    ) throws(CallError) -> ObjectValue {
        do throws(Diagnostics) {
            return try program.evaluation.parameters(of: workflow, arguments: arguments, now: now)
        } catch {
            let problem = error.all.first ?? Diagnostic(.stepsStuck, "the parameters of \(workflow) are wrong")
            throw CallError(.invalid, problem).about(program.workflow(workflow) == nil ? "workflow" : "params")
        }
    }

    private static func response(_ part: RunRecord) -> StepResponse {
        StepResponse(outputs: ["run": .string(part.id), "outputs": .object(part.outputs)])
    }

    private static func progress(_ report: Report) throws(CallError) -> StepProgress {
        let part = report.run
        switch part.status {
        case .succeeded: return .finished(response(part))
        case .waiting:
            let waits = report.waits.sorted { $0.key < $1.key }
            let words = waits.map { "\($0.key) of \(part.id), for \($0.value.text)" }
            return .paused(
                StepPause(until: waits.compactMap(\.value.until).min(), text: words.joined(separator: "; ")))
        case .cancelled: throw CallError(.cancelled, "\(part.id) was stopped")
        default:
            let failure = report.failures.first
            throw CallError(
                .failed,
                Diagnostic(
                    .partFailed, "\(part.id) of \(part.workflow ?? "") failed",
                    labels: failure?.labels ?? [],
                    notes: failure.map { ["\($0.code.text): \($0.message)"] + $0.notes } ?? [],
                    help: ["show \(part.id)    tells how far it got"]))
        }
    }
}

extension ExecutionSurroundings {
    /// The same, telling the events of a part of a run under the step that runs it.
    fileprivate func telling(partOf step: String) -> ExecutionSurroundings {
        var own = self
        let tell = onEvent
        own.onEvent = { event in if let event = event.inPart(of: step) { tell(event) } }
        return own
    }
}

extension ExecutionEvent {
    /// The event as one of a part of a run, told under the step that runs it; nil for what the whole run tells itself.
    package func inPart(of step: String) -> ExecutionEvent? {
        let inside = { (address: Address) in Address("\(step)/\(address)") }
        switch self {
        case .runStarted, .runEnded: return nil
        case .operationStarted(let address, let action, let attempt):
            return .operationStarted(inside(address), action: action, attempt: attempt)
        case .operationProgress(let address, let fraction, let text):
            return .operationProgress(inside(address), fraction: fraction, text: text)
        case .operationLog(let address, let line): return .operationLog(inside(address), line: line)
        case .operationWarning(let address, let finding): return .operationWarning(inside(address), finding)
        case .operationData(let address, let reads, let writes):
            return .operationData(inside(address), reads: reads, writes: writes)
        case .operationEnded(let address, let action, let status, let took, let failure):
            return .operationEnded(inside(address), action: action, status: status, took: took, failure: failure)
        case .operationRetry(let address, let wait, let failure):
            return .operationRetry(inside(address), after: wait, failure: failure)
        case .operationPaused(let address, let action, let pause):
            return .operationPaused(inside(address), action: action, pause)
        }
    }
}
