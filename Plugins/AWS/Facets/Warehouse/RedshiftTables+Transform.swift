// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension RedshiftTables {
    func transform(_ request: TransformRequest) async throws(CallError) -> TransformResponse {
        try checkCancellation()
        try check(table: request.table)
        let context = request.context
        let old: RedshiftEntry?
        let failures: Int
        switch try await before(request.table, context) {
        case .written(let entry): return TransformResponse(description: entry.description, reads: [])
        case .open(let entry, let count): (old, failures) = (entry, count)
        }
        var request = request
        request.statement.text = Self.bare(request.statement.text)
        let statements: RedshiftStatements
        switch (request.isView, request.mode) {
        case (true, .replace): statements = try view(request, old)
        case (true, _): throw CallError(.invalid, "a view is replaced, not changed by \(request.mode.rawValue)")
        case (false, let mode): statements = try await table(request, mode, old)
        }
        let now = try await write(statements, to: request.table, failures: failures, context)
        return TransformResponse(description: now.description, reads: [])
    }

    /// The text without what ends it.
    private static func bare(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
        return String(text)
    }

    private func table(
        _ request: TransformRequest, _ mode: WriteMode, _ old: RedshiftEntry?
    ) async throws(CallError) -> RedshiftStatements {
        let context = request.context
        let columns = try await columns(of: request.statement, context)
        try check(columns)
        let names = columns.map(\.name)
        let key = request.key.map { $0.lowercased() }
        if mode == .merge {
            if key.isEmpty {
                throw CallError(
                    .invalid, "a merge needs the key whose rows are replaced", help: [#"key: ["id"]"#])
            }
            if let stray = key.first(where: { !names.contains($0) }) {
                throw CallError.missingColumn(stray, in: "the query", known: names).about("key")
            }
        }
        var statements = RedshiftStatements()
        if let old, mode == .append {
            try check(columns, fit: old, by: "append")
            try statements.add(
                SQLStatement(
                    "INSERT INTO \(dialect.identifier(request.table)) (\(list(names)))\n\(request.statement.text)",
                    request.statement.parameters))
        } else {
            if let old, mode == .merge { try check(columns, fit: old, by: "merge") }
            statements.add(creation(aside(context), columns, isTemporary: true))
            try statements.add(
                SQLStatement(
                    "INSERT INTO \(aside(context)) (\(list(names)))\n\(request.statement.text)",
                    request.statement.parameters))
            if mode == .merge { addGuard(of: key, to: &statements, context) }
            if old != nil, mode == .merge {
                statements.add(removal(of: key, from: request.table, context))
                statements.add(moving(names, to: request.table, context))
            } else {
                for text in replacement(of: request.table, columns, old, context) { statements.add(text) }
            }
            statements.add("DROP TABLE \(aside(context))")
        }
        statements.add(try marking(request.table, rows: nil, context))
        return statements
    }

    /// Fails where several new rows have one key, which would leave it open which of them counts.
    private func addGuard(of key: [String], to statements: inout RedshiftStatements, _ context: CallContext) {
        let names = list(key)
        let repeated = "SELECT 1 FROM \(aside(context)) GROUP BY \(names) HAVING count(*) > 1"
        statements.add(
            "SELECT 1 / (CASE WHEN count(*) = 0 THEN 1 ELSE 0 END) FROM (\(repeated)) AS converge_repeated",
            meaning: CallError(
                .invalid, "the query gives several rows for one key (\(key.joined(separator: ", ")))",
                help: ["aggregate with `group by \(key.joined(separator: ", "))`, or add a column to `key`"]
            ).about("key"))
    }

    /// Removes the rows that new ones take the place of.
    private func removal(of key: [String], from table: String, _ context: CallContext) -> String {
        let (old, new) = (dialect.identifier(table), aside(context))
        let same = key.map { name -> String in
            let column = dialect.identifier(name)
            return "(\(old).\(column) = \(new).\(column) OR \(old).\(column) IS NULL AND \(new).\(column) IS NULL)"
        }
        return "DELETE FROM \(old) USING \(new) WHERE \(same.joined(separator: " AND "))"
    }

    private func view(_ request: TransformRequest, _ old: RedshiftEntry?) throws(CallError) -> RedshiftStatements {
        guard request.statement.parameters.isEmpty else {
            throw CallError(
                .unsupported(feature: "parameters of views"), "a view of Redshift takes no values from outside",
                help: [#"materialize: "table", or write the values into the query's text"#])
        }
        var statements = RedshiftStatements()
        if let old { statements.add(dropping(old)) }
        statements.add("CREATE VIEW \(dialect.identifier(request.table)) AS\n\(request.statement.text)")
        statements.add(try marking(request.table, isView: true, rows: nil, request.context))
        return statements
    }
}
