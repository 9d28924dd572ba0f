// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Synchronization

/// What a ledger has written, and what of it would be there after a crash.
final class SimulatedDisk: Sendable {
    struct Content: Sendable {
        var rows: [ResourceIdentity: ResourceRecord] = [:]
        var operations: [OperationRecord] = []
        var runs: [RunRecord] = []
        var audit: [AuditEntry] = []
        var version: Int64 = 0
        var epoch: Int64 = 0

        func operation(_ token: OperationToken) -> Int? { operations.firstIndex { $0.token == token } }

        var open: [OperationRecord] {
            operations.filter { operation in
                guard operation.status == .intended, case .resource = operation.effect else { return false }
                return true
            }
        }
    }

    private struct State {
        var durable = Content()
        var written = Content()
    }

    private let state = Mutex(State())

    var content: Content { state.withLock { $0.written } }

    /// - Parameter isSynced: False where the change may be lost until something later is synced.
    func write<T: Sendable>(isSynced: Bool, _ change: (inout Content) -> T) -> T {
        state.withLock { state in
            let result = change(&state.written)
            if isSynced { state.durable = state.written }
            return result
        }
    }

    /// The machine goes down: what was not synced is lost.
    func crash() { state.withLock { $0.written = $0.durable } }
}
