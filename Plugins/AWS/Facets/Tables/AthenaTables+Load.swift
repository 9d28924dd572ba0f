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

/// Writes rows as lines of JSON into files of some size, and each file into a bucket.
private actor JSONLineWriter: BatchInserter {
    private static let fileSize = 64 << 20

    private let columns: [TableColumn]
    private let folder: String
    private let store: BucketObjects
    private let prefix: String
    private let context: CallContext
    private var bytes: [UInt8] = []
    private var files = 0
    private var rows: Int64 = 0

    init(columns: [TableColumn], folder: String, store: BucketObjects, prefix: String, context: CallContext) {
        self.columns = columns
        self.folder = folder
        self.store = store
        self.prefix = prefix
        self.context = context
    }

    func insert(_ batch: ColumnBatch) async throws(CallError) {
        for row in 0..<batch.rowCount {
            var line: ObjectValue = [:]
            for (column, vector) in zip(columns, batch.columns) where !vector.isNull(row) {
                line[column.name] = Self.cell(vector, row, column.type)
            }
            bytes += Array(Value.object(line).plainJSON.utf8)
            bytes.append(UInt8(ascii: "\n"))
        }
        rows += Int64(batch.rowCount)
        if bytes.count >= Self.fileSize { try await flush() }
    }

    /// - Returns: How many rows there are.
    func finish() async throws(CallError) -> Int64 {
        if !bytes.isEmpty { try await flush() }
        return rows
    }

    private func flush() async throws(CallError) {
        let path = folder + "/rows.jsonl"
        let file = try PartFile(writing: path)
        try file.write(bytes, at: 0)
        try file.commit()
        bytes.removeAll(keepingCapacity: true)
        files += 1
        _ = try await store.put(
            PutObjectRequest(key: "\(prefix)rows-\(files).jsonl", path: path, context: context))
    }

    private static func cell(_ vector: ColumnVector, _ row: Int, _ type: ColumnType) -> Value {
        switch vector.storage {
        case .ints(let ints): return type == .bool ? .bool(ints[row] != 0) : .int(ints[row])
        case .floats(let floats): return .float(floats[row])
        case .texts(let bytes, let offsets):
            let text = String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self)
            return .string(type == .time ? AthenaCell.timestamp(text) : text)
        }
    }
}
