// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What `converge_tables` and SQLite's own schema know of the tables.
struct TableBook: Sendable {
    static let schema =
        [
            DatabaseStatement(
                """
                create table if not exists converge_tables (
                  name text primary key collate nocase, version text not null, token text not null, rows integer,
                  types text not null, source text, mark integer
                ) without rowid
                """)
        ] + TableWatch.schema

    struct Entry: Sendable, Hashable {
        var name: String
        var isView: Bool
        /// The text that made it.
        var definition: String
        var columns: [TableColumn]
        /// SQLite's own type of each column: decides how values are kept.
        var affinities: [String]
        /// Nil for a table that was not written by a step.
        var version: String?
        /// The token of the last write.
        var token: String?
        var rows: Int64?
        /// What others did to it since.
        var sight = TableWatch.Sight.unchanged
        /// For a mounted table: the version of the table that it copies.
        var source: String?
    }

    let database: any Database

    /// What is known of a table or view; nil where there is none.
    func entry(_ name: String) async throws(CallError) -> Entry? {
        let results = try await database.read([
            DatabaseStatement(
                "select name, type, sql from sqlite_schema where type in ('table', 'view') and name = ? collate nocase",
                [.string(name)]),
            DatabaseStatement("select name, type from pragma_table_info(?)", [.string(name)]),
            DatabaseStatement(
                "select version, token, rows, types, source from converge_tables where name = ?", [.string(name)]),
            TableWatch.looking(at: name)
        ])
        guard results.count == 4, let found = results[0].rows.first, found.count == 3, let name = found[0].string
        else { return nil }
        var entry = Entry(
            name: name, isView: found[1].string == "view", definition: found[2].string ?? "", columns: [],
            affinities: [])
        var types: [String] = []
        if let row = results[2].rows.first, row.count == 5 {
            entry.version = row[0].string
            entry.token = row[1].string
            entry.rows = row[2].int
            entry.source = row[4].string
            entry.sight = results[3].rows.first.map(TableWatch.sight) ?? .unchanged
            if let stored = row[3].string, let list = (try? Value(json: stored))?.list {
                types = list.compactMap(\.string)
            }
        }
        for (offset, row) in results[1].rows.enumerated() where row.count == 2 {
            let affinity = row[1].string ?? ""
            let type = offset < types.count ? ColumnType(rawValue: types[offset]) : nil
            entry.columns.append(TableColumn(row[0].string ?? "", type ?? ColumnTyping.type(ofAffinity: affinity)))
            entry.affinities.append(affinity)
        }
        return entry
    }

    /// Records a table that was written whole, and watches it from then on.
    ///
    /// - Parameter types: A select that gives the JSON list of the columns' types.
    static func recording(
        _ table: String, version: String, token: OperationToken, rows: String, types: String, source: String? = nil,
        isView: Bool = false
    ) -> [DatabaseStatement] {
        [
            DatabaseStatement(
                "insert or replace into converge_tables (name, version, token, source, rows, types) "
                    + "select ?, ?, ?, ?, (\(rows)), (\(types))",
                [.string(table), .string(version), .string(token.text), source.map { .string($0) } ?? .null])
        ] + (isView ? [TableWatch.forgetting(table)] : TableWatch.starting(table))
    }

    static func forgetting(_ table: String) -> [DatabaseStatement] {
        [
            DatabaseStatement("delete from converge_tables where name = ?", [.string(table)]),
            TableWatch.forgetting(table)
        ]
    }
}
