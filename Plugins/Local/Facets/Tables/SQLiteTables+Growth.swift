// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Rows that join those that are there.
extension SQLiteTables {
    func appending(
        _ query: Query, _ request: TransformRequest, _ entry: TableBook.Entry, _ version: String
    ) throws(CallError) -> [DatabaseStatement] {
        try checkFits(query.columns, entry, by: "append")
        let columns = query.columns.map(quoted).joined(separator: ", ")
        return growth(
            of: entry, version: version, token: request.context.token,
            by: [
                DatabaseStatement(
                    "insert into \(quoted(entry.name)) (\(columns))\n\(query.statement.text)",
                    query.statement.parameters)
            ])
    }

    func merging(
        _ query: Query, _ request: TransformRequest, _ entry: TableBook.Entry?, _ version: String
    ) throws(CallError) -> [DatabaseStatement] {
        let known = Set(query.columns.map { $0.lowercased() })
        if let stray = request.key.first(where: { !known.contains($0.lowercased()) }) {
            throw .noSuchColumn(stray, in: "the query", known: query.columns).about("key")
        }
        if request.key.isEmpty {
            throw CallError(.invalid, "a merge needs the key whose rows are replaced", help: ["key: [\"id\"]"])
        }
        let table = quoted(request.table)
        let key = request.key.map(quoted)
        let index = quoted("converge_key_" + ([request.table] + request.key).joined(separator: "_"))
        guard let entry else {
            return replacing(query, request, nil, version, isSelfReading: false) + [
                DatabaseStatement("create unique index \(index) on \(table) (\(key.joined(separator: ", ")))")
            ]
        }
        try checkFits(query.columns, entry, by: "merge")
        let columns = query.columns.map(quoted).joined(separator: ", ")
        let sameKey = key.map { "old.\($0) is new.\($0)" }.joined(separator: " and ")
        return [
            DatabaseStatement("drop table if exists temp.converge_merge"),
            DatabaseStatement(
                "create temp table converge_merge as\n" + query.statement.text, query.statement.parameters),
            // Two new rows with one key would leave it open which of them counts: the unique index refuses them.
            DatabaseStatement(
                "create unique index temp.converge_merge_key on converge_merge (\(key.joined(separator: ", ")))"),
            DatabaseStatement("create index if not exists \(index) on \(table) (\(key.joined(separator: ", ")))")
        ]
            + growth(
                of: entry, version: version, token: request.context.token,
                removing: DatabaseStatement(
                    """
                    delete from \(table) where rowid in (
                      select old.rowid from temp.converge_merge as new cross join \(table) as old on \(sameKey))
                    """),
                by: [
                    DatabaseStatement("insert into \(table) (\(columns)) select \(columns) from temp.converge_merge")
                ]) + [DatabaseStatement("drop table temp.converge_merge")]
    }

    /// Refuses columns that the table does not have.
    func checkFits(_ columns: [String], _ entry: TableBook.Entry, by what: String) throws(CallError) {
        if entry.isView {
            throw CallError(
                .invalid, "'\(entry.name)' is a view: there is nothing to \(what) to", help: ["mode: \"replace\""])
        }
        let known = Set(entry.columns.map { $0.name.lowercased() })
        if let stray = columns.first(where: { !known.contains($0.lowercased()) }) {
            throw .noSuchColumn(stray, in: "the table '\(entry.name)'", known: entry.columns.map(\.name))
        }
    }

    /// Statements around an insert that keep the table's record true: how many rows it has, and the types that the
    /// new rows leave it.
    func growth(
        of entry: TableBook.Entry, version: String, token: OperationToken, removing: DatabaseStatement? = nil,
        by inserts: [DatabaseStatement], incoming: [String: ColumnType] = [:]
    ) -> [DatabaseStatement] {
        growthBefore(of: entry, removing: removing) + inserts
            + growthAfter(of: entry, version: version, token: token, incoming: incoming)
    }

    func growthBefore(of entry: TableBook.Entry, removing: DatabaseStatement? = nil) -> [DatabaseStatement] {
        let table = quoted(entry.name)
        let name: [Value] = [.string(entry.name)]
        let remove =
            removing.map {
                [$0, DatabaseStatement("update converge_tables set rows = rows - changes() where name = ?", name)]
            } ?? []
        // What others have put in and taken out was not counted.
        let recount =
            entry.sight == .unchanged
            ? []
            : [
                DatabaseStatement(
                    "update converge_tables set rows = (select count(*) from \(table)) where name = ?", name)
            ]
        return TableWatch.stopping(entry.name) + [
            DatabaseStatement(
                "insert or ignore into converge_tables (name, version, token, rows, types) "
                    + "select ?, '', '', (select count(*) from \(table)), '[]'", name)
        ] + recount + remove + [
            DatabaseStatement(
                "update converge_tables set mark = (select coalesce(max(rowid), 0) from \(table)) where name = ?", name)
        ]
    }

    func growthAfter(
        of entry: TableBook.Entry, version: String, token: OperationToken, incoming: [String: ColumnType]
    ) -> [DatabaseStatement] {
        let table = quoted(entry.name)
        let expressions = zip(entry.columns, entry.affinities).map { column, affinity in
            if let added = incoming[column.name.lowercased()] {
                return "'" + ColumnTyping.widest(column.type, added).rawValue + "'"
            }
            return ColumnTyping.expression(
                quoted(column.name), supposed: column.type, isStored: ColumnTyping.isStored(affinity: affinity))
        }
        let mark = "(select mark from converge_tables where name = \(SQLText.quoted(entry.name)))"
        let new = "\(table) where rowid > \(mark)"
        let types = ColumnTyping.types(expressions, from: new)
        return [
            DatabaseStatement(
                "update converge_tables set version = ?, token = ?, types = (\(types)), "
                    + "rows = rows + (select count(*) from \(new)) where name = ?",
                [.string(version), .string(token.text), .string(entry.name)])
        ] + TableWatch.starting(entry.name)
    }
}
