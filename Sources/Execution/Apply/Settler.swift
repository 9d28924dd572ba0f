// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Planning

/// Accounts for resource operations that were interrupted between their effect and its record.
package struct Settler: Sendable {
    private let store: any LedgerStore
    private let surroundings: ExecutionSurroundings

    package init(store: any LedgerStore, surroundings: ExecutionSurroundings) {
        self.store = store
        self.surroundings = surroundings
    }

    /// Settles every open operation of the environment under its apply lease.
    ///
    /// - Returns: How many were settled.
    /// - Throws: One diagnostic for the first that nobody can account for; the others are settled all the same.
    package func settleAll(environment: String, under lease: Lease) async throws(Diagnostic) -> Int {
        let open = try await store.openOperations(environment: environment)
        if open.isEmpty { return 0 }
        let records = try await store.records(environment: environment)
        let byIdentity = Dictionary(records.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        var unaccounted: Diagnostic?
        for interrupted in open {
            guard let recorded = byIdentity[interrupted.identity], case .resource(let effect, _) = interrupted.effect
            else {
                try await close(interrupted, as: .failed, change: nil, under: lease)
                continue
            }
            let (record, operation) = try await RowUpgrade(gateway: surroundings.gateway)
                .upgraded(recorded, interrupted)
            let account = await account(of: operation, effect, record)
            if account.isInPart {
                let problem = Diagnostic(.callFailed, "the \(effect.rawValue) was interrupted and is done in part")
                try await recordIncomplete(account, operation, record, problem, under: lease)
                continue
            }
            try await recordSettlement(account.settlement, operation, effect, record, under: lease)
            if case .cannotTell(let reason) = account.settlement, unaccounted == nil {
                unaccounted = Diagnostic(
                    .cannotTell,
                    "nobody can tell whether the \(effect.rawValue) of \(operation.identity.address) happened: \(reason)",
                    help: [
                        "mend what keeps the platform from answering, or delete the thing by hand; then give the same "
                            + "command again"
                    ])
            }
        }
        if let unaccounted { throw unaccounted }
        return open.count
    }

    /// What became of an operation.
    struct Account: Sendable {
        var settlement: Settlement
        /// True where the effect can be seen to have happened in part only.
        var isInPart = false
    }

    /// Asks the platform what became of one operation, and whether all of it is there; never guesses.
    func account(
        of operation: OperationRecord, _ effect: ResourceEffect, _ record: ResourceRecord
    ) async -> Account {
        let settlement = await settlement(of: operation, effect, record)
        guard case .happened(let outputs) = settlement, effect != .delete else {
            return Account(settlement: settlement)
        }
        do {
            let isInPart = try await isInPart(operation, record, outputs)
            return Account(settlement: settlement, isInPart: isInPart)
        } catch {
            return Account(settlement: .cannotTell(reason: error.diagnostic.message))
        }
    }

    /// True where the thing is not as the operation shall have made it: its caller died, or was not answered, in the
    /// middle. One that its platform does not show yet is not known to be whole.
    private func isInPart(
        _ operation: OperationRecord, _ record: ResourceRecord, _ outputs: ObjectValue
    ) async throws(CallError) -> Bool {
        guard let schema = surroundings.gateway.schema(of: record.kind, plugin: record.provider.plugin) else {
            return false
        }
        let provider = try await surroundings.gateway.provider(
            record.provider, environment: record.identity.environment)
        let request = ReadRequest(
            kind: record.kind, identity: record.identity, inputs: operation.inputs, outputs: outputs,
            context: CallContext(
                token: operation.token, run: operation.run, operation: record.identity.address.text))
        let paced = PacedCall(
            lane: Lane(record.provider, kind: record.kind), purpose: .look, surroundings: surroundings)
        let answer = try await paced { () async throws(CallError) in try await provider.read(request) }
        guard case .found(let present, _) = answer else { return true }
        return !FieldComparison.differences(from: operation.inputs, to: present, fields: schema.fields).isEmpty
    }

    /// Why a thing that was not shown when the plan was made is not made anew: a platform may show late what it has.
    ///
    /// - Returns: Nil where it is gone indeed.
    func problem(ofReplacing record: ResourceRecord, in run: String) async -> Diagnostic? {
        let question = OperationRecord(
            token: surroundings.newToken(), run: run, identity: record.identity,
            effect: .resource(.delete, kind: record.kind), inputs: record.inputs, started: surroundings.clock.now())
        switch await settlement(of: question, .delete, record) {
        case .happened: return nil
        case .didNotHappen:
            return Diagnostic(
                .callConflict, "\(record.identity.address) is there, though its platform did not show it before",
                help: ["give the same command again once the platform shows it"])
        case .cannotTell(let reason):
            return Diagnostic(
                .cannotTell, "nobody can tell whether \(record.identity.address) is gone: \(reason)",
                help: ["give the same command again once the platform answers"])
        }
    }

    private func settlement(
        of operation: OperationRecord, _ effect: ResourceEffect, _ record: ResourceRecord
    ) async -> Settlement {
        do {
            let provider = try await surroundings.gateway.provider(
                record.provider, environment: record.identity.environment)
            let answer = try await provider.settle(
                SettleRequest(
                    kind: record.kind, identity: record.identity, effect: effect, inputs: operation.inputs,
                    priorOutputs: record.outputs,
                    context: CallContext(
                        token: operation.token, run: operation.run, operation: record.identity.address.text)))
            guard case .happened(let outputs) = answer else { return answer }
            return .happened(outputs: OutputLimit.kept(outputs))
        } catch {
            return .cannotTell(reason: error.diagnostic.message)
        }
    }

    /// Writes what a settlement means for the operation and its row.
    func recordSettlement(
        _ settlement: Settlement, _ operation: OperationRecord, _ effect: ResourceEffect, _ record: ResourceRecord,
        failure: Diagnostic? = nil, under lease: Lease
    ) async throws(Diagnostic) {
        var settled = record
        settled.changed = surroundings.clock.now()
        switch (settlement, effect) {
        case (.happened(let outputs), .create), (.happened(let outputs), .update):
            settled.status = .ready
            settled.inputs = operation.inputs
            settled.outputs = outputs
            // Which texts the secrets had at that time, nobody knows any more.
            settled.fingerprints = [:]
            try await close(operation, as: .succeeded, outputs: outputs, change: .put(settled), under: lease)
        case (.happened, .delete):
            try await close(operation, as: .succeeded, change: .remove(record.identity), under: lease)
        case (.didNotHappen, .create):
            try await close(operation, as: .failed, change: .remove(record.identity), failure: failure, under: lease)
        case (.didNotHappen, .update), (.didNotHappen, .delete):
            settled.status = operation.attempt > 1 ? .incomplete : .ready
            try await close(operation, as: .failed, change: .put(settled), failure: failure, under: lease)
        case (.cannotTell, _):
            return
        }
    }

    /// Writes that an effect happened in part: the next plan completes it.
    func recordIncomplete(
        _ account: Account, _ operation: OperationRecord, _ record: ResourceRecord, _ problem: Diagnostic,
        under lease: Lease
    ) async throws(Diagnostic) {
        var row = record
        row.status = .incomplete
        row.changed = surroundings.clock.now()
        if case .happened(let outputs) = account.settlement { row.outputs = outputs }
        try await close(operation, as: .failed, change: .put(row), failure: problem, under: lease)
    }

    private func close(
        _ operation: OperationRecord, as status: OperationRecord.Status, outputs: ObjectValue = [:],
        change: ResourceChange?, failure: Diagnostic? = nil, under lease: Lease
    ) async throws(Diagnostic) {
        let result = OperationResult(
            token: operation.token, status: status, outputs: outputs, failure: failure.map { FailureRecord($0) },
            ended: surroundings.clock.now())
        try await store.append([.result(result, change)], under: lease)
    }
}
