// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Does one effect on one resource: intent, call, result.
struct ResourceOperation: Sendable {
    let store: any LedgerStore
    let surroundings: ExecutionSurroundings
    let settler: Settler
    let program: Program
    let run: String
    let lease: Lease
    /// What the change before has left to be written, together with the first intent of this one.
    let carried: CarriedResult

    /// How one effect ended.
    enum Outcome: Sendable {
        /// The row as it is now; nil after a delete.
        case done(ResourceRecord?)
        /// The effect happened; the entries that say so are still to be written.
        case unwritten(ResourceRecord?, [JournalEntry])
        /// It was done, and a policy's `ensure` does not hold for what came out.
        case broken(ResourceRecord?, [Diagnostic])
        /// The effect did not happen, or only in part; the ledger says which.
        case failed(Diagnostic)
        /// It was asked to stop, and the effect did not happen.
        case stopped
        /// The ledger itself cannot be written.
        case lost(Diagnostic)
    }

    /// - Parameters:
    ///   - row: As it is before the effect; for a create as it shall be.
    ///   - version: The version that the thing must still have; nil where its platform tells none.
    ///   - also: Written together with the intent.
    ///   - isLast: True where the caller may write the result with what comes next.
    func perform(
        _ effect: ResourceEffect, row: ResourceRecord, inputs: ObjectValue, version: String? = nil,
        also: [JournalEntry] = [], isLast: Bool = true
    ) async -> Outcome {
        var pending = row
        switch effect {
        case .create: pending.status = .creating
        case .update: pending.status = .updating
        case .delete: pending.status = .deleting
        }
        pending.changed = surroundings.clock.now()
        let operation = OperationRecord(
            token: surroundings.newToken(), run: run, identity: row.identity, effect: .resource(effect, kind: row.kind),
            attempt: row.status == .incomplete ? 2 : 1, inputs: inputs, started: pending.changed)
        do {
            try await store.append(carried.entries + also + [.intent(operation, .put(pending))], under: lease)
        } catch {
            return .lost(error)
        }
        carried.noteWritten()
        let answer = await surroundings.interruption.cancellable { [self] in
            await call(effect, row, inputs, version, operation)
        }
        do {
            switch answer {
            case .succeeded(let outputs):
                let (row, result) = await succeeded(effect, pending, inputs, outputs, operation)
                if isLast { return .unwritten(row, [result]) }
                try await store.append([result], under: lease)
                return .done(row)
            case .failed(let error): return try await fail(effect, pending, row, error, operation)
            case .notBegun(let error):
                return try await giveUp(.didNotHappen, effect, pending, row, error, operation)
            }
        } catch {
            return .lost(error)
        }
    }

    private enum Answer: Sendable {
        case succeeded(ObjectValue)
        case failed(CallError)
        /// There was nobody to call.
        case notBegun(CallError)
    }

    private func call(
        _ effect: ResourceEffect, _ row: ResourceRecord, _ inputs: ObjectValue, _ version: String?,
        _ operation: OperationRecord
    ) async -> Answer {
        let provider: any Provider
        do {
            provider = try await surroundings.gateway.provider(row.provider, environment: row.identity.environment)
        } catch {
            return .notBegun(error)
        }
        let context = CallContext(token: operation.token, run: run, operation: row.identity.address.text)
        let address = row.identity.address
        let paced = PacedCall(
            lane: Lane(row.provider, kind: row.kind), purpose: .effect, surroundings: surroundings,
            onRetry: { surroundings.onEvent(.operationRetry(address, after: $0, failure: $1)) })
        do throws(CallError) {
            switch effect {
            case .create:
                let request = CreateRequest(kind: row.kind, identity: row.identity, inputs: inputs, context: context)
                return Self.answer(
                    try await surroundings.traced(context) { () async throws(CallError) in
                        try await paced { () async throws(CallError) in try await provider.create(request).outputs }
                    })
            case .update:
                var request = UpdateRequest(
                    kind: row.kind, identity: row.identity, priorInputs: row.inputs, priorOutputs: row.outputs,
                    inputs: inputs, context: context)
                request.expectedVersion = version
                return Self.answer(
                    try await surroundings.traced(context) { [request] () async throws(CallError) in
                        try await paced { () async throws(CallError) in try await provider.update(request).outputs }
                    })
            case .delete:
                var request = DeleteRequest(
                    kind: row.kind, identity: row.identity, inputs: row.inputs, outputs: row.outputs, context: context)
                request.expectedVersion = version
                try await surroundings.traced(context) { [request] () async throws(CallError) in
                    try await paced { () async throws(CallError) in try await provider.delete(request) }
                }
                return .succeeded([:])
            }
        } catch {
            return .failed(error)
        }
    }

    private static func answer(_ outputs: ObjectValue) -> Answer {
        OutputLimit.problem(of: outputs).map { .failed($0) } ?? .succeeded(outputs)
    }

    private func succeeded(
        _ effect: ResourceEffect, _ pending: ResourceRecord, _ inputs: ObjectValue, _ outputs: ObjectValue,
        _ operation: OperationRecord
    ) async -> (ResourceRecord?, JournalEntry) {
        var row = pending
        row.fingerprints = effect == .delete ? [:] : await fingerprints(of: inputs)
        row.changed = surroundings.clock.now()
        let result = OperationResult(
            token: operation.token, status: .succeeded, outputs: outputs, ended: row.changed)
        if effect == .delete { return (nil, .result(result, .remove(row.identity))) }
        row.status = .ready
        row.inputs = inputs
        row.outputs = outputs
        return (row, .result(result, .put(row)))
    }

    /// None where they cannot be made: what happened is recorded all the same.
    private func fingerprints(of inputs: ObjectValue) async -> [String: String] {
        let secrets = inputs.secrets
        if secrets.isEmpty { return [:] }
        do { return try await surroundings.fingerprints.fingerprints(of: secrets, isRecorded: true) } catch {
            return [:]
        }
    }

    /// A failed call may have had its effect: the platform is asked before anything is written.
    private func fail(
        _ effect: ResourceEffect, _ pending: ResourceRecord, _ before: ResourceRecord, _ error: CallError,
        _ operation: OperationRecord
    ) async throws(Diagnostic) -> Outcome {
        if error.hadNoEffect { return try await giveUp(.didNotHappen, effect, pending, before, error, operation) }
        var diagnostic = placed(error, effect, before)
        let account = await settler.account(of: operation, effect, pending)
        let settlement = account.settlement
        if case .happened = settlement {
            let isUnheard = error.reason == .lost || error.reason == .timedOut || error.reason == .cancelled
            if (isUnheard && !account.isInPart) || effect == .delete {
                try await settler.recordSettlement(settlement, operation, effect, pending, under: lease)
                let rows = try await store.snapshot(
                    environment: before.identity.environment, module: before.identity.module)
                return .done(rows.records[before.identity.address])
            }
            try await settler.recordIncomplete(account, operation, pending, diagnostic, under: lease)
            return .failed(diagnostic)
        }
        if case .cannotTell(let reason) = settlement {
            diagnostic.notes.append("whether it happened cannot be told: \(reason)")
            diagnostic.help.append("apply    asks the platform again before it does anything else")
            return .failed(diagnostic)
        }
        return try await giveUp(settlement, effect, pending, before, error, operation)
    }

    /// What went wrong, at the declaration of the thing or the field that is at fault.
    private func placed(_ error: CallError, _ effect: ResourceEffect, _ row: ResourceRecord) -> Diagnostic {
        var diagnostic = error.diagnostic
        let address = row.identity.address
        if diagnostic.labels.isEmpty, let place = program.place(of: error.field, in: address) {
            diagnostic.labels = [DiagnosticLabel(place, "\(effect.inProgress) \(address)")]
        } else {
            diagnostic.notes.insert("while \(effect.inProgress) \(address)", at: 0)
        }
        return diagnostic
    }

    /// Records that the effect did not happen, and why.
    private func giveUp(
        _ settlement: Settlement, _ effect: ResourceEffect, _ pending: ResourceRecord, _ before: ResourceRecord,
        _ error: CallError, _ operation: OperationRecord
    ) async throws(Diagnostic) -> Outcome {
        let diagnostic = placed(error, effect, before)
        var row = pending
        row.inputs = before.inputs
        try await settler.recordSettlement(
            settlement, operation, effect, row, failure: diagnostic, under: lease)
        let isStopped = error.reason == .cancelled && surroundings.interruption.wish == .stopNow
        return isStopped ? .stopped : .failed(diagnostic)
    }
}

extension ResourceEffect {
    /// What is being done to the thing.
    fileprivate var inProgress: String {
        switch self {
        case .create: "creating"
        case .update: "updating"
        case .delete: "deleting"
        }
    }
}
