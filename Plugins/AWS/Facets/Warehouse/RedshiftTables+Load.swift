// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension RedshiftTables {
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
        let columns = request.columns.map { RedshiftEntry.Column($0) }
        try check(columns)
        let old: RedshiftEntry?
        let failures: Int
        switch try await before(request.table, context) {
        case .written(let entry): return entry.description
        case .open(let entry, let count): (old, failures) = (entry, count)
        }
        if let old, request.mode == .append { try check(columns, fit: old, by: "append") }

        let files = staging.map { $0.place.inside("\(place.database)/\(request.table)/\(context.token.text)/") }
        let store = files.map { BucketObjects(client: client, services: services, bucket: $0.bucket) }
        // What a broken attempt of the same operation left would be loaded as well.
        if let store, let files { try await store.clear(files.prefix, context) }
        let rows = try await services.files.withScratchFolder { scratch throws(CallError) in
            let writer = store.flatMap { store in
                files.map {
                    JSONLineWriter(
                        columns: request.columns, folder: scratch, store: store, prefix: $0.prefix, context: context)
                }
            }
            let gatherer = RowGatherer(columns: request.columns, overflow: writer)
            try await body(gatherer)
            return try await gatherer.finish()
        }

        var statements = RedshiftStatements()
        statements.add(creation(aside(context), columns, isTemporary: true))
        switch rows {
        case .few(let rows): try add(rows, columns, to: &statements, context)
        case .files: if let files { statements.add(try copying(files, columns, context)) }
        }
        let names = columns.map(\.name)
        let isAdding = request.mode == .append && old != nil
        if isAdding {
            statements.add(moving(names, to: request.table, context))
        } else {
            for text in replacement(of: request.table, columns, old, context) { statements.add(text) }
        }
        statements.add("DROP TABLE \(aside(context))")
        statements.add(try marking(request.table, rows: isAdding ? nil : rows.count, context))
        let now = try await write(statements, to: request.table, failures: failures, context)
        if let store, let files { try await store.clear(files.prefix, context) }
        return now.description
    }

    private func add(
        _ rows: [[Value]], _ columns: [RedshiftEntry.Column], to statements: inout RedshiftStatements,
        _ context: CallContext
    ) throws(CallError) {
        if rows.isEmpty { return }
        let row = "(" + Array(repeating: "?", count: columns.count).joined(separator: ", ") + ")"
        let values = Array(repeating: row, count: rows.count).joined(separator: ", ")
        try statements.add(
            SQLStatement(
                "INSERT INTO \(aside(context)) (\(list(columns.map(\.name)))) VALUES \(values)", rows.flatMap { $0 }))
    }

    private func copying(
        _ files: StoragePrefix, _ columns: [RedshiftEntry.Column], _ context: CallContext
    ) throws(CallError) -> String {
        let role = try staging?.role.map { role throws(CallError) in try RedshiftLiteral.text(role) } ?? "default"
        // The rows are there already when the session ends: it need not look for a better way to keep them.
        return "COPY \(aside(context)) (\(list(columns.map(\.name)))) FROM \(try RedshiftLiteral.text(files.url)) "
            + "IAM_ROLE \(role) FORMAT AS JSON 'auto ignorecase' TIMEFORMAT 'auto' COMPUPDATE OFF STATUPDATE OFF"
    }
}

/// Rows on their way into a statement, as long as they are few, and else into files.
private actor RowGatherer: BatchInserter {
    enum Rows: Sendable {
        case few([[Value]])
        case files(Int64)

        var count: Int64 {
            switch self {
            case .few(let rows): Int64(rows.count)
            case .files(let count): count
            }
        }
    }

    /// What a statement carries at most.
    private static let fewCells = 1000
    private static let fewBytes = 48 << 10

    private let columns: [TableColumn]
    private let overflow: JSONLineWriter?
    private var few: [[Value]] = []
    private var bytes = 0
    /// The few as they came, for the files that they go to when they are few no more.
    private var batches: [ColumnBatch] = []
    private var isInFiles = false

    init(columns: [TableColumn], overflow: JSONLineWriter?) {
        self.columns = columns
        self.overflow = overflow
    }

    func insert(_ batch: ColumnBatch) async throws(CallError) {
        if isInFiles, let overflow { return try await overflow.insert(batch) }
        batches.append(batch)
        guard (few.count + batch.rowCount) * columns.count <= Self.fewCells, take(batch) else {
            guard let overflow else {
                throw CallError(
                    .unsupported(feature: "staging"),
                    "these are more rows than a statement carries, and the warehouse says no place for files",
                    help: [#"give it staging: "s3://BUCKET/FOLDER/""#])
            }
            for batch in batches { try await overflow.insert(batch) }
            (batches, few, isInFiles) = ([], [], true)
            return
        }
    }

    /// - Returns: Whether the rows are still few.
    private func take(_ batch: ColumnBatch) -> Bool {
        for row in 0..<batch.rowCount {
            var cells: [Value] = []
            for (column, vector) in zip(columns, batch.columns) {
                let cell = vector.isNull(row) ? .null : JSONLineWriter.cell(vector, row, column.type)
                bytes += cell.string?.utf8.count ?? 8
                cells.append(Self.typed(cell, column.type))
            }
            few.append(cells)
        }
        return bytes <= Self.fewBytes
    }

    /// A date or time in text as what it is.
    private static func typed(_ cell: Value, _ type: ColumnType) -> Value {
        guard let text = cell.string else { return cell }
        return switch type {
        case .date: CalendarDate(text).map { .date($0) } ?? cell
        case .time: Timestamp(AthenaCell.time(text)).map { .time($0) } ?? cell
        default: cell
        }
    }

    func finish() async throws(CallError) -> Rows {
        if isInFiles, let overflow { return .files(try await overflow.finish()) }
        return .few(few)
    }
}
