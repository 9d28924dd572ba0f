// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning

extension SimulatedProcess: LedgerStore {
    func snapshot(environment: String, module: String) async throws(Diagnostic) -> LedgerSnapshot {
        try look { content in
            LedgerSnapshot(
                environment: environment, module: module, version: content.version,
                records: Dictionary(
                    content.rows.values.map { ($0.identity.address, $0) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    func records(environment: String) async throws(Diagnostic) -> [ResourceRecord] {
        try look { $0.rows.values.sorted { $0.identity.address < $1.identity.address } }
    }

    func withLease<T: Sendable>(
        _ scope: LeaseScope, wait: Duration, _ body: @Sendable (Lease) async throws(Diagnostic) -> T
    ) async throws(Diagnostic) -> T {
        guard disk.take(scope, for: ObjectIdentifier(self)) else {
            throw Diagnostic(.callConflict, "somebody else holds it: \(scope)")
        }
        defer { disk.free(scope, of: ObjectIdentifier(self)) }
        let epoch = try write("the lease") { content in
            content.epochs[scope, default: 0] += 1
            return .success(content.epochs[scope] ?? 0)
        }
        return try await body(Lease(scope: scope, epoch: epoch))
    }

    func withClaims<T: Sendable>(
        wait: Duration, _ body: @Sendable (any TableClaims) async throws(Diagnostic) -> T
    ) async throws(Diagnostic) -> T {
        try await body(SimulatedClaims())
    }

    func beginRun(_ run: RunRecord) async throws(Diagnostic) -> RunRecord {
        let bug = bug
        return try write("the beginning of a run") { content in
            if let lease = run.parentLease, content.epochs[lease.scope] != lease.epoch {
                return .failure(Diagnostic(.callConflict, "the lease was taken over"))
            }
            var run = run
            run.id = RunName(Int64(content.runs.count + 1), run.purpose).description
            content.runs.append(run)
            if let index = run.parentOperation.flatMap({ content.operation($0) }), bug != .losesParts {
                content.operations[index].handle = run.id
            }
            return .success(run)
        }
    }

    func append(_ entries: [JournalEntry], under lease: Lease) async throws(Diagnostic) {
        let bug = bug
        try write(Self.text(entries)) { content -> Result<Void, Diagnostic> in
            guard content.epochs[lease.scope] == lease.epoch else {
                return .failure(Diagnostic(.callConflict, "the lease was taken over"))
            }
            var changed = content
            changed.version += 1
            for entry in entries where bug != .losesEnds || !entry.isLost(among: entries) {
                if case .failure(let diagnostic) = Self.take(entry, into: &changed, bug) { return .failure(diagnostic) }
            }
            content = changed
            return .success(())
        }
        remote.trace.note("  wrote \(Self.text(entries))")
    }

    private static func take(
        _ entry: JournalEntry, into content: inout SimulatedDisk.Content, _ bug: PlantedBug?
    ) -> Result<Void, Diagnostic> {
        switch entry {
        case .intent(let operation, let change):
            if bug == .forgetsIntents { return .success(()) }
            if content.operation(operation.token) != nil {
                return .failure(Diagnostic(.callConflict, "the token \(operation.token) is used twice"))
            }
            content.operations.append(operation)
            if let change { take(change, into: &content) }
        case .result(let result, let change):
            if let index = content.operation(result.token), content.operations[index].status == .intended {
                content.operations[index].status = result.status
                content.operations[index].outputs = result.outputs
                content.operations[index].failure = result.failure
                content.operations[index].ended = result.ended
                content.ends[result.token] = content.version
            } else if bug != .forgetsIntents {
                return .failure(Diagnostic(.callConflict, "\(result.token) has no open intent"))
            }
            if let change { take(change, into: &content) }
        case .resource(let change): take(change, into: &content)
        case .audit(let line): content.audit.append(line)
        case .undo(let token, _, let isDone):
            guard let index = content.operation(token),
                [.succeeded, .undoing, .intended, .cancelled, .failed].contains(content.operations[index].status)
            else { return .failure(Diagnostic(.callConflict, "\(token) was not done")) }
            if bug == .forgetsUndone, isDone { break }
            content.operations[index].status = isDone ? .undone : .undoing
            if content.marks[token] == nil { content.marks[token] = content.version }
        case .handle(let token, let handle):
            guard let index = content.operation(token), content.operations[index].status == .intended else {
                return .failure(Diagnostic(.callConflict, "\(token) has no open intent"))
            }
            if let earlier = content.operations[index].handle, earlier != handle {
                return .failure(Diagnostic(.callConflict, "\(token) is \(earlier) and becomes \(handle)"))
            }
            content.operations[index].handle = handle
        case .pause(let token, _, let pause):
            guard let index = content.operation(token), content.operations[index].status == .intended else {
                return .failure(Diagnostic(.callConflict, "\(token) has no open intent"))
            }
            content.pauses[token] = pause
        }
        return .success(())
    }

    private static func take(_ change: ResourceChange, into content: inout SimulatedDisk.Content) {
        switch change {
        case .put(let row): content.rows[row.identity] = row
        case .remove(let identity): content.rows[identity] = nil
        case .move(let former, let row):
            content.rows[former] = nil
            content.rows[row.identity] = row
        }
    }

    private static func text(_ entries: [JournalEntry]) -> String {
        entries.map { entry in
            switch entry {
            case .intent(let operation, let change):
                "intent \(operation.token.text.suffix(6)) \(operation.identity.address) \(text(change))"
            case .undo(let token, _, let isDone): "\(isDone ? "undone" : "undoing") \(token.text.suffix(6))"
            case .pause(let token, _, let pause): "pause \(token.text.suffix(6)) \(pause.text)"
            case .handle(let token, _): "handle \(token.text.suffix(6))"
            case .result(let result, let change):
                "\(result.status) \(result.token.text.suffix(6)) \(text(change))"
            case .resource(let change): text(change)
            case .audit(let line): "audit \(line.action)"
            }
        }.joined(separator: "; ")
    }

    private static func text(_ change: ResourceChange?) -> String {
        switch change {
        case .put(let row)?: "\(row.identity.address) \(row.status)"
        case .remove(let identity)?: "\(identity.address) removed"
        case .move(let former, let row)?: "\(former.address) is \(row.identity.address)"
        case nil: "nothing"
        }
    }

    func endRun(
        _ id: String, status: RunRecord.Status, outputs: ObjectValue, failure: FailureRecord?, at time: Timestamp,
        audit line: AuditEntry?
    ) async throws(Diagnostic) {
        try write("the end of a run", isSynced: false) { content -> Result<Void, Diagnostic> in
            guard let index = content.runs.firstIndex(where: { $0.id == id }) else {
                return .failure(Diagnostic(.callNotFound, "there is no \(id)"))
            }
            content.runs[index].status = status
            content.runs[index].outputs = outputs
            content.runs[index].ended = time
            if let line { content.audit.append(line) }
            return .success(())
        }
    }

    func reopenRun(_ id: String) async throws(Diagnostic) {
        try write("the reopening of a run", isSynced: false) { content -> Result<Void, Diagnostic> in
            guard let index = content.runs.firstIndex(where: { $0.id == id }) else {
                return .failure(Diagnostic(.callNotFound, "there is no \(id)"))
            }
            content.runs[index].status = .running
            return .success(())
        }
    }

    func parts(of run: String) async throws(Diagnostic) -> [RunRecord] {
        try look { content in content.runs.filter { $0.parent == run } }
    }

    func isDue(run id: String, now: Timestamp) async throws(Diagnostic) -> Bool {
        try look { $0.isDue(run: id, now: now) }
    }

    func signals(run id: String) async throws(Diagnostic) -> [String: StepSignal] {
        try look { $0.signals[id] ?? [:] }
    }

    func runs(environment: String?, limit: Int) async throws(Diagnostic) -> [RunRecord] {
        try look { Array($0.runs.reversed().prefix(limit)) }
    }

    func run(_ id: String) async throws(Diagnostic) -> RunRecord? {
        try look { content in content.runs.first { $0.id == id } }
    }

    func operations(run id: String) async throws(Diagnostic) -> [OperationRecord] {
        try look { content in content.operations.filter { $0.run == id } }
    }

    func openOperations(environment: String) async throws(Diagnostic) -> [OperationRecord] {
        guard bug == .guesses else { return try look { $0.open } }
        return try write("a guess") { content in
            for operation in content.open {
                guard let index = content.operation(operation.token) else { continue }
                content.operations[index].status = .failed
                content.rows[operation.identity] = nil
            }
            return .success([])
        }
    }

    func succeededOperation(contentKey: String) async throws(Diagnostic) -> OperationRecord? { nil }

    func consumePlan(digest: String, at time: Timestamp) async throws(Diagnostic) {}

    func audit(_ entry: AuditEntry) async throws(Diagnostic) {
        try write("a line of the audit trail", isSynced: false) { content -> Result<Void, Diagnostic> in
            content.audit.append(entry)
            return .success(())
        }
    }

    func backUp() async throws(Diagnostic) {}
}

/// Nobody else writes tables here.
private struct SimulatedClaims: TableClaims {
    func claim(_ table: String, of resource: ResourceIdentity) async throws(Diagnostic) {}
}

extension JournalEntry {
    fileprivate func isLost(among entries: [JournalEntry]) -> Bool {
        guard case .result = self else { return false }
        return entries.contains { if case .intent = $0 { true } else { false } }
    }
}
