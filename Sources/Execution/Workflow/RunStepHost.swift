// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Synchronization

/// What a step of a run may ask of the host.
struct RunStepHost: StepHost {
    let services: any HostServices
    let store: any LedgerStore
    let lease: Lease
    let gateway: any ProviderGateway
    let program: Program
    let records: [Address: ResourceRecord]
    let claims: RunClaims
    private let handles = Handles()

    /// How the outside names what is under way in this process.
    private final class Handles: Sendable {
        let known = Mutex<[OperationToken: String]>([:])
    }

    func facet(named name: String, of resource: Address) async throws(CallError) -> any Facet {
        let row = try offered.row(offering: name, at: resource)
        let facet = try await offered.facet(named: name, of: row)
        guard let tables = facet as? any TableStore else { return facet }
        return ClaimedTables(tables: tables, resource: row.identity, claims: claims)
    }

    /// Keeps other runs from writing tables that an earlier run or process wrote and a step of this one will read.
    func claim(_ writes: [Reference]) async throws(CallError) {
        for table in writes where table.type == "Table" {
            guard let resource = table.resource, program.resource(resource) != nil else { continue }
            let row: ResourceRecord
            do throws(CallError) {
                row = try offered.row(offering: "TableStore", at: resource)
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
        handles.known.withLock { $0[context.token] = handle }
    }

    /// The handle that was recorded for an operation in this process.
    func takeHandle(of token: OperationToken) -> String? {
        handles.known.withLock { $0.removeValue(forKey: token) }
    }

    func signal(_ name: String, _ context: CallContext) async throws(CallError) -> StepSignal? {
        do {
            return try await store.signals(run: context.run)[name]
        } catch {
            throw CallError(.failed, error)
        }
    }

    private var offered: OfferedFacets { OfferedFacets(gateway: gateway, program: program, records: records) }
}
