// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// What is to be recorded of composites, which nothing but the ledger has: it follows from their parts.
package struct CompositeRows: Sendable {
    package private(set) var entries: [JournalEntry] = []

    /// - Parameters:
    ///   - records: The latest rows of the module.
    ///   - recorded: The rows of composites as they are recorded.
    ///   - leftOut: What a plan leaves as it is: composites of which that is a part are left, too.
    package init(
        _ program: Program, records: [Address: ResourceRecord], recorded: [Address: ResourceRecord],
        leftOut: Set<Address> = [], now: Timestamp
    ) {
        let state = ResourceState(recorded: records)
        var declared: Set<Address> = []
        for node in program.resources {
            guard case .composite(let form) = node.form else { continue }
            declared.insert(node.address)
            if form.children.contains(where: { leftOut.contains($0) }) { continue }
            guard form.children.allSatisfy({ records[$0]?.status == .ready }),
                let row = Self.row(
                    node, form, program, state,
                    wasProtected: ([node.address] + node.formerly).contains { recorded[$0]?.isProtected == true }, now)
            else { continue }
            var comparable = row
            comparable.changed = recorded[node.address]?.changed ?? row.changed
            if comparable != recorded[node.address] { entries.append(.resource(.put(row))) }
        }
        for record in recorded.values.sorted(by: { $0.identity.address < $1.identity.address }) {
            guard let composite = record.composite, !declared.contains(record.identity.address),
                !program.deferrals.contains(where: { $0.mayDeclare(record.identity.address) })
            else { continue }
            if composite.children.contains(where: { leftOut.contains($0) }) { continue }
            if composite.children.allSatisfy({ records[$0] == nil || !declared.isEmpty }) {
                entries.append(.resource(.remove(record.identity)))
            }
        }
    }

    /// Nil where its outputs cannot be evaluated yet.
    private static func row(
        _ node: ResourceNode, _ form: CompositeForm, _ program: Program, _ state: ResourceState, wasProtected: Bool,
        _ now: Timestamp
    ) -> ResourceRecord? {
        do {
            let outputs = try program.evaluation.outputs(of: node.address, in: state)
            // A part of it is decided in a later phase.
            if Value.object(outputs).containsUnknown { return nil }
            let parameters = try program.evaluation.parameters(of: node.address, in: state)
            return ResourceRecord(
                identity: ResourceIdentity(
                    environment: program.environment, module: program.module, address: node.address),
                kind: form.capability, schemaVersion: form.mappingVersion,
                provider: program.providers.first { $0.alias == form.provider }
                    ?? ProviderUse(alias: form.provider, plugin: form.provider),
                status: .ready, inputs: parameters, outputs: outputs, dependencies: form.children,
                isProtected: node.protection ?? wasProtected, composite: form, changed: now)
        } catch {
            return nil
        }
    }
}
