// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Synchronization

/// The locks of the tables that a run has written, kept until `free`.
actor HeldTables: TableClaims {
    private let ledger: ProjectLedger
    private let wait: Duration
    /// Two steps of the run may ask for one table at once: there is one task for it, owned by this actor.
    private var claims: [LeaseScope: Task<Result<HeldLock, Diagnostic>, Never>] = [:]

    init(ledger: ProjectLedger, wait: Duration) {
        self.ledger = ledger
        self.wait = wait
    }

    func claim(_ table: String, of resource: ResourceIdentity) async throws(Diagnostic) {
        // Some stores take names for one another that differ in their letters' case.
        let scope = LeaseScope.table(table.lowercased(), of: resource)
        let task = claims[scope] ?? begin(scope)
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        if case .failure(let diagnostic) = result {
            if claims[scope] == task { claims[scope] = nil }
            throw diagnostic
        }
    }

    private func begin(_ scope: LeaseScope) -> Task<Result<HeldLock, Diagnostic>, Never> {
        let task = Task { [ledger, wait] () -> Result<HeldLock, Diagnostic> in
            do throws(Diagnostic) {
                return .success(HeldLock(try await ledger.take(scope, wait: wait)))
            } catch {
                return .failure(error)
            }
        }
        claims[scope] = task
        return task
    }

    func free() async {
        for task in claims.values {
            if case .success(let held) = await task.value { held.free() }
        }
        claims = [:]
    }
}

/// A lock that several hold on to; the first `free` ends it.
private final class HeldLock: Sendable {
    private let lock: Mutex<LockFile?>

    init(_ lock: consuming LockFile) { self.lock = Mutex(lock) }

    func free() { lock.withLock { $0.take()?.free() } }
}
