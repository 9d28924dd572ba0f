// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// What a step of a run may ask of the host.
struct RunStepHost: StepHost {
    let services: any HostServices
    let store: any LedgerStore
    let lease: Lease
    let gateway: any ProviderGateway
    let program: Program
    let records: [Address: ResourceRecord]
    let claims: RunClaims

    func facet(named name: String, of resource: Address) async throws(CallError) -> any Facet {
        let row = try row(offering: name, at: resource)
        let provider = try await gateway.provider(row.provider, environment: row.identity.environment)
        let facet = try await provider.facet(
            FacetRequest(
                facet: name, kind: row.kind, identity: row.identity, inputs: row.inputs, outputs: row.outputs))
        guard let tables = facet as? any TableStore else { return facet }
        return ClaimedTables(tables: tables, resource: row.identity, claims: claims)
    }

    /// Keeps other runs from writing tables that an earlier run or process wrote and a step of this one will read.
    func claim(_ writes: [Reference]) async throws(CallError) {
        for table in writes where table.type == "Table" {
            guard let resource = table.resource, program.resource(resource) != nil else { continue }
            let row: ResourceRecord
            do throws(CallError) {
                row = try self.row(offering: "TableStore", at: resource)
            } catch {
                // What is not there holds no table, which the reader will tell.
                continue
            }
            try await claims.claim(table.name, of: row.identity)
        }
    }

    func record(handle: String, _ context: CallContext) async throws(CallError) {
        do {
            try await store.append([.handle(context.token, handle)], under: lease)
        } catch {
            throw CallError(.failed, error)
        }
    }

    private func row(offering facet: String, at address: Address) throws(CallError) -> ResourceRecord {
        guard let node = program.resource(address) else {
            throw CallError(.notFound, "there is no resource \(address) in this module")
        }
        let candidates: [ResourceNode] =
            switch node.form {
            case .native: [node]
            case .composite(let composite): composite.children.compactMap { program.resource($0) }
            }
        for candidate in candidates {
            guard case .native(let kind, _) = candidate.form, kind.facets.contains(facet) else { continue }
            guard let row = records[candidate.address] else {
                throw CallError(
                    .notFound,
                    Diagnostic(
                        .notApplied, "\(candidate.address) is declared but not there yet",
                        help: ["apply FILE    makes it"]))
            }
            return row
        }
        throw CallError(
            .unsupported(feature: facet), "\(address) does not offer \(facet)", help: ["explain \(node.kindName)"])
    }
}
