// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import FoundationEssentials
import Planning

extension Engine {
    /// The tables of a recorded resource, of itself or of the child that offers them.
    func tables(
        of record: ResourceRecord, among records: [ResourceRecord]
    ) async throws(Diagnostic) -> (store: any TableStore, holder: ResourceRecord) {
        let children = record.composite?.children ?? [record.identity.address]
        let holder = records.first { other in
            other.identity.module == record.identity.module && children.contains(other.identity.address)
                && other.composite == nil
                && schema(of: other.kind, plugin: other.provider.plugin)?.facets.contains("TableStore") ?? false
        }
        guard let holder else {
            throw Diagnostic(
                .noTables, "\(record.identity.address) is a \(record.kind), which holds no tables",
                help: ["explain TableStore    lists what does"])
        }
        do throws(CallError) {
            let provider = try await provider(holder.provider, environment: environment)
            let facet = try await provider.facet(
                FacetRequest(
                    facet: "TableStore", kind: holder.kind, identity: holder.identity, inputs: holder.inputs,
                    outputs: holder.outputs))
            guard let store = facet as? any TableStore else {
                throw CallError(.unsupported(feature: "TableStore"), "a \(holder.kind) does not offer TableStore")
            }
            return (store, holder)
        } catch {
            throw error.diagnostic
        }
    }
}
