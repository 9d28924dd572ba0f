// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension AthenaTables {
    func transform(_ request: TransformRequest) async throws(CallError) -> TransformResponse {
        try checkCancellation()
        try check(table: request.table)
        let old = try await catalog.table(request.table, request.context)
        if let old, old.token == request.context.token.text { return TransformResponse(old) }
        let entry: GlueTable
        switch (request.isView, request.mode) {
        case (true, .replace): entry = try await makeView(request, old)
        case (true, _): throw CallError(.invalid, "a view is replaced, not changed by \(request.mode.rawValue)")
        case (false, .append) where old != nil:
            let names = try await columns(of: request.statement, request.context).map(\.name)
            entry = try await append(request.statement, names, to: request.table, request.context)
        case (false, .replace), (false, .append): entry = try await replace(request, old)
        case (false, .merge): entry = try await merge(request, old)
        }
        return TransformResponse(entry)
    }

    private func replace(_ request: TransformRequest, _ old: GlueTable?) async throws(CallError) -> GlueTable {
        let columns = try await columns(of: request.statement, request.context)
        let stored = columns.map { "\($0.stored(dialect)) AS \(dialect.identifier($0.name))" }
        return try await write(
            SQLStatement(
                "SELECT \(stored.joined(separator: ", ")) FROM (\n\(request.statement.text)\n) AS converge_query",
                request.statement.parameters), columns, request, old)
    }

    /// Writes the old rows that stay and the new ones.
    private func merge(_ request: TransformRequest, _ old: GlueTable?) async throws(CallError) -> GlueTable {
        let columns = try await columns(of: request.statement, request.context)
        let merge = try AthenaMerge(into: old, of: columns, key: request.key, dialect)
        do throws(CallError) {
            return try await write(merge.statement(request.statement, columns), merge.columns, request, old)
        } catch { throw merge.meaning(error) }
    }

    /// Writes rows into a folder of its own, and points the table there.
    private func write(
        _ query: SQLStatement, _ columns: [AthenaColumn], _ request: TransformRequest, _ old: GlueTable?
    ) async throws(CallError) -> GlueTable {
        let context = request.context
        let place = try folder(of: request.table, context)
        // What a broken attempt of the same operation left would stand in the way.
        try await clear(place, context)
        let unload = SQLStatement(
            "UNLOAD (\n\(query.text)\n) TO '\(place.url)' WITH (format = 'PARQUET')", query.parameters)
        _ = try await run(context).execute(unload, token: nil)
        let entry = GlueTable(request.table, columns.map(\.column), .parquet, at: place)
            .written(by: context.token, rows: nil)
        try await swap(entry, old, context)
        return entry
    }

    /// Adds rows to a table that is there; Athena knows a repeat by the token.
    func append(
        _ statement: SQLStatement, _ columns: [String], to table: String, _ context: CallContext
    ) async throws(CallError) -> GlueTable {
        let names = columns.map(dialect.identifier).joined(separator: ", ")
        let insert = SQLStatement(
            "INSERT INTO \(dialect.identifier(table)) (\(names))\n\(statement.text)", statement.parameters)
        _ = try await run(context).execute(insert, token: context.token.text)
        return try await mark(table, context)
    }

    private func makeView(_ request: TransformRequest, _ old: GlueTable?) async throws(CallError) -> GlueTable {
        guard request.statement.parameters.isEmpty else {
            throw CallError(
                .unsupported(feature: "parameters of views"), "a view of Athena takes no values from outside",
                help: [#"materialize: "table", or write the values into the query's text"#])
        }
        // A table of the name would stand in the way.
        if let old, !old.isView {
            try await catalog.remove(request.table, request.context)
            try await removeFiles(of: old, request.context)
        }
        let view = SQLStatement(
            "CREATE OR REPLACE VIEW \(dialect.identifier(request.table)) AS\n\(request.statement.text)")
        _ = try await run(request.context).execute(view, token: nil)
        return try await mark(request.table, request.context)
    }

    /// Notes in the catalog which operation wrote last.
    private func mark(_ table: String, _ context: CallContext) async throws(CallError) -> GlueTable {
        guard let entry = try await catalog.table(table, context) else {
            throw CallError(.conflict, "the table '\(table)' was dropped while it was written")
        }
        let marked = entry.written(by: context.token, rows: nil)
        try await catalog.put(marked, replacing: entry, context)
        return marked
    }

    /// Points a table to its new files, and removes the old ones.
    func swap(_ entry: GlueTable, _ old: GlueTable?, _ context: CallContext) async throws(CallError) {
        try await catalog.put(entry, replacing: old, context)
        if let old, old.location != entry.location { try await removeFiles(of: old, context) }
    }
}

extension TransformResponse {
    fileprivate init(_ entry: GlueTable) { self.init(description: entry.description, reads: []) }
}
