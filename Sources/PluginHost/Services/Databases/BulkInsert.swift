// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB
import GRDBSQLite

/// Inserts batches of columns.
///
/// Most of what SQLite does for a small `INSERT` it does for each statement, not for each row. So where the statement
/// ends in one list of `?`, a second one with many such lists takes all rows but the last few of a batch; that
/// doubles the rate.
struct BulkInsert {
    private let single: PreparedStatement
    private let wide: PreparedStatement?
    private static let width = 32

    init(_ sql: String, on database: GRDB.Database) throws(CallError) {
        single = try PreparedStatement(sql, on: database)
        let columns = Int(sqlite3_bind_parameter_count(single.handle))
        let largest = Int(sqlite3_limit(single.connection, SQLITE_LIMIT_VARIABLE_NUMBER, -1))
        if columns * Self.width <= largest, let sql = Self.widened(sql, columns: columns) {
            wide = try PreparedStatement(sql, on: database)
        } else {
            wide = nil
        }
    }

    /// The statement for many rows; nil where it does not end in `VALUES (?, …)` with all of its parameters.
    private static func widened(_ sql: String, columns: Int) -> String? {
        var text = Substring(sql)
        while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
        guard text.last == ")", let open = text.lastIndex(of: "(") else { return nil }
        let list = text[text.index(after: open)...].dropLast()
        let marks = list.split(separator: ",", omittingEmptySubsequences: false)
        guard marks.count == columns, marks.allSatisfy({ $0.filter { !$0.isWhitespace } == "?" }) else { return nil }
        var head = text[..<open]
        while head.last?.isWhitespace == true { head.removeLast() }
        guard head.suffix(6).lowercased() == "values" else { return nil }
        return text + String(repeating: "," + text[open...], count: width - 1)
    }

    func insert(_ batch: ColumnBatch) throws(CallError) {
        let wanted = Int(sqlite3_bind_parameter_count(single.handle))
        guard batch.columns.count == wanted else {
            throw CallError(
                .invalid, "the batch has \(batch.columns.count) columns, but the statement takes \(wanted)",
                notes: [SQLText.excerpt(single.sql)])
        }
        for (number, column) in batch.columns.enumerated() where !column.isSound(rows: batch.rowCount) {
            throw CallError(.invalid, "column \(number + 1) of the batch does not hold \(batch.rowCount) cells")
        }
        try PinnedColumn.pin(batch.columns[...]) { (columns) throws(CallError) in
            let rest = wide == nil ? 0 : batch.rowCount - batch.rowCount % Self.width
            if let wide { try insert(columns, 0..<rest, at: Self.width, with: wide) }
            try insert(columns, rest..<batch.rowCount, at: 1, with: single)
        }
    }

    private func insert(
        _ columns: [PinnedColumn], _ rows: Range<Int>, at width: Int, with statement: PreparedStatement
    ) throws(CallError) {
        let handle = statement.handle
        // The addresses that are bound below end with this batch.
        defer { statement.reset() }
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: width) {
            var index: Int32 = 0
            for row in first..<first + width {
                for column in columns {
                    index += 1
                    column.bind(row, to: handle, at: index)
                }
            }
            let code = sqlite3_step(handle)
            guard code == SQLITE_DONE || code == SQLITE_ROW else {
                throw SQLiteFailure.callError(code, on: statement.connection, sql: single.sql)
            }
            sqlite3_reset(handle)
        }
    }
}
