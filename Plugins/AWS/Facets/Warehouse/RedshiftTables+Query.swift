// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension RedshiftTables {
    func query(
        _ statement: SQLStatement, batchRows: Int, context: CallContext,
        _ onBatch: @Sendable ([TableColumn], ColumnBatch) throws(CallError) -> Bool
    ) async throws(CallError) -> [String] {
        try checkCancellation()
        guard let id = try await run(context).ask(statement) else { return [] }
        var columns: [TableColumn]?
        var isFirst = true
        var token: String?
        repeat {
            try checkCancellation()
            let page = try await page(of: id, after: token, context)
            let known = columns ?? Self.columns(page.answer).map { TableColumn($0.name, RedshiftType.column($0.type)) }
            columns = known
            let rows = page.items.map(Self.cells)
            var start = 0
            repeat {
                let end = min(start + max(batchRows, 1), rows.count)
                if end > start || isFirst && page.next == nil {
                    if try !onBatch(known, try Self.batch(rows[start..<end], known)) { return [] }
                }
                isFirst = false
                start = end
            } while start < rows.count
            token = page.next
        } while token != nil
        return []
    }

    /// The rows of a small answer.
    func rows(of statement: SQLStatement, _ context: CallContext) async throws(CallError) -> [[String?]] {
        guard let id = try await run(context).ask(statement) else { return [] }
        var rows: [[String?]] = []
        var token: String?
        repeat {
            let page = try await page(of: id, after: token, context)
            rows += page.items.map(Self.cells)
            token = page.next
        } while token != nil
        return rows
    }

    /// The columns of a query's rows, without the rows.
    func columns(of query: SQLStatement, _ context: CallContext) async throws(CallError) -> [RedshiftEntry.Column] {
        let none = SQLStatement("SELECT * FROM (\n\(query.text)\n) AS converge_rows LIMIT 0", query.parameters)
        guard let id = try await run(context).ask(none) else {
            throw CallError(.invalid, "the statement gives no rows")
        }
        return Self.columns(try await page(of: id, after: nil, context).answer)
    }

    private func page(of id: String, after token: String?, _ context: CallContext) async throws(CallError) -> AWSPage {
        do throws(AWSFailure) {
            return try await client.page(
                "redshiftdata", "GetStatementResult", ["id": .string(id)], items: "records", token: token,
                context: context)
        } catch { throw error.callError }
    }

    private static func columns(_ answer: ObjectValue) -> [RedshiftEntry.Column] {
        (answer["column_metadata"]?.list ?? []).compactMap { item in
            guard let column = item.object, let name = column["label"]?.string ?? column["name"]?.string else {
                return nil
            }
            return RedshiftEntry.Column(name, RedshiftType.name(told: column))
        }
    }

    private static func cells(_ row: Value) -> [String?] {
        (row.list ?? []).map { cell in
            guard let cell = cell.object, cell["is_null"] != true else { return nil }
            if let int = cell["long_value"]?.int { return String(int) }
            if let float = cell["double_value"]?.number { return WireText.number(float) }
            if let bool = cell["boolean_value"]?.bool { return bool ? "true" : "false" }
            return cell["string_value"]?.string
        }
    }

    private static func batch(_ rows: ArraySlice<[String?]>, _ columns: [TableColumn]) throws(CallError) -> ColumnBatch
    {
        var vectors: [ColumnVector] = []
        for (offset, column) in columns.enumerated() {
            let cells = rows.map { row -> String? in
                guard offset < row.count, let cell = row[offset] else { return nil }
                // A time with a zone is told in that of the session, which is UTC.
                return column.type == .time && cell.hasSuffix("+00") ? String(cell.dropLast(3)) : cell
            }
            vectors.append(try AthenaCell.vector(cells, column.type))
        }
        return ColumnBatch(columns: vectors, rowCount: rows.count)
    }
}
