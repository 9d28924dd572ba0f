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
        var epochs: [LeaseScope: Int64] = [:]
        /// What the steps that wait are waiting for.
        var pauses: [OperationToken: StepPause] = [:]
        /// What was given to runs, by name.
        var signals: [String: [String: StepSignal]] = [:]
        /// At which version an operation got its result, and at which a step was first marked as being taken back.
        var ends: [OperationToken: Int64] = [:]
        var marks: [OperationToken: Int64] = [:]

        /// The rows of things, without composites.
        var natives: [ResourceRecord] { rows.values.filter { $0.composite == nil } }

        /// The run that is no part of another one.
        var root: RunRecord? { runs.first { $0.parent == nil } }

        func operation(_ token: OperationToken) -> Int? { operations.firstIndex { $0.token == token } }

        /// Whether something has come for which a run waits, or a part of it.
        func isDue(run id: String, now: Timestamp) -> Bool {
            let isOwn = operations.contains { operation in
                guard operation.run == id, operation.status == .intended, let pause = pauses[operation.token]
                else { return false }
                return pause.until.map { $0 <= now } ?? false
                    || pause.signal.map { signals[id]?[$0] != nil } ?? false
            }
            return isOwn || runs.contains { $0.parent == id && isDue(run: $0.id, now: now) }
        }

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
        /// Who holds which lease: the system forgets it with the process.
        var holders: [LeaseScope: ObjectIdentifier] = [:]
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

    /// - Returns: False where somebody else holds it.
    func take(_ scope: LeaseScope, for process: ObjectIdentifier) -> Bool {
        state.withLock { state in
            guard state.holders[scope] == nil else { return false }
            state.holders[scope] = process
            return true
        }
    }

    /// - Parameter scope: Nil for all that the process holds.
    func free(_ scope: LeaseScope? = nil, of process: ObjectIdentifier) {
        state.withLock { state in
            state.holders = state.holders.filter { $1 != process || scope != nil && $0 != scope }
        }
    }

    /// A signal that was given is kept, and given once.
    func give(_ signal: StepSignal, _ name: String, to run: String) {
        write(isSynced: true) { content in
            if content.signals[run]?[name] == nil { content.signals[run, default: [:]][name] = signal }
        }
    }

    /// The machine goes down: what was not synced is lost.
    func crash() { state.withLock { $0.written = $0.durable } }
}
