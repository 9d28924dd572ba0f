// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

extension SQLiteTables {
    private static let chunkRows: Int64 = 50_000

    /// Copies a table of another store of this connection once for each of its versions, under that store's name.
    func mount(_ table: Reference, context: CallContext) async throws(CallError) -> Reference {
        try checkCancellation()
        guard let location = table.attributes["location"]?.string else {
            throw CallError(
                .unsupported(feature: "mount"), "the table '\(table.name)' does not belong to the local platform",
                help: ["load it here with a step of its own"])
        }
        if location == self.location { return table }
        guard let source = try await platform.tables(at: location) else {
            throw CallError(
                .unsupported(feature: "mount"), "the table '\(table.name)' is not one of this connection's",
                help: ["load it here with a step of its own"])
        }
        guard let description = try await source.describe(table.name, context: context) else {
            throw CallError(.notFound, "the table '\(table.name)' is not in '\(source.name)' any more")
        }
        let mounted = try await copy(description, from: source, context: context)
        return mounted.reference(in: table.resource)
    }

    private func copy(
        _ description: TableDescription, from source: SQLiteTables, context: CallContext
    ) async throws(CallError) -> TableDescription {
        let name = "\(source.name).\(description.name)"
        let origin = "\(source.location) \(description.version)"
        let present = try await TableBook(database: try await database()).entry(name)
        if let present, present.source == origin, present.sight == .unchanged {
            return try await self.description(present)
        }
        if let entry = try await TableBook(database: try await source.database()).entry(description.name), entry.isView
        {
            throw CallError(
                .unsupported(feature: "mount"),
                "'\(description.name)' is a view, and only tables can be read from another store",
                help: [#"make a table of it: materialize: "table""#])
        }
        let request = LoadRequest(table: name, columns: description.columns, context: context)
        return try await load(request, copying: TableOrigin(name: origin, version: description.version)) {
            inserter throws(CallError) in
            try await source.feed(description, into: inserter, context: context)
        }
    }

    /// Hands a table's rows over piece by piece, so that memory does not grow with it.
    ///
    /// - Throws: `CallError` with `conflict` where the table was replaced meanwhile.
    private func feed(
        _ description: TableDescription, into inserter: any BatchInserter, context: CallContext
    ) async throws(CallError) {
        let database = try await database()
        let columns = description.columns.map { quoted($0.name) }.joined(separator: ", ")
        let table = quoted(description.name)
        let ends = try await database.read([
            DatabaseStatement("select min(rowid), max(rowid) from \(table)")
        ])
        if let row = ends.first?.rows.first, row.count == 2, var first = row[0].int, let last = row[1].int {
            while first <= last {
                try checkCancellation()
                let end = first.addingReportingOverflow(Self.chunkRows)
                let piece = Mutex<[ColumnBatch]>([])
                try await database.stream(
                    DatabaseStatement(
                        "select \(columns) from \(table) where rowid >= ? and rowid <= ? order by rowid",
                        [.int(first), .int(end.overflow ? last : end.partialValue - 1)]),
                    batchRows: Int(Self.chunkRows)
                ) { batch throws(CallError) in
                    piece.withLock { $0.append(batch) }
                    return true
                }
                for batch in piece.withLock({ $0 }) { try await inserter.insert(batch) }
                if end.overflow { break }
                first = end.partialValue
            }
        }
        guard let now = try await describe(description.name, context: context), now.version == description.version
        else {
            throw CallError(
                .conflict, "the table '\(description.name)' was replaced while it was read", help: ["run again"])
        }
    }
}
