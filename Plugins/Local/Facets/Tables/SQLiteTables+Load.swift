// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The table of another store that a mounted table copies.
struct TableOrigin: Sendable, Hashable {
    /// The store's id, a blank, and the version.
    var name: String
    var version: String
}

extension SQLiteTables {
    func load(
        _ request: LoadRequest, _ body: @Sendable (any BatchInserter) async throws(CallError) -> Void
    ) async throws(CallError) -> TableDescription {
        try await load(request, copying: nil, body)
    }

    /// - Parameter origin: For a mounted table the one that it copies.
    func load(
        _ request: LoadRequest, copying origin: TableOrigin?,
        _ body: @Sendable (any BatchInserter) async throws(CallError) -> Void
    ) async throws(CallError) -> TableDescription {
        try checkCancellation()
        try check(table: request.table)
        try check(request.columns)
        let database = try await database()
        let book = TableBook(database: database)
        let entry = try await book.entry(request.table)
        if let entry, entry.token == request.context.token.text, entry.source == origin?.name {
            return try await description(entry)
        }
        let version = origin?.version ?? version(of: request.table, token: request.context.token)
        let table = quoted(request.table)
        let names = request.columns.map { quoted($0.name) }.joined(separator: ", ")
        let holes = Array(repeating: "?", count: request.columns.count).joined(separator: ", ")
        let before: [DatabaseStatement]
        let after: [DatabaseStatement]
        switch (request.mode, entry) {
        case (.merge, _):
            throw CallError(
                .unsupported(feature: "merge"), "rows are loaded by replacing or appending, not by merging",
                help: ["load into a table of its own and merge it with a Transform"])
        case (.append, let entry?):
            try checkFits(request.columns.map(\.name), entry, by: "append")
            before = growthBefore(of: entry)
            after = growthAfter(
                of: entry, version: version, token: request.context.token,
                incoming: Dictionary(
                    request.columns.map { ($0.name.lowercased(), $0.type) }, uniquingKeysWith: { first, _ in first }))
        case (.replace, _), (.append, nil):
            let columns = request.columns.map { "\(quoted($0.name)) \(ColumnTyping.affinity(of: $0.type))" }
            // Two steps may copy a table of another store at the same time: the later copy takes the place of the same one.
            let former = origin == nil ? nil : DatabaseStatement("drop table if exists \(table)")
            before =
                (entry.map { [dropping($0)] } ?? [former].compactMap(\.self)) + [
                    DatabaseStatement("create table \(table) (\(columns.joined(separator: ", ")))")
                ]
            after = TableBook.recording(
                request.table, version: version, token: request.context.token,
                rows: "select coalesce(max(rowid), 0) from \(table)",
                types: ColumnTyping.types(request.columns.map { "'\($0.type.rawValue)'" }, from: table),
                source: origin?.name)
        }
        try await database.load(
            before: before, insert: "insert into \(table) (\(names)) values (\(holes))", after: after, body)
        guard let written = try await book.entry(request.table) else {
            throw CallError(.conflict, "the table '\(request.table)' was dropped while it was loaded")
        }
        return try await description(written)
    }

    private func check(_ columns: [TableColumn]) throws(CallError) {
        if columns.isEmpty { throw CallError(.invalid, "a table needs at least one column") }
        var seen: Set<String> = []
        for column in columns {
            if column.name.isEmpty { throw CallError(.invalid, "a column needs a name") }
            if !seen.insert(column.name.lowercased()).inserted { throw .repeatedColumn(column.name) }
        }
    }
}
