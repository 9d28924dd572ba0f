// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// The project's ledger: resource rows, runs and their operations.
///
/// Every failure is a `Diagnostic`. What a writing call was given is durable when it returns; calls that arrive
/// together share a commit.
package protocol LedgerStore: Sendable {
    /// The rows of a module; empty where nothing was ever applied.
    func snapshot(environment: String, module: String) async throws(Diagnostic) -> LedgerSnapshot

    /// The rows of every module of an environment, by module and address.
    func records(environment: String) async throws(Diagnostic) -> [ResourceRecord]

    /// Holds a lease while the body runs. Frees it at the end, whatever happens; the kernel frees it at death.
    ///
    /// - Parameter wait: How long to wait for another holder; zero for not at all.
    /// - Throws: A diagnostic that names the holder and since when, or what the body throws.
    func withLease<T: Sendable>(
        _ scope: LeaseScope, wait: Duration, _ body: @Sendable (Lease) async throws(Diagnostic) -> T
    ) async throws(Diagnostic) -> T

    /// Lets a run claim tables while the body runs; all of them are free at its end, or at the process's death.
    ///
    /// - Parameter wait: How long to wait for another run that has a table; zero for not at all.
    func withClaims<T: Sendable>(
        wait: Duration, _ body: @Sendable (any TableClaims) async throws(Diagnostic) -> T
    ) async throws(Diagnostic) -> T

    /// Opens a run, and notes in the audit trail that it began; its `id` is given by the ledger.
    func beginRun(_ run: RunRecord) async throws(Diagnostic) -> RunRecord

    /// Writes entries, all or none.
    ///
    /// - Throws: A diagnostic where the lease was taken over by another process meanwhile; then nothing is written.
    func append(_ entries: [JournalEntry], under lease: Lease) async throws(Diagnostic)

    /// Marks a run that had ended, or waits, as being under way again.
    func reopenRun(_ id: String) async throws(Diagnostic)

    /// What was given to a run that waits, by name.
    func signals(run id: String) async throws(Diagnostic) -> [String: StepSignal]

    /// The runs that are parts of a run, the oldest first.
    func parts(of run: String) async throws(Diagnostic) -> [RunRecord]

    /// Whether something has come for which a run waits, or a part of it.
    func isDue(run id: String, now: Timestamp) async throws(Diagnostic) -> Bool

    /// Ends a run; one that waits has no end yet.
    ///
    /// - Parameter line: What the audit trail says of it; nil where it says so by another line.
    func endRun(
        _ id: String, status: RunRecord.Status, outputs: ObjectValue, failure: FailureRecord?, at time: Timestamp,
        audit line: AuditEntry?
    ) async throws(Diagnostic)

    /// The newest runs first.
    func runs(environment: String?, limit: Int) async throws(Diagnostic) -> [RunRecord]

    func run(_ id: String) async throws(Diagnostic) -> RunRecord?

    /// In the order in which they were intended.
    func operations(run id: String) async throws(Diagnostic) -> [OperationRecord]

    /// Resource operations without a result, of any module of the environment.
    func openOperations(environment: String) async throws(Diagnostic) -> [OperationRecord]

    /// The newest operation that succeeded under a content key; nil where there is none.
    func succeededOperation(contentKey: String) async throws(Diagnostic) -> OperationRecord?

    /// Marks a saved plan as applied.
    ///
    /// - Throws: A diagnostic where it was applied before.
    func consumePlan(digest: String, at time: Timestamp) async throws(Diagnostic)

    /// Appends to the audit trail: who did what, when, from where.
    func audit(_ entry: AuditEntry) async throws(Diagnostic)

    /// Makes a backup if rows changed since the newest one, and keeps ten.
    func backUp() async throws(Diagnostic)
}

/// What a lease excludes others from.
package enum LeaseScope: Sendable, Hashable, CustomStringConvertible {
    /// Changing resources of an environment.
    case apply(environment: String)
    /// Executing a run.
    case run(id: String)
    /// Executing runs of one workflow, which write the same tables, objects and models.
    case workflow(String, module: String, environment: String)
    /// Executing a run that writes a table of a native resource.
    case table(String, of: ResourceIdentity)
    /// Starting workflows by their triggers.
    case serve(environment: String)

    package var description: String {
        switch self {
        case .apply(let environment): "apply in environment \(environment)"
        case .run(let id): "run \(id)"
        case .workflow(let name, let module, let environment):
            "workflow \(name) of module \(module) in environment \(environment)"
        case .table(let name, let resource): "table \(name) of \(resource)"
        case .serve(let environment): "triggers in environment \(environment)"
        }
    }
}

/// Proof that a lease is held; every journal write under it is refused once another process took it over.
package struct Lease: Sendable, Hashable {
    package let scope: LeaseScope
    /// Raised each time the lease is taken.
    package let epoch: Int64

    package init(scope: LeaseScope, epoch: Int64) {
        self.scope = scope
        self.epoch = epoch
    }
}

/// A line of the audit trail.
package struct AuditEntry: Sendable, Hashable {
    package var time: Timestamp
    /// The user's name.
    package var actor: String
    /// The machine's name.
    package var host: String
    /// The verb: `apply`, `destroy`, `run`, …
    package var action: String
    package var environment: String
    package var module: String
    /// What it did, in words; no secrets.
    package var detail: String

    package init(
        time: Timestamp, actor: String, host: String, action: String, environment: String, module: String,
        detail: String
    ) {
        self.time = time
        self.actor = actor
        self.host = host
        self.action = action
        self.environment = environment
        self.module = module
        self.detail = detail
    }
}
