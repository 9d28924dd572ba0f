// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The rows of a table after a merge, as one query that reads the old rows and the new ones once.
struct AthenaMerge: Sendable {
    /// Part of what Athena says where a key comes twice among the new rows.
    private static let mark = "converge_repeated_key_"

    /// The table whose rows are merged with; nil where there is none yet.
    let table: String?
    /// Those of the table, or of the query where there is no table.
    let columns: [AthenaColumn]
    let key: [String]
    let dialect: SQLDialect

    /// - Throws: `CallError` with `invalid` where key, query and table do not fit.
    init(
        into old: GlueTable?, of new: [AthenaColumn], key: [String], _ dialect: SQLDialect
    ) throws(CallError) {
        if key.isEmpty {
            throw CallError(.invalid, "a merge needs the key whose rows are replaced", help: [#"key: ["id"]"#])
        }
        let key = key.map { $0.lowercased() }
        let names = new.map(\.name)
        if let stray = key.first(where: { !names.contains($0) }) {
            throw CallError.missingColumn(stray, in: "the query", known: names).about("key")
        }
        if let old {
            let known = old.typedColumns.map(\.name)
            if old.isView {
                throw CallError(
                    .invalid, "'\(old.name)' is a view: there is nothing to merge to", help: [#"mode: "replace""#])
            }
            if let stray = names.first(where: { !known.contains($0) }) {
                throw .missingColumn(stray, in: "the table '\(old.name)'", known: known)
            }
        }
        table = old?.name
        columns = old?.typedColumns ?? new
        self.key = key
        self.dialect = dialect
    }

    /// - Parameters:
    ///   - query: Gives the new rows.
    ///   - new: Its columns.
    func statement(_ query: SQLStatement, _ new: [AthenaColumn]) -> SQLStatement {
        let names = columns.map { dialect.identifier($0.name) }.joined(separator: ", ")
        let given = Dictionary(new.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let fresh = columns.map { column -> String in
            // Of a column that the query does not give the new rows have nothing.
            let empty = "CAST(NULL AS \(AthenaColumn.sql(column.column.type)))"
            let value = given[column.name].map { $0.stored(dialect, as: column) } ?? empty
            return "\(value) AS \(dialect.identifier(column.name))"
        }.joined(separator: ", ")
        var sources = "SELECT \(fresh), 1 AS converge_new FROM (\n\(query.text)\n) AS converge_query"
        if let table {
            let old = columns.map { "\($0.stored(dialect)) AS \(dialect.identifier($0.name))" }.joined(separator: ", ")
            sources = "SELECT \(old), 0 AS converge_new FROM \(dialect.identifier(table))\nUNION ALL\n" + sources
        }
        let parts = key.map(dialect.identifier).joined(separator: ", ")
        // Rows with one key meet in one part, nulls as well: old ones go where a new one is, and of new ones there is one.
        let text = """
            SELECT \(names) FROM (
            SELECT \(names), converge_new, sum(converge_new) OVER (PARTITION BY \(parts)) AS converge_hits FROM (
            \(sources)
            ) AS converge_rows) AS converge_parts
            WHERE CASE WHEN converge_hits = 0 THEN true WHEN converge_new = 0 THEN false \
            WHEN converge_hits = 1 THEN true \
            ELSE CAST('\(Self.mark)' || CAST(converge_hits AS varchar) AS boolean) END
            """
        return SQLStatement(text, query.parameters)
    }

    /// What a failure of that statement means.
    func meaning(_ error: CallError) -> CallError {
        guard error.diagnostic.message.contains(Self.mark) else { return error }
        let key = key.joined(separator: ", ")
        return CallError(
            .invalid, "the query gives several rows for one key (\(key))",
            help: ["aggregate with `group by \(key)`, or add a column to `key`"]
        ).about("key")
    }
}
