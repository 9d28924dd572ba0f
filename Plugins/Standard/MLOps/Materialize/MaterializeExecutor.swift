// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Writes rows of tables into feature stores.
///
/// A repeat changes nothing, because the store keeps the newest event of each key whatever the order of the writes.
struct MaterializeExecutor: StepExecutor {
    let kind = "Materialize"

    /// Rows that are in memory at one time.
    private static let batchRows = 1000

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let (table, into) = (try fields.reference("table"), try fields.reference("into"))
        let bounds = (from: try fields.optionalText("from"), until: try fields.optionalText("until"))
        let (services, context) = (request.host.services, request.context)
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: table)
        let server = try await request.host.facet((any FeatureServer).self, named: "FeatureServer", of: into)
        let statement = try statement(table, bounds, server, store.dialect)

        return try await services.files.withScratchFolder { folder throws(CallError) in
            // A file for each batch: rows come on the thread that reads them, which cannot wait for a server.
            let written = Mutex(0)
            _ = try await store.query(statement, batchRows: Self.batchRows, context: context) {
                columns, batch throws(CallError) in
                guard batch.rowCount > 0 else { return !Task.isCancelled }
                let number = written.withLock { count in
                    count += 1
                    return count
                }
                try Self.keep(columns, batch, in: Self.path(number, folder))
                return !Task.isCancelled
            }
            let count = written.withLock { $0 }
            var rows: Int64 = 0
            for number in 1..<(count + 1) {
                if Task.isCancelled { throw CallError(.cancelled, "only \(rows) rows were written") }
                services.log.progress(
                    Double(number - 1) / Double(count), "\(rows) rows are in the feature store", context)
                let batch = try Self.kept(in: Self.path(number, folder))
                try await server.write(WriteFeaturesRequest(rows: batch, context: context))
                rows += Int64(batch.count)
            }
            let history = try await server.history(context)?.reference(in: into.resource)
            return StepResponse(
                outputs: ["rows": .int(rows), "offline": history.map { .reference($0) } ?? .null], reads: [table],
                writes: history.map { [$0] } ?? [])
        }
    }

    private func statement(
        _ table: Reference, _ bounds: (from: String?, until: String?), _ server: any FeatureServer,
        _ dialect: SQLDialect
    ) throws(CallError) -> SQLStatement {
        var statement = SQLStatement("select * from " + dialect.identifier(table.name))
        var conditions: [String] = []
        for (field, sign, bound) in [("from", ">=", bounds.from), ("until", "<", bounds.until)] {
            guard let bound else { continue }
            guard let time = server.eventTime else {
                throw CallError(
                    .unsupported(feature: field), "this feature store does not say which column is the event's time",
                    help: ["choose the rows by a Transform"]
                ).about(field)
            }
            conditions.append("\(dialect.identifier(time)) \(sign) ?")
            statement.parameters.append(.string(bound))
        }
        if !conditions.isEmpty { statement.text += " where " + conditions.joined(separator: " and ") }
        return statement
    }

    // MARK: Batches

    private static func path(_ number: Int, _ folder: String) -> String { "\(folder)/\(number).json" }

    private static func keep(_ columns: [TableColumn], _ batch: ColumnBatch, in path: String) throws(CallError) {
        let rows = (0..<batch.rowCount).map { row in
            Value.object(
                ObjectValue(zip(columns, batch.columns).map { ($0.name, $1.value(row, as: $0.type)) }))
        }
        let bytes = Array(Value.list(rows).json().utf8)
        let writer = try FileWriter(path: path)
        try bytes.withUnsafeBufferPointer { (buffer) throws(CallError) in
            try writer.write(UnsafeRawBufferPointer(buffer))
        }
        try writer.close()
    }

    private static func kept(in path: String) throws(CallError) -> [ObjectValue] {
        let bytes = try FilePath.bytes(of: path, named: "a batch of rows", limit: 1 << 30)
        do throws(JSONError) {
            return try Value(json: bytes).list?.compactMap(\.object) ?? []
        } catch {
            throw CallError(.failed, "a batch of rows cannot be read again: at byte \(error.offset): \(error.reason)")
        }
    }
}
