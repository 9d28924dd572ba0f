// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution
import GRDB

extension ProjectLedger {
    /// How often a lease that somebody holds is asked for again.
    private static let pause: Duration = .milliseconds(20)

    package func withLease<T: Sendable>(
        _ scope: LeaseScope, wait: Duration, _ body: @Sendable (Lease) async throws(Diagnostic) -> T
    ) async throws(Diagnostic) -> T {
        _ = try openedToWrite()
        let lock = try await take(scope, wait: wait)
        let outcome: Result<T, Diagnostic>
        do throws(Diagnostic) {
            let epoch = try await write { try $0.raiseEpoch(of: scope) }
            try await noteIfUnknown()
            outcome = .success(try await body(Lease(scope: scope, epoch: epoch)))
        } catch {
            outcome = .failure(error)
        }
        lock.free()
        return try outcome.get()
    }

    package func withClaims<T: Sendable>(
        wait: Duration, _ body: @Sendable (any TableClaims) async throws(Diagnostic) -> T
    ) async throws(Diagnostic) -> T {
        let held = HeldTables(ledger: self, wait: wait)
        let outcome: Result<T, Diagnostic>
        do throws(Diagnostic) {
            outcome = .success(try await body(held))
        } catch {
            outcome = .failure(error)
        }
        await held.free()
        return try outcome.get()
    }

    /// Who holds a lease now or held it last, as its lock file says; nil where nobody ever did.
    package func holder(of scope: LeaseScope) -> LeaseHolder? { LeaseHolder.read(files.lock(scope)) }

    /// True where a living process holds the lease.
    package func isHeld(_ scope: LeaseScope) throws(Diagnostic) -> Bool {
        do throws(StateFileError) { return try LockFile.isHeld(files.lock(scope)) } catch { throw error.diagnostic }
    }

    func take(_ scope: LeaseScope, wait: Duration) async throws(Diagnostic) -> LockFile {
        let path = files.lock(scope)
        let deadline = ContinuousClock.now.advanced(by: wait)
        while true {
            if let lock = try take(path) { return lock }
            if ContinuousClock.now >= deadline { throw .leaseHeld(scope, by: LeaseHolder.read(path), waited: wait) }
            do {
                try await Task.sleep(for: Self.pause)
            } catch {
                throw Diagnostic(
                    .applyInterrupted, "stopped while waiting for another process; nothing was changed",
                    notes: LeaseHolder.read(path).map { ["held by \($0.description), since \($0.since)"] } ?? [])
            }
        }
    }

    private func take(_ path: String) throws(Diagnostic) -> LockFile? {
        do throws(StateFileError) {
            guard let lock = try LockFile.take(path) else { return nil }
            var holder = holder
            holder.since = LeaseHolder.now()
            try lock.write(holder.content)
            return lock
        } catch {
            throw error.diagnostic
        }
    }

    /// Writes the project's file after the first commit.
    func noteIfUnknown() async throws(Diagnostic) {
        try await maintain { connection, db in
            if try !StateFile.exists(connection.files.project) { try connection.note(db, closed: nil) }
        }
    }
}

extension JournalTransaction {
    /// Nil where the lease was never taken.
    func epoch(of scope: LeaseScope) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT epoch FROM lease WHERE scope = ?"), arguments: [scope.description])
    }

    /// - Throws: A diagnostic where another process took the lease over.
    func check(_ lease: Lease, _ files: LedgerFiles) throws {
        guard try epoch(of: lease.scope) == lease.epoch else {
            throw Diagnostic.leaseLost(lease.scope, to: LeaseHolder.read(files.lock(lease.scope)))
        }
    }

    /// Epochs count through all leases of the project, so that none is ever given twice.
    func raiseEpoch(of scope: LeaseScope) throws -> Int64 {
        let epoch = try raise("epoch")
        try execute(
            "INSERT INTO lease VALUES (?, ?) ON CONFLICT (scope) DO UPDATE SET epoch = excluded.epoch",
            [scope.description, epoch])
        return epoch
    }
}

extension LeaseHolder {
    /// The holder that a lock file names; nil where it names none.
    static func read(_ path: String) -> LeaseHolder? {
        do throws(StateFileError) {
            return try StateFile.read(path, limit: 4096).flatMap { LeaseHolder(content: $0) }
        } catch {
            // That the lease is held is what counts; by whom is told where it is known.
            return nil
        }
    }

    package var description: String { "\(user) on \(host), process \(process), `\(command)`" }
}

extension Diagnostic {
    static func leaseHeld(_ scope: LeaseScope, by holder: LeaseHolder?, waited: Duration) -> Diagnostic {
        let help =
            switch scope {
            case .apply: "wait for it with `--wait 30s`, or end that process: its lease ends with it"
            case .run(let id): "wait for it with `--wait 30s`, or ask it to stop: `cancel \(id)`"
            case .workflow, .table:
                "wait for it with `--wait 30s`, or find it with `runs` and stop it with `cancel RUN`"
            case .serve: "end that process first: its lease ends with it"
            }
        let waiting = waited > .zero ? ", also after \(Value.duration(waited).literal)" : ""
        // A prompt executes runs behind itself.
        let isOwn = holder?.isThisProcess ?? false
        let who = isOwn ? "this process is \(scope.work) already" : "another process is \(scope.work)"
        return Diagnostic(
            .leaseHeld, who + waiting,
            notes: holder.map { ["held by \($0.description), since \($0.since)"] } ?? [], help: [help])
    }

    static func leaseLost(_ scope: LeaseScope, to holder: LeaseHolder?) -> Diagnostic {
        Diagnostic(
            .leaseLost, "another process took over \(scope.work)",
            notes: holder.map { ["taken by \($0.description), at \($0.since)"] } ?? [],
            help: ["give the command again once the other process is done"])
    }
}

extension LeaseScope {
    fileprivate var work: String {
        switch self {
        case .apply(let environment): "changing the resources of environment \(environment)"
        case .run(let id): "executing \(id)"
        case .workflow(let name, let module, let environment):
            "running the workflow \(name) of \(module) in environment \(environment)"
        case .table(let name, let resource):
            "running a workflow that writes the table \(name) of \(resource.address), of \(resource.module) "
                + "in environment \(resource.environment)"
        case .serve(let environment): "serving the triggers of environment \(environment)"
        }
    }
}
