// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension AthenaTables {
    func run(_ context: CallContext) -> AthenaRun {
        AthenaRun(client: client, services: services, workGroup: workGroup, database: database, context: context)
    }

    func query(
        _ statement: SQLStatement, batchRows: Int, context: CallContext,
        _ onBatch: @Sendable ([TableColumn], ColumnBatch) throws(CallError) -> Bool
    ) async throws(CallError) -> [String] {
        try checkCancellation()
        let id = try await run(context).execute(statement, token: nil)
        var columns: [TableColumn]?
        var isFirst = true
        var token: String?
        repeat {
            let page = try await rows(of: id, limit: batchRows, after: token, context)
            if columns == nil { columns = Self.columns(page.answer).map(\.column) }
            let known = columns ?? []
            var rows = page.items.map(Self.cells)
            // The first row of a query's answer has the names of its columns.
            if isFirst, rows.first == known.map(\.name) { rows.removeFirst() }
            let isLast = page.next == nil
            if !rows.isEmpty || isFirst && isLast {
                if try !onBatch(known, try Self.batch(rows, known)) { return [] }
            }
            isFirst = false
            token = page.next
        } while token != nil
        return []
    }

    /// A page of rows; Athena gives a thousand at most.
    private func rows(
        of id: String, limit: Int, after token: String?, _ context: CallContext
    ) async throws(CallError) -> AWSPage {
        do throws(AWSFailure) {
            return try await client.page(
                "athena", "GetQueryResults",
                ["query_execution_id": .string(id), "max_results": .int(Int64(min(max(limit, 1), 1000)))],
                items: "result_set.rows", token: token, context: context)
        } catch { throw error.callError }
    }

    /// The columns of a statement's result, without its rows.
    func columns(of statement: SQLStatement, _ context: CallContext) async throws(CallError) -> [AthenaColumn] {
        let none = SQLStatement("SELECT * FROM (\n\(statement.text)\n) LIMIT 0", statement.parameters)
        let id = try await run(context).execute(none, token: nil)
        return Self.columns(try await rows(of: id, limit: 1, after: nil, context).answer)
    }

    private static func columns(_ answer: ObjectValue) -> [AthenaColumn] {
        let items = answer["result_set"]?.object?["result_set_metadata"]?.object?["column_info"]?.list ?? []
        return items.compactMap { item in
            guard let column = item.object, let name = column["name"]?.string else { return nil }
            return AthenaColumn(name, column["type"]?.string ?? "")
        }
    }

    private static func cells(_ row: Value) -> [String?] {
        (row.object?["data"]?.list ?? []).map { $0.object?["var_char_value"]?.string }
    }

    private static func batch(_ rows: [[String?]], _ columns: [TableColumn]) throws(CallError) -> ColumnBatch {
        var vectors: [ColumnVector] = []
        for (offset, column) in columns.enumerated() {
            let cells = rows.map { offset < $0.count ? $0[offset] : nil }
            vectors.append(try AthenaCell.vector(cells, column.type))
        }
        return ColumnBatch(columns: vectors, rowCount: rows.count)
    }
}
