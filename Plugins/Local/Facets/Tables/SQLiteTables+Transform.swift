// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension SQLiteTables {
    /// A query that was looked at: what it reads, and the columns it gives.
    struct Query {
        var statement: SQLStatement
        var reads: [String]
        var columns: [String]
        var affinities: [String]
        /// What columns of the same name are in the tables that are read.
        var readTypes: [String: ColumnType]
    }

    func transform(_ request: TransformRequest) async throws(CallError) -> TransformResponse {
        try checkCancellation()
        try check(table: request.table)
        let database = try await database()
        let book = TableBook(database: database)
        let entry = try await book.entry(request.table)
        let query = try await look(at: request.statement, book)
        if let entry, entry.token == request.context.token.text {
            return TransformResponse(description: try await description(entry), reads: query.reads)
        }
        let isSelfReading = query.reads.contains { $0.lowercased() == request.table.lowercased() }
        let version = version(of: request.table, token: request.context.token)
        let statements: [DatabaseStatement]
        switch (request.isView, request.mode, entry) {
        case (true, .replace, _):
            if isSelfReading {
                throw CallError(
                    .invalid, "the view '\(request.table)' would read itself",
                    help: ["give the step another name, or materialize a table"])
            }
            statements = try view(query, request, entry, version)
        case (true, _, _):
            throw CallError(.invalid, "a view is replaced, not changed by \(request.mode.rawValue)")
        case (false, .replace, _), (false, .append, nil):
            statements = replacing(query, request, entry, version, isSelfReading: isSelfReading)
        case (false, .append, let entry?): statements = try appending(query, request, entry, version)
        case (false, .merge, _): statements = try merging(query, request, entry, version)
        }
        do {
            _ = try await database.write(statements)
        } catch  where request.mode == .merge && error.diagnostic.message.contains("UNIQUE constraint failed") {
            throw .repeatedKey(request.key)
        }
        guard let written = try await book.entry(request.table) else {
            throw CallError(.conflict, "the table '\(request.table)' was dropped while it was written")
        }
        return TransformResponse(description: try await description(written), reads: query.reads)
    }

    private func look(at statement: SQLStatement, _ book: TableBook) async throws(CallError) -> Query {
        let text = SQLText(statement.text).statement
        if text.isEmpty { throw .notAQuery }
        let analysis = try await book.database.analysis(of: text)
        guard analysis.writes.isEmpty, !analysis.columns.isEmpty else { throw .notAQuery }
        var seen: Set<String> = []
        if let repeated = analysis.columns.first(where: { !seen.insert($0.lowercased()).inserted }) {
            throw .repeatedColumn(repeated)
        }
        // An empty temporary table with the query's columns shows how SQLite would store each.
        let probe = try await book.database.write([
            DatabaseStatement("drop table if exists temp.converge_probe"),
            DatabaseStatement(
                "create temp table converge_probe as select * from (\n\(text)\n) limit 0", statement.parameters),
            DatabaseStatement("select name, type from pragma_table_info('converge_probe', 'temp')"),
            DatabaseStatement("drop table temp.converge_probe")
        ])
        let rows = probe.count > 2 ? probe[2].rows : []
        var query = Query(
            statement: SQLStatement(text, statement.parameters), reads: tables(in: analysis.reads),
            columns: rows.compactMap { $0.first?.string }, affinities: rows.map { $0.last?.string ?? "" },
            readTypes: [:])
        for table in query.reads {
            for column in try await book.entry(table)?.columns ?? [] {
                query.readTypes[column.name.lowercased()] = column.type
            }
        }
        return query
    }

    private func typeExpressions(_ query: Query) -> [String] {
        zip(query.columns, query.affinities).map { column, affinity in
            let supposed = ColumnTyping.supposition(
                affinity: affinity, read: query.readTypes[column.lowercased()])
            return ColumnTyping.expression(
                quoted(column), supposed: supposed, isStored: ColumnTyping.isStored(affinity: affinity))
        }
    }

    func replacing(
        _ query: Query, _ request: TransformRequest, _ entry: TableBook.Entry?, _ version: String, isSelfReading: Bool
    ) -> [DatabaseStatement] {
        let table = quoted(request.table)
        let drop = entry.map { [dropping($0)] } ?? []
        let create = "create table \(table) as\n\(query.statement.text)"
        let parameters = query.statement.parameters
        let making =
            if isSelfReading {
                [
                    DatabaseStatement("drop table if exists temp.converge_aside"),
                    DatabaseStatement("create temp table converge_aside as\n" + query.statement.text, parameters)
                ] + drop + [
                    DatabaseStatement("create table \(table) as select * from temp.converge_aside"),
                    DatabaseStatement("drop table temp.converge_aside")
                ]
            } else {
                drop + [DatabaseStatement(create, parameters)]
            }
        return making
            + TableBook.recording(
                request.table, version: version, token: request.context.token,
                rows: "select coalesce(max(rowid), 0) from \(table)",
                types: ColumnTyping.types(typeExpressions(query), from: table))
    }

    private func view(
        _ query: Query, _ request: TransformRequest, _ entry: TableBook.Entry?, _ version: String
    ) throws(CallError) -> [DatabaseStatement] {
        let table = quoted(request.table)
        let text = try SQLText(query.statement.text).statement(with: query.statement.parameters)
        return (entry.map { [dropping($0)] } ?? []) + [
            DatabaseStatement("create view \(table) as\n\(text)")
        ]
            + TableBook.recording(
                request.table, version: version, token: request.context.token, rows: "null",
                types: ColumnTyping.types(typeExpressions(query), from: "(select * from \(table) limit 1000)"),
                isView: true)
    }
}
