// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning
import Synchronization

/// Makes a plan true: each change as soon as what it needs is done, as many at once as allowed.
package struct Applier: Sendable {
    private let store: any LedgerStore
    private let surroundings: ExecutionSurroundings

    package init(store: any LedgerStore, surroundings: ExecutionSurroundings) {
        self.store = store
        self.surroundings = surroundings
    }

    /// What an apply did.
    package struct Report: Sendable {
        package var run: RunRecord
        package var done: [PlannedAction: Int]
        package var failures: [Diagnostic]
        /// Changes that failed, or do not hold what a policy ensures.
        package var failed: [Address]
        /// Changes that were not begun.
        package var left: [Address]
    }

    /// Applies a plan under the apply lease of its environment.
    ///
    /// - Parameters:
    ///   - plan: Made from the snapshot under the same lease.
    ///   - fingerprints: What stands for the present texts of the secrets that are recorded.
    ///   - purpose: `apply` or `destroy`, for the run's record.
    /// - Returns: The report, also where some changes failed; the ledger tells the truth either way.
    /// - Throws: Where the ledger cannot be written.
    package func apply(
        _ plan: Plan, of program: Program, from snapshot: LedgerSnapshot, fingerprints: [String: String] = [:],
        as run: RunRecord, under lease: Lease
    ) async throws(Diagnostic) -> Report {
        let work = plan.changes.filter { $0.action.isEffect }
        let begun = try await store.beginRun(run)
        surroundings.onEvent(.runStarted(begun, operations: work.count))
        let state = ApplyState(plan: plan, work: work, program: program, snapshot: snapshot)
        var lost: Diagnostic?
        do {
            try await audit(state.takeExemptions(), begun)
            try await record(QuietChanges(plan, snapshot, fingerprints: fingerprints), begun.id, lease)
        } catch {
            lost = error
        }
        if lost == nil, !work.isEmpty {
            await ParallelQueue.run(
                limit: surroundings.parallelism, pace: surroundings.pace, interruption: surroundings.interruption,
                lane: { Lane($0.provider, kind: $0.kind) },
                next: { state.takeReady() },
                work: { change in await perform(change, state, begun, lease) },
                ended: { _, ended in
                    if case .lost(let diagnostic) = ended.outcome {
                        state.stop(with: diagnostic)
                    } else {
                        state.end(ended.change, ended.outcome)
                    }
                })
            lost = state.lost
        }
        if lost == nil, !plan.selection.isRefreshOnly {
            do {
                try await recordComposites(program, Set(plan.leftOut), snapshot, state, lease)
            } catch {
                lost = error
            }
        }
        var result = state.result()
        if let lost { throw lost }
        for action in [PlannedAction.move, .adopt, .refresh] {
            let count = plan.changes.count { $0.action == action }
            if count > 0 { result.done[action] = count }
        }
        return try await finish(begun, result)
    }

    private func finish(_ run: RunRecord, _ result: ApplyState.Result) async throws(Diagnostic) -> Report {
        var run = run
        let isInterrupted = surroundings.interruption.wish != .none && !result.left.isEmpty
        run.status = isInterrupted ? .cancelled : result.failures.isEmpty ? .succeeded : .failed
        run.ended = surroundings.clock.now()
        run.outputs = result.outputs
        run.failure = result.failures.first.map { FailureRecord($0) }
        try await store.endRun(
            run.id, status: run.status, outputs: run.outputs, failure: run.failure, at: run.ended ?? run.started,
            audit: audit(run, result))
        if !result.done.isEmpty { try await store.backUp() }
        surroundings.onEvent(.runEnded(run))
        return Report(run: run, done: result.done, failures: result.failures, failed: result.failed, left: result.left)
    }

    private func audit(_ run: RunRecord, _ result: ApplyState.Result) -> AuditEntry {
        let counts = PlannedAction.allCases.compactMap { action in
            result.done[action].map { "\($0) \(action.rawValue)" }
        }
        let done = counts.isEmpty ? "nothing done" : counts.joined(separator: ", ")
        return AuditEntry(
            run, "\(done), \(result.failures.count) failed", time: run.ended ?? run.started,
            actor: surroundings.actor, host: surroundings.host)
    }

    /// Notes the exemptions that come into use, before what they allow is done.
    private func audit(_ exemptions: [PolicyFinding], _ run: RunRecord) async throws(Diagnostic) {
        for finding in exemptions {
            let terms = finding.exemption.map { " until \($0.until): \($0.why)" } ?? ""
            try await store.audit(
                AuditEntry(
                    time: surroundings.clock.now(), actor: surroundings.actor, host: surroundings.host,
                    action: "exempt", environment: run.environment, module: run.module,
                    detail: "\(run.id): \(finding.resource) from policy '\(finding.policy)'\(terms)"))
        }
    }

    // MARK: One change

    /// The last change of a chain, and how it ended.
    private struct Ended: Sendable {
        var change: PlannedChange
        var outcome: ResourceOperation.Outcome
    }

    /// Makes a change true, and those that follow it one by one with nothing else to wait for: the end of one and the
    /// beginning of the next are written together.
    private func perform(
        _ first: PlannedChange, _ state: ApplyState, _ run: RunRecord, _ lease: Lease
    ) async -> Ended {
        // The plan may have thousands of changes that wait for nothing.
        if state.lost != nil { return Ended(change: first, outcome: .stopped) }
        var change = first
        var carried = CarriedResult()
        tellStart(change)
        while true {
            let started = ContinuousClock.now
            let operation = ResourceOperation(
                store: store, surroundings: surroundings,
                settler: Settler(store: store, surroundings: surroundings), program: state.program, run: run.id,
                lease: lease, carried: carried)
            var outcome = await effects(change, state, run, operation)
            let took = ContinuousClock.now - started
            if case .unwritten(let row, let entries) = outcome {
                let breaches = await breaches(after: change, row, state, run)
                if breaches.isEmpty, surroundings.interruption.wish == .none,
                    let next = state.takeFollower(of: change, row)
                {
                    carried = CarriedResult(entries) { [change] in
                        tellEnd(change, .done(row), took)
                        state.end(change, .done(row))
                        tellStart(next)
                    }
                    change = next
                    continue
                }
                outcome =
                    await write(entries, under: lease).map { .lost($0) }
                    ?? (breaches.isEmpty ? .done(row) : .broken(row, breaches))
            } else if case .done(let row) = outcome {
                let breaches = await breaches(after: change, row, state, run)
                if !breaches.isEmpty { outcome = .broken(row, breaches) }
            }
            // Nothing was begun that it could have been written with.
            if !carried.entries.isEmpty {
                if let lost = await write(carried.entries, under: lease) {
                    outcome = .lost(lost)
                } else {
                    carried.noteWritten()
                }
            }
            tellEnd(change, outcome, took)
            return Ended(change: change, outcome: outcome)
        }
    }

    /// - Returns: Why the ledger cannot be written.
    private func write(_ entries: [JournalEntry], under lease: Lease) async -> Diagnostic? {
        do {
            try await store.append(entries, under: lease)
            return nil
        } catch {
            return error
        }
    }

    private func tellStart(_ change: PlannedChange) {
        surroundings.onEvent(.operationStarted(change.address, action: change.action.rawValue, attempt: 1))
    }

    private func tellEnd(_ change: PlannedChange, _ outcome: ResourceOperation.Outcome, _ took: Duration) {
        let action = change.action.rawValue
        switch outcome {
        case .done, .unwritten:
            surroundings.onEvent(
                .operationEnded(change.address, action: action, status: .succeeded, took: took, failure: nil))
        case .stopped:
            surroundings.onEvent(
                .operationEnded(change.address, action: action, status: .cancelled, took: took, failure: nil))
        case .broken(_, let diagnostics):
            surroundings.onEvent(
                .operationEnded(
                    change.address, action: action, status: .failed, took: took, failure: diagnostics.first))
        case .failed(let diagnostic), .lost(let diagnostic):
            surroundings.onEvent(
                .operationEnded(change.address, action: action, status: .failed, took: took, failure: diagnostic))
        }
    }

    /// What the policies ensure and does not hold.
    private func breaches(
        after change: PlannedChange, _ row: ResourceRecord?, _ state: ApplyState, _ run: RunRecord
    ) async -> [Diagnostic] {
        let breaches: [Diagnostic]
        do throws(Diagnostics) {
            breaches = try state.breaches(after: change, row)
        } catch {
            return error.all
        }
        do throws(Diagnostic) {
            try await audit(state.takeExemptions(), run)
        } catch {
            return breaches + [error]
        }
        return breaches
    }

    private func effects(
        _ change: PlannedChange, _ state: ApplyState, _ run: RunRecord, _ operation: ResourceOperation
    ) async -> ResourceOperation.Outcome {
        if change.action != .delete {
            do throws(Diagnostics) {
                if let denial = try state.denials(of: change).first { return .failed(denial) }
                for warning in try state.warnings(of: change) {
                    surroundings.onEvent(.operationWarning(change.address, warning))
                }
            } catch {
                return .failed(error.all.first ?? Diagnostic(.policyUndecidable, "a policy cannot be judged"))
            }
        }
        do {
            try await audit(state.takeExemptions(), run)
            let prior = state.record(change.recorded)
            switch change.action {
            case .delete:
                guard let prior else { return .done(nil) }
                return await operation.perform(
                    .delete, row: prior, inputs: prior.inputs, version: change.mark.version)
            case .create:
                if let prior {
                    if let problem = await operation.settler.problem(ofReplacing: prior, in: operation.run) {
                        return .failed(problem)
                    }
                    try await forget(prior, operation)
                }
                let row = try state.newRow(change, surroundings.clock.now())
                return await operation.perform(.create, row: row, inputs: row.inputs)
            case .update:
                guard var row = prior else { return .done(nil) }
                let desired = try state.newRow(change, surroundings.clock.now())
                row.dependencies = desired.dependencies
                row.isProtected = desired.isProtected
                row.schemaVersion = desired.schemaVersion
                row.provider = desired.provider
                (row.owner, row.ignored) = (desired.owner, desired.ignored)
                return await operation.perform(
                    .update, row: row, inputs: desired.inputs, version: change.mark.version)
            case .replace where change.createsFirst:
                let row = try state.newRow(change, surroundings.clock.now())
                var also: [JournalEntry] = []
                if var former = prior, let address = state.formerAddress(of: change.address) {
                    former.identity.address = address
                    // The plan has let it go, whatever was recorded before.
                    former.isProtected = false
                    // It uses the old selves of what was made anew before it.
                    former.dependencies = former.dependencies.map { state.formerAddress(of: $0) ?? $0 }
                    also = [.resource(.put(former))]
                    state.keep(former)
                }
                return await operation.perform(.create, row: row, inputs: row.inputs, also: also)
            case .replace:
                if let prior {
                    let deleted = await operation.perform(
                        .delete, row: prior, inputs: prior.inputs, version: change.mark.version, isLast: false)
                    guard case .done = deleted else { return deleted }
                }
                let row = try state.newRow(change, surroundings.clock.now())
                return await operation.perform(.create, row: row, inputs: row.inputs)
            case .move, .adopt, .refresh, .unchanged: return .done(prior)
            }
        } catch {
            return .failed(error)
        }
    }

    /// Takes the row of a thing that is gone out of the ledger, so that its successor starts clean.
    private func forget(_ record: ResourceRecord, _ operation: ResourceOperation) async throws(Diagnostic) {
        try await store.append([.resource(.remove(record.identity))], under: operation.lease)
    }

    // MARK: Rows without effects

    /// Moves, and rows whose dependencies or protection changed while the thing did not.
    private func record(_ quiet: QuietChanges, _ run: String, _ lease: Lease) async throws(Diagnostic) {
        let entries = quiet.rows.flatMap { row in
            if row.isAdopted { return adoptionEntries(row.record, run) }
            if row.isGone { return [.resource(.remove(row.former))] }
            return row.former == row.record.identity
                ? [.resource(.put(row.record))] : moveEntries(from: row.former, to: row.record, run)
        }
        if !entries.isEmpty { try await store.append(entries, under: lease) }
    }

    /// The journal tells what became a resource, and as what.
    private func adoptionEntries(_ row: ResourceRecord, _ run: String) -> [JournalEntry] {
        let now = surroundings.clock.now()
        var operation = OperationRecord(
            token: surroundings.newToken(), run: run, identity: row.identity, effect: .adopt(kind: row.kind),
            status: .succeeded, inputs: row.inputs, started: now, ended: now)
        operation.outputs = row.outputs
        return [.intent(operation, .put(row))]
    }

    /// The journal tells of a move too, so that a version's addresses are known.
    private func moveEntries(
        from former: ResourceIdentity, to row: ResourceRecord, _ run: String
    ) -> [JournalEntry] {
        let now = surroundings.clock.now()
        let operation = OperationRecord(
            token: surroundings.newToken(), run: run, identity: row.identity, effect: .move(from: former.address),
            status: .succeeded, inputs: [:], started: now, ended: now)
        return [.intent(operation, .move(from: former, to: row))]
    }

    /// Composites whose children are all there, and those that are declared no more.
    ///
    /// - Parameter leftOut: Changes that the plan does not make: what they are a part of stays as it was.
    private func recordComposites(
        _ program: Program, _ leftOut: Set<Address>, _ snapshot: LedgerSnapshot, _ state: ApplyState, _ lease: Lease
    ) async throws(Diagnostic) {
        let entries = CompositeRows(
            program, records: state.records, recorded: snapshot.records, leftOut: leftOut,
            now: surroundings.clock.now()
        ).entries
        if !entries.isEmpty { try await store.append(entries, under: lease) }
    }
}
