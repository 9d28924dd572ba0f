// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The tables of a resource as a step of a run sees them: each is claimed for the run before it is written.
struct ClaimedTables: TableStore {
    let tables: any TableStore
    let resource: ResourceIdentity
    let claims: RunClaims

    var dialect: SQLDialect { tables.dialect }

    func transform(_ request: TransformRequest) async throws(CallError) -> TransformResponse {
        try await claims.claim(request.table, of: resource)
        return try await tables.transform(request)
    }

    func load(
        _ request: LoadRequest, _ body: @Sendable (any BatchInserter) async throws(CallError) -> Void
    ) async throws(CallError) -> TableDescription {
        try await claims.claim(request.table, of: resource)
        return try await tables.load(request, body)
    }

    func mount(_ table: Reference, context: CallContext) async throws(CallError) -> Reference {
        try await tables.mount(table, context: context)
    }

    func query(
        _ statement: SQLStatement, batchRows: Int, context: CallContext,
        _ onBatch: @Sendable ([TableColumn], ColumnBatch) throws(CallError) -> Bool
    ) async throws(CallError) -> [String] {
        try await tables.query(statement, batchRows: batchRows, context: context, onBatch)
    }

    func describe(_ table: String, context: CallContext) async throws(CallError) -> TableDescription? {
        try await tables.describe(table, context: context)
    }

    func drop(_ table: String, context: CallContext) async throws(CallError) {
        try await claims.claim(table, of: resource)
        try await tables.drop(table, context: context)
    }
}

/// The claims of a run, given up waiting for where the run shall end.
struct RunClaims: Sendable {
    let claims: any TableClaims
    let interruption: Interruption

    func claim(_ table: String, of resource: ResourceIdentity) async throws(CallError) {
        let result: Result<Void, Diagnostic> = await interruption.whileWaiting { [claims] begin in
            do throws(Diagnostic) {
                try await claims.claim(table, of: resource)
                begin()
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        guard case .failure(let diagnostic) = result else { return }
        throw CallError(interruption.wish == .none ? .conflict : .cancelled, diagnostic)
    }
}
