// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension AthenaTables {
    func load(
        _ request: LoadRequest, _ body: @Sendable (any BatchInserter) async throws(CallError) -> Void
    ) async throws(CallError) -> TableDescription {
        try checkCancellation()
        try check(table: request.table)
        if request.mode == .merge {
            throw CallError(
                .unsupported(feature: "merge"), "rows are loaded by replacing or appending, not by merging",
                help: ["load into a table of its own and merge it with a Transform"])
        }
        let context = request.context
        let old = try await catalog.table(request.table, context)
        if let old, old.token == context.token.text { return old.description }
        let place = try folder(of: request.table, context)
        try await clear(place, context)
        let rows = try await services.files.withScratchFolder { scratch throws(CallError) in
            let writer = JSONLineWriter(
                columns: request.columns, folder: scratch, store: bucket(of: place), prefix: place.prefix,
                context: context)
            try await body(writer)
            return try await writer.finish()
        }
        guard request.mode == .append, old != nil else {
            let entry = GlueTable(request.table, request.columns, .jsonLines, at: place)
                .written(by: context.token, rows: rows)
            try await swap(entry, old, context)
            return entry.description
        }
        // The table may have files of another form: its rows come from a table beside it, which is gone afterwards.
        let aside = GlueTable(
            "converge_\(context.token.text)", request.columns, .jsonLines, at: place)
        try await catalog.put(aside, replacing: try await catalog.table(aside.name, context), context)
        let names = request.columns.map(\.name)
        let selection = names.map(dialect.identifier).joined(separator: ", ")
        let entry = try await append(
            SQLStatement("SELECT \(selection) FROM \(dialect.identifier(aside.name))"), names, to: request.table,
            context)
        try await catalog.remove(aside.name, context)
        try await clear(place, context)
        return entry.description
    }
}
