// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning
import Synchronization

/// Executes a workflow durably: every finished step is recorded, and a run that was interrupted goes on from there.
package struct WorkflowRunner: Sendable {
    let store: any LedgerStore
    let surroundings: ExecutionSurroundings
    let steps: any StepGateway
    /// Nil where no step of a run plans or applies recipes.
    let recipes: (any RecipeWork)?
    /// The workflows of which the run is a part, the outermost first.
    var ancestors: [String] = []

    package init(
        store: any LedgerStore, surroundings: ExecutionSurroundings, steps: any StepGateway,
        recipes: (any RecipeWork)? = nil
    ) {
        self.store = store
        self.surroundings = surroundings
        self.steps = steps
        self.recipes = recipes
    }

    package struct Report: Sendable {
        package var run: RunRecord
        package var steps: [StepReport]
        /// Of the steps that failed, in the order in which they did.
        package var failures: [Diagnostic]
        package var isInterrupted: Bool
        /// Steps that `@undo` would take back, and that stand as they are.
        package var notTakenBack: [Address]
        /// Steps of its parts that were taken back, below the steps that run these.
        package var insideTakenBack: [Address] = []
        /// What the steps of a run that waits are waiting for.
        package var waits: [Address: StepPause]
        /// The denial by which it failed, so that it is over; nil for a run that can be gone on with.
        package var denial: Denial?
        /// What could not be done about the ledger once the run had ended.
        package var warnings: [Diagnostic] = []
    }

    package struct StepReport: Sendable {
        package var address: Address
        /// Nil where the step was not begun.
        package var status: OperationRecord.Status?
        package var outputs: ObjectValue
    }

    /// Starts a run.
    ///
    /// - Parameters:
    ///   - run: Without an id; the ledger gives it.
    ///   - isFresh: True executes every step, whatever is known of it.
    ///   - wait: How long to wait for another run of the workflow.
    package func start(
        _ run: RunRecord, of program: Program, snapshot: LedgerSnapshot, isFresh: Bool, wait: Duration = .zero
    ) async throws(Diagnostic) -> Report {
        try await alone(run, wait: wait) { () throws(Diagnostic) in
            let begun = try await store.beginRun(run)
            return try await store.withLease(.run(id: begun.id), wait: .zero) { lease throws(Diagnostic) in
                try await execute(
                    begun, of: program, snapshot, operations: [], isFresh ? .fresh : .usual, under: lease, wait: wait)
            }
        }
    }

    /// Works while no other run of the same workflow does; a wish to end does not wait for one.
    ///
    /// A later step reads what an earlier one wrote by its name: two runs at once would read one another's.
    private func alone(
        _ run: RunRecord, wait: Duration, _ body: @escaping @Sendable () async throws(Diagnostic) -> Report
    ) async throws(Diagnostic) -> Report {
        let scope = LeaseScope.workflow(run.workflow ?? "", module: run.module, environment: run.environment)
        let store = store
        let result: Result<Report, Diagnostic> = await surroundings.interruption.whileWaiting { begin in
            do throws(Diagnostic) {
                return .success(
                    try await store.withLease(scope, wait: wait) { (_) throws(Diagnostic) in
                        begin()
                        return try await body()
                    })
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Goes on with a run that failed, was cancelled or was interrupted.
    ///
    /// - Parameter wait: How long to wait for another process that holds the run.
    package func resume(
        _ run: RunRecord, of program: Program, snapshot: LedgerSnapshot, wait: Duration = .zero
    ) async throws(Diagnostic) -> Report {
        try await takeUp(run, of: program, snapshot: snapshot, .usual, wait: wait)
    }

    /// Takes back what a run did that has not ended well, by the steps that `@undo` names.
    ///
    /// - Parameter wait: How long to wait for another process that holds the run.
    package func takeBack(
        _ run: RunRecord, of program: Program, snapshot: LedgerSnapshot, wait: Duration = .zero
    ) async throws(Diagnostic) -> Report {
        try await takeUp(run, of: program, snapshot: snapshot, .takeBack, wait: wait)
    }

    private func takeUp(
        _ run: RunRecord, of program: Program, snapshot: LedgerSnapshot, _ manner: Manner, wait: Duration
    ) async throws(Diagnostic) -> Report {
        try await store.withLease(.run(id: run.id), wait: wait) { lease throws(Diagnostic) in
            guard let current = try await store.run(run.id) else {
                throw Diagnostic(.noSuchRun, "there is no run \(run.id)", help: ["runs    lists them"])
            }
            if current.status == .succeeded {
                throw Diagnostic(
                    .nothingToResume, "\(run.id) has ended well", help: ["\(run.command)    starts a new one"])
            }
            if manner == .usual, let denial = try await denial(of: current, program) {
                throw denial.refusal(of: current)
            }
            return try await alone(current, wait: wait) { () throws(Diagnostic) in
                try await store.audit(
                    entry(of: current, manner == .takeBack ? "taken back from here" : "gone on with"))
                if current.status != .running { try await store.reopenRun(current.id) }
                let operations = try await store.operations(run: run.id)
                return try await execute(
                    current, of: program, snapshot, operations: operations, manner, under: lease, wait: wait)
            }
        }
    }

    private func execute(
        _ run: RunRecord, of program: Program, _ snapshot: LedgerSnapshot, operations: [OperationRecord],
        _ manner: Manner, under lease: Lease, wait: Duration
    ) async throws(Diagnostic) -> Report {
        try await store.withClaims(wait: wait) { claims throws(Diagnostic) in
            let host = RunStepHost(
                services: steps.services, store: store, lease: lease, gateway: surroundings.gateway,
                program: program, records: KnownRecords(snapshot.records),
                claims: RunClaims(claims: claims, interruption: surroundings.interruption),
                takesEndsOfParts: run.status == .waiting
            ) { (work, request, host) throws(CallError) in
                try await perform(work, for: request, host, of: run, program)
            }
            do throws(CallError) {
                for operation in operations where operation.isDone { try await host.claim(operation.writes) }
            } catch {
                throw error.diagnostic
            }
            return try await execute(run, of: program, operations: operations, manner, under: lease, host: host)
        }
    }

    func execute(
        _ run: RunRecord, of program: Program, operations: [OperationRecord], _ manner: Manner, under lease: Lease,
        host: RunStepHost
    ) async throws(Diagnostic) -> Report {
        let workflow = run.workflow ?? ""
        let resources = ResourceState(recorded: host.records.present)
        let parts = operations.isEmpty ? [] : try await store.parts(of: run.id)
        let openParts = Set(parts.filter { $0.status != .succeeded }.map(\.id))
        let state = Mutex(
            RunState(
                program: program, workflow: workflow, parameters: run.parameters, resources: resources,
                past: PastOperations(
                    operations, workflow: workflow, openParts: openParts, isTakingBack: manner == .takeBack),
                isTakingBack: manner == .takeBack))
        surroundings.onEvent(
            .runStarted(run, operations: manner == .takeBack ? 0 : state.withLock { $0.tellSteps() }))
        let problems = Mutex(RunProblems())
        let journal = RunJournal(store: store, lease: lease)
        let operation = StepOperation(
            store: store, surroundings: surroundings, steps: steps, host: host, run: run, program: program,
            journal: journal, isFresh: manner == .fresh)
        let flush = {
            do throws(Diagnostic) {
                try await journal.flush()
            } catch {
                problems.withLock { $0.lost = $0.lost ?? error }
            }
        }
        let goThrough = { () async in
            await ParallelQueue.run(
                limit: surroundings.parallelism, interruption: surroundings.interruption,
                next: { await next(state, problems, run) },
                work: { ready in await operation.perform(ready) },
                ended: { ready, outcome in
                    if let resources = host.records.takeNew() {
                        state.withLock { $0.workflowState.resources = resources }
                    }
                    switch outcome {
                    case .ended(let result): state.withLock { $0.end(ready.step.address, result) }
                    case .paused(let pause, let operation):
                        state.withLock { $0.pause(ready.step.address, pause, operation) }
                    case .open:
                        state.withLock { $0.leaveOpen(ready, isWaiting: run.status == .waiting) }
                    case .lost(let diagnostic): problems.withLock { $0.lost = $0.lost ?? diagnostic }
                    }
                },
                nothingBegun: flush,
                // Once nothing can be recorded any more, nothing is waited for.
                rest: {
                    problems.withLock { $0.lost == nil } ? state.withLock { $0.rest(surroundings.clock.now()) } : nil
                },
                sleep: { [clock = surroundings.clock] time in
                    do throws(CallError) { try await clock.sleep(for: time) } catch {}
                })
            await flush()
        }
        await goThrough()
        if state.withLock({ $0.stage == .undoing }), problems.withLock({ $0.lost == nil }),
            surroundings.interruption.wish == .none
        {
            let parts = try await takeBackParts(of: run, program, host)
            state.withLock { $0.take(parts) }
            await goThrough()
        }
        let found = problems.withLock { $0 }
        if let lost = found.lost { throw lost }
        let end = state.withLock { $0 }
        return try await finish(run, end, end.failures + found.failures)
    }

    /// How a run is gone through.
    enum Manner {
        case usual
        /// Nothing that is known is taken in the place of a step.
        case fresh
        /// What was done is taken back, and nothing else is done.
        case takeBack
    }

    private struct RunProblems {
        var failures: [Diagnostic] = []
        var lost: Diagnostic?
    }

    private func entry(of run: RunRecord, _ event: String) -> AuditEntry {
        AuditEntry(run, event, time: surroundings.clock.now(), actor: surroundings.actor, host: surroundings.host)
    }

    /// The steps that begin now: those for which what they waited for has come, and new ones.
    private func next(
        _ state: borrowing Mutex<RunState>, _ problems: borrowing Mutex<RunProblems>, _ run: RunRecord
    ) async -> [RunState.Admitted] {
        var due: [RunState.Admitted] = []
        if state.withLock({ !$0.paused.isEmpty }) {
            do throws(Diagnostic) {
                let given = try await store.signals(run: run.id)
                let now = surroundings.clock.now()
                var parts: Set<Address> = []
                for (address, part) in state.withLock({ $0.pausedParts }) {
                    if try await store.isDue(run: part, now: now) { parts.insert(address) }
                }
                due = state.withLock { [parts] in $0.takeDue(now, Set(given.keys), parts: parts) }
            } catch {
                problems.withLock { $0.lost = $0.lost ?? error }
            }
        }
        while problems.withLock({ $0.lost == nil }) {
            do throws(Diagnostics) {
                return try state.withLock { (state) throws(Diagnostics) in
                    let ready = try state.takeReady()
                    for step in state.takeSkipped() {
                        surroundings.onEvent(
                            .operationEnded(
                                step.address, action: step.kind.name, status: .skipped, took: .zero, failure: nil))
                    }
                    return due
                        + state.admit(ready, limit: surroundings.parallelism, now: surroundings.clock.now())
                }
            } catch {
                problems.withLock { $0.failures += error.all }
                state.withLock { $0.giveUp() }
            }
        }
        return []
    }

    private func finish(
        _ run: RunRecord, _ state: RunState, _ failures: [Diagnostic]
    ) async throws(Diagnostic) -> Report {
        var run = run
        var failures = failures
        let wasCancelled = state.ended.values.contains { $0.status == .cancelled }
        let open = state.notTakenBack
        let isInterrupted = surroundings.interruption.wish != .none && (wasCancelled || !state.isDone)
        // A failure that the run goes on without is told in the end.
        let isWaiting = state.isWaiting && !isInterrupted
        if isWaiting { failures = [] }
        if !isWaiting, !failures.isEmpty || !isInterrupted { failures += state.openFailures }
        if failures.isEmpty, !isInterrupted, !state.isTakingBack, !isWaiting {
            if state.isDone {
                do throws(Diagnostics) {
                    run.outputs = try state.outputs()
                } catch {
                    failures += error.all
                }
            } else {
                failures.append(state.standstill(run))
            }
        }
        // A part that had ended by itself, and has nothing to take back, stays as it is.
        let isUntouched =
            state.isTakingBack && run.parent != nil && failures.isEmpty
            && [.succeeded, .failed, .cancelled].contains(run.status)
            && !state.ended.values.contains { $0.status == .undone || $0.status == .undoing }
        if !isUntouched {
            run.status =
                !failures.isEmpty
                ? .failed
                : isInterrupted || state.isTakingBack ? .cancelled : isWaiting ? .waiting : .succeeded
            run.failure = failures.first.map { FailureRecord($0) }
        }
        let now = surroundings.clock.now()
        run.ended = isWaiting ? nil : now
        if run.status == .cancelled { try await store.cancelOpenParts(of: run.id, at: now) }
        try await store.endRun(
            run.id, status: run.status, outputs: run.outputs, failure: run.failure, at: now,
            audit: entry(of: run, run.status.rawValue))
        surroundings.onEvent(.runEnded(run))
        let reports = state.order.map { address in
            StepReport(
                address: address, status: state.status(of: address), outputs: state.ended[address]?.outputs ?? [:])
        }
        return Report(
            run: run, steps: reports, failures: failures, isInterrupted: isInterrupted, notTakenBack: open,
            insideTakenBack: state.insideTakenBack,
            waits: isWaiting ? state.paused.mapValues(\.pause) : [:], denial: try await denial(of: run, state.program))
    }
}
