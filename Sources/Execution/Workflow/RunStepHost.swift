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
    let records: KnownRecords
    let claims: RunClaims
    /// True of a run that waited: what has become of its parts meanwhile is what its steps waited for.
    let takesEndsOfParts: Bool
    /// Does what the host does for steps itself.
    let work: @Sendable (HostWork, StepRequest, RunStepHost) async throws(CallError) -> StepProgress
    private let handles = Handles()

    init(
        services: any HostServices, store: any LedgerStore, lease: Lease, gateway: any ProviderGateway,
        program: Program, records: KnownRecords, claims: RunClaims, takesEndsOfParts: Bool,
        work: @escaping @Sendable (HostWork, StepRequest, RunStepHost) async throws(CallError) -> StepProgress
    ) {
        self.services = services
        self.store = store
        self.lease = lease
        self.gateway = gateway
        self.program = program
        self.records = records
        self.claims = claims
        self.takesEndsOfParts = takesEndsOfParts
        self.work = work
    }

    /// How the outside names what is under way in this process.
    private final class Handles: Sendable {
        let known = Mutex<[OperationToken: String]>([:])
        /// The operations that came to wait in this process.
        let paused = Mutex<Set<OperationToken>>([])
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
        note(handle: handle, of: context.token)
    }

    /// Takes a handle that is recorded already.
    func note(handle: String, of token: OperationToken) { handles.known.withLock { $0[token] = handle } }

    func perform(_ work: HostWork, for request: StepRequest) async throws(CallError) -> StepProgress {
        try await self.work(work, request, self)
    }

    /// Takes that an operation waits.
    func notePause(of token: OperationToken) { _ = handles.paused.withLock { $0.insert(token) } }

    /// Whether a step was waiting for its part, so that the part's end is the step's.
    func waited(_ context: CallContext) -> Bool {
        takesEndsOfParts || handles.paused.withLock { $0.contains(context.token) }
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

    private var offered: OfferedFacets { OfferedFacets(gateway: gateway, program: program, records: records.present) }
}

/// The resources of the module as they are recorded; an apply that is a step of the run changes them.
final class KnownRecords: Sendable {
    private struct Content {
        var records: [Address: ResourceRecord]
        var isNew = false
    }

    private let content: Mutex<Content>

    init(_ records: [Address: ResourceRecord]) { content = Mutex(Content(records: records)) }

    var present: [Address: ResourceRecord] { content.withLock { $0.records } }

    func replace(by records: [Address: ResourceRecord]) {
        content.withLock { $0 = Content(records: records, isNew: true) }
    }

    /// What was replaced since it was asked last; nil where nothing was.
    func takeNew() -> ResourceState? {
        content.withLock { content in
            guard content.isNew else { return nil }
            content.isNew = false
            return ResourceState(recorded: content.records)
        }
    }
}

extension ResourceState {
    init(recorded records: [Address: ResourceRecord]) {
        self.init(records.compactMapValues { $0.composite == nil ? $0.inputs.merging($0.outputs) : nil })
    }
}
