// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Tables in one SQLite database: what warehouses and lakes offer.
///
/// Beside the tables stands `converge_tables` with a row for each: its version, the token that wrote it, and the
/// types that SQLite does not keep. A write of a table and of its row are one transaction, so a version always
/// belongs to what the table holds.
struct SQLiteTables: TableStore {
    /// The database's file.
    let path: String
    /// The id of the thing that holds the tables.
    let location: String
    /// The name of the thing, which begins the names of its tables where they are mounted.
    let name: String
    let platform: Platform

    var dialect: SQLDialect { .sqlite }

    func database() async throws(CallError) -> any Database {
        try await platform.databases.database(path, schema: TableBook.schema)
    }

    func quoted(_ name: String) -> String { dialect.identifier(name) }

    /// Refuses names that SQLite or the bookkeeping keeps for itself.
    func check(table: String) throws(CallError) {
        let lowered = table.lowercased()
        if table.isEmpty || lowered.hasPrefix("sqlite_") || lowered.hasPrefix("converge_") || table.utf8.contains(0) {
            throw CallError(
                .invalid, "a table cannot be called '\(table)'",
                notes: ["names that begin with 'sqlite_' or 'converge_' belong to the warehouse itself"])
        }
    }

    /// The tables' own names in an analysis, without schemas and without what is not a user's table.
    func tables(in names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.compactMap { name in
            guard name.hasPrefix("main.") else { return nil }
            let table = String(name.dropFirst("main.".count))
            let isOwn = table.hasPrefix("sqlite_") || table.hasPrefix("converge_")
            return isOwn || !seen.insert(table).inserted ? nil : table
        }
    }

    func describe(_ table: String, context: CallContext) async throws(CallError) -> TableDescription? {
        try checkCancellation()
        guard let entry = try await TableBook(database: try await database()).entry(table) else { return nil }
        return try await description(entry)
    }

    /// The description of a table, as it is whoever wrote it last.
    func description(_ entry: TableBook.Entry) async throws(CallError) -> TableDescription {
        let book = TableBook(database: try await database())
        var description = TableDescription(
            name: entry.name, columns: entry.columns, rows: entry.rows, version: entry.version ?? "")
        description.location = location
        if entry.isView {
            description.version = try await version(ofView: entry, book)
        } else {
            description.version = try await version(ofTable: entry)
            if entry.sight != .unchanged {
                let counted = try await database().read([
                    DatabaseStatement("select count(*) from " + quoted(entry.name))
                ])
                description.rows = counted.first?.rows.first?.first?.int
            }
        }
        return description
    }

    /// The version that a step gave it; of what others have written since, as well as of what nobody recorded, one that
    /// tells so.
    private func version(ofTable entry: TableBook.Entry) async throws(CallError) -> String {
        switch (entry.version, entry.sight) {
        case (let version?, .unchanged): return version
        case (let version?, .changed(let rows)): return "\(version)+\(rows)"
        default: return try await contentDigest(entry.name)
        }
    }

    /// A view changes with its text and with every table that it reads.
    private func version(ofView entry: TableBook.Entry, _ book: TableBook) async throws(CallError) -> String {
        let analysis = try await database().analysis(of: "select * from " + quoted(entry.name))
        var text = entry.version ?? entry.definition
        for table in tables(in: analysis.reads).sorted() where table.lowercased() != entry.name.lowercased() {
            guard let read = try await book.entry(table), !read.isView else { continue }
            text += "\n\(table) \(try await version(ofTable: read))"
        }
        return String(hexadecimal(platform.services.hashing.sha256(Array(text.utf8))).prefix(16))
    }

    /// A digest of all cells, for tables whose versions nobody recorded.
    private func contentDigest(_ table: String) async throws(CallError) -> String {
        let digest = ContentDigest(platform.services.hashing)
        try await database().stream(
            DatabaseStatement("select * from " + quoted(table)), batchRows: 10_000
        ) { batch throws(CallError) in
            digest.add(batch)
            return true
        }
        return digest.finish()
    }

    func drop(_ table: String, context: CallContext) async throws(CallError) {
        try checkCancellation()
        try check(table: table)
        let database = try await database()
        guard let entry = try await TableBook(database: database).entry(table) else { return }
        _ = try await database.write([dropping(entry)] + TableBook.forgetting(table))
    }

    func dropping(_ entry: TableBook.Entry) -> DatabaseStatement {
        DatabaseStatement("drop \(entry.isView ? "view" : "table") if exists " + quoted(entry.name))
    }

    /// What a write under a token makes the version of a table: the same token writes the same content.
    func version(of table: String, token: OperationToken) -> String {
        let text = "\(token.text) \(table)"
        return String(hexadecimal(platform.services.hashing.sha256(Array(text.utf8))).prefix(16))
    }
}
