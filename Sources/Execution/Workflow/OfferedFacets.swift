// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// The way from the resources of a program to what their platforms offer to steps.
package struct OfferedFacets: Sendable {
    private let gateway: any ProviderGateway
    private let program: Program
    private let records: [Address: ResourceRecord]

    package init(gateway: any ProviderGateway, program: Program, records: [Address: ResourceRecord]) {
        self.gateway = gateway
        self.program = program
        self.records = records
    }

    /// - Throws: `CallError` where there is no such resource, it is not made yet, or does not offer the facet.
    package func facet(named name: String, of resource: Address) async throws(CallError) -> any Facet {
        try await facet(named: name, of: row(offering: name, at: resource))
    }

    func facet(named name: String, of row: ResourceRecord) async throws(CallError) -> any Facet {
        let provider = try await gateway.provider(row.provider, environment: row.identity.environment)
        return try await provider.facet(
            FacetRequest(
                facet: name, kind: row.kind, identity: row.identity, inputs: row.inputs, outputs: row.outputs))
    }

    func row(offering facet: String, at address: Address) throws(CallError) -> ResourceRecord {
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
