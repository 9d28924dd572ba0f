// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Takes into the ledger what runs changed of resources: outputs such as the model that an endpoint serves now.
///
/// Nothing else does: they are no differences, so that neither a plan nor drift looks at them.
package struct OperationalOutputs: Sendable {
    private let store: any LedgerStore
    private let surroundings: ExecutionSurroundings

    package init(store: any LedgerStore, surroundings: ExecutionSurroundings) {
        self.store = store
        self.surroundings = surroundings
    }

    /// The resources whose kinds have operational outputs.
    package static func addresses(in program: Program) -> [Address] {
        program.resources.filter { node in
            guard case .native(let kind, _) = node.form else { return false }
            return kind.outputs.contains { $0.change == .operational }
        }.map(\.address)
    }

    /// Reads those resources and records what differs, with the composites that they belong to.
    ///
    /// - Parameter lease: The apply lease of the environment: an apply may be changing the same rows.
    package func record(_ program: Program, under lease: Lease) async throws(Diagnostic) {
        let addresses = Set(Self.addresses(in: program))
        if addresses.isEmpty { return }
        let snapshot = try await RowUpgrade(gateway: surroundings.gateway)
            .upgraded(store.snapshot(environment: program.environment, module: program.module))
        var chosen = snapshot
        chosen.records = snapshot.records.filter { addresses.contains($0.key) }
        let observations = try await Refresher(surroundings: surroundings).observations(of: chosen)
        let entries = entries(program, snapshot, observations)
        if !entries.isEmpty { try await store.append(entries, under: lease) }
    }

    private func entries(
        _ program: Program, _ snapshot: LedgerSnapshot, _ observations: [Address: Observation]
    ) -> [JournalEntry] {
        var records = snapshot.records
        var entries: [JournalEntry] = []
        let now = surroundings.clock.now()
        for (address, observation) in observations {
            guard case .found(_, let outputs, _) = observation, var record = records[address], record.outputs != outputs
            else { continue }
            record.outputs = outputs
            record.changed = now
            records[address] = record
            entries.append(.resource(.put(record)))
        }
        let state = ResourceState(
            records.compactMapValues { $0.composite == nil ? $0.inputs.merging($0.outputs) : nil })
        for (address, record) in snapshot.records where record.composite != nil {
            var record = record
            do throws(Diagnostics) {
                record.outputs = try program.evaluation.outputs(of: address, in: state)
            } catch { continue }
            if record.outputs == snapshot.records[address]?.outputs { continue }
            record.changed = now
            entries.append(.resource(.put(record)))
        }
        return entries
    }
}
