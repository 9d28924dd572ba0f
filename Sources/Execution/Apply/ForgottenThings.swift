// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Things that the ledger let go of, for a module that goes back to when it had them.
package struct ForgottenThings: Sendable {
    private let store: any LedgerStore
    private let surroundings: ExecutionSurroundings

    package init(store: any LedgerStore, surroundings: ExecutionSurroundings) {
        self.store = store
        self.surroundings = surroundings
    }

    /// The snapshot with the rows of things that the program declares again and that are still there, as they are now.
    ///
    /// What is gone since is made anew, and so is what another resource has become meanwhile: that is said in the plan.
    ///
    /// - Throws: Where a platform cannot be read.
    package func takingBack(
        _ program: Program, in snapshot: LedgerSnapshot
    ) async throws(Diagnostics) -> LedgerSnapshot {
        var snapshot = snapshot
        let wanted = program.resources.compactMap { node -> ResourceRecord? in
            guard let record = snapshot.forgotten[node.address], snapshot.records[node.address] == nil,
                node.kindSchema?.name == record.kind
            else { return nil }
            return record
        }
        if wanted.isEmpty { return snapshot }
        var found: [Address: (id: String, record: ResourceRecord)] = [:]
        do throws(Diagnostic) {
            let managed = Set(
                try await store.records(environment: program.environment).filter { $0.composite == nil }
                    .map { Managed(kind: $0.kind, outputs: $0.outputs) })
            var asked = snapshot
            asked.records = Dictionary(
                wanted.map { record in
                    var record = record
                    record.status = .ready
                    return (record.identity.address, record)
                }, uniquingKeysWith: { first, _ in first })
            let observations = try await Refresher(surroundings: surroundings).observations(of: asked)
            for (address, record) in asked.records {
                switch observations[address] {
                case .found(let inputs, let outputs, _)?:
                    if managed.contains(Managed(kind: record.kind, outputs: outputs)) { continue }
                    var record = record
                    (record.inputs, record.outputs) = (inputs, outputs)
                    found[address] = (outputs["id"]?.string ?? address.text, record)
                case .gone?, nil:
                    // Nothing is left there that another would stand beside.
                    snapshot.forgotten[address] = nil
                }
            }
        } catch {
            throw Diagnostics([error])
        }
        return snapshot.adopting(found)
    }

    private struct Managed: Hashable {
        let kind: String
        let outputs: ObjectValue
    }
}
