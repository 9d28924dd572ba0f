// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Planner {
    /// The plan that takes what is there into the ledger.
    func refreshed() throws(Diagnostics) -> Plan {
        let nodes = Dictionary(
            program.resources.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let changes = observations.keys.sorted().compactMap { address -> PlannedChange? in
            guard let record = snapshot.records[address], let observation = observations[address] else { return nil }
            return refresh(record, observation, nodes[address]?.kindSchema)
        }
        let unchanged = PlannedAction.unchanged
        if selection.checksNames {
            // A name may mean what is right already.
            let known = snapshot.records.values.filter { $0.composite == nil }
                .map { self.change(of: $0, unchanged, reasons: []) }
            _ = try PlanChoice(selection, among: known, [], of: program)
        }
        func isWanted(_ change: PlannedChange) -> Bool {
            (selection.only.isEmpty || selection.only.contains { change.address.isMeant(by: $0) })
                && !selection.except.contains { change.address.isMeant(by: $0) }
        }
        var plan = Plan(
            environment: program.environment, module: program.module, ledgerVersion: snapshot.version,
            changes: changes.filter(isWanted), outputs: [:])
        plan.leftOut = changes.filter { !isWanted($0) }.map(\.address)
        plan.selection = selection
        return plan
    }

    private func change(of record: ResourceRecord, _ action: PlannedAction, reasons: [String]) -> PlannedChange {
        var change = PlannedChange(
            address: record.identity.address, kind: record.kind, provider: record.provider,
            schemaVersion: record.schemaVersion, action: action, reasons: reasons, inputs: record.inputs,
            dependencies: record.dependencies, isProtected: record.isProtected)
        (change.owner, change.ignored) = (record.owner, record.ignored)
        return change
    }

    /// Nil where what is there is what is recorded.
    private func refresh(
        _ record: ResourceRecord, _ observation: Observation, _ kind: ResourceKindSchema?
    ) -> PlannedChange? {
        guard case .found(let inputs, let outputs, let mark) = observation else {
            return change(of: record, .refresh, reasons: ["it is gone from the platform"])
        }
        let fields = kind?.fields ?? record.inputs.keys.map { FieldSchema($0, .any, "") }
        var differences = FieldComparison.differences(from: record.inputs, to: inputs, fields: fields)
        differences += FieldComparison.conditions(from: record.outputs, to: outputs, outputs: kind?.outputs ?? [])
        if differences.isEmpty, outputs == record.outputs { return nil }
        var change = change(of: record, .refresh, reasons: ["it is so on the platform"])
        (change.inputs, change.outputs, change.fields) = (inputs, outputs, differences)
        change.mark = mark
        return change
    }

    /// A recorded resource as it is now; nil where there is none.
    func present(_ address: Address) -> ObjectValue? {
        guard let record = snapshot.records[address] else { return nil }
        switch observations[address] {
        case .gone?: return nil
        case .found(let inputs, let outputs, _)?: return inputs.merging(outputs)
        case nil: return record.inputs.merging(record.outputs)
        }
    }

    func mark(of address: Address) -> ThingMark {
        if case .found(_, _, let mark)? = observations[address] { mark } else { ThingMark() }
    }
}
