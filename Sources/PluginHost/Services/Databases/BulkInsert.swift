// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB
import GRDBSQLite

/// Inserts batches of columns with one compiled statement, binding each cell where it lies.
struct BulkInsert {
    private let statement: PreparedStatement

    init(_ sql: String, on database: GRDB.Database) throws(CallError) {
        statement = try PreparedStatement(sql, on: database)
    }

    private enum PinnedColumn {
        case ints(UnsafePointer<Int64>, nulls: UnsafePointer<Bool>?)
        case floats(UnsafePointer<Double>, nulls: UnsafePointer<Bool>?)
        case texts(UnsafePointer<CChar>, offsets: UnsafePointer<Int>, nulls: UnsafePointer<Bool>?)
    }

    func insert(_ batch: ColumnBatch) throws(CallError) {
        let wanted = Int(sqlite3_bind_parameter_count(statement.handle))
        guard batch.columns.count == wanted else {
            throw CallError(
                .invalid, "the batch has \(batch.columns.count) columns, but the statement takes \(wanted)",
                notes: [SQLText.excerpt(statement.sql)])
        }
        for (number, column) in batch.columns.enumerated() where !Self.isSound(column, rows: batch.rowCount) {
            throw CallError(.invalid, "column \(number + 1) of the batch does not hold \(batch.rowCount) cells")
        }
        try pin(batch.columns[...], []) { (columns) throws(CallError) in
            try insert(columns, rows: batch.rowCount)
        }
    }

    /// A batch comes from a plugin: its offsets must not lead outside of its bytes.
    private static func isSound(_ column: ColumnVector, rows: Int) -> Bool {
        guard column.nulls.isEmpty || column.nulls.count == rows else { return false }
        switch column.storage {
        case .ints(let cells): return cells.count == rows
        case .floats(let cells): return cells.count == rows
        case .texts(let bytes, let offsets):
            guard offsets.count == rows + 1, var last = offsets.first, last >= 0 else { return false }
            for offset in offsets {
                if offset < last { return false }
                last = offset
            }
            return last <= bytes.count
        }
    }

    /// Holds all columns in place while the body reads them by address.
    private func pin(
        _ columns: ArraySlice<ColumnVector>, _ pinned: [PinnedColumn],
        _ body: ([PinnedColumn]) throws(CallError) -> Void
    ) throws(CallError) {
        guard let column = columns.first else { return try body(pinned) }
        let rest = columns.dropFirst()
        try column.nulls.withUnsafeBufferPointer { (marks) throws(CallError) in
            let nulls = column.nulls.isEmpty ? nil : marks.baseAddress
            switch column.storage {
            case .ints(let cells):
                try cells.withUnsafeBufferPointer { (cells) throws(CallError) in
                    guard let start = cells.baseAddress else { return }
                    try pin(rest, pinned + [.ints(start, nulls: nulls)], body)
                }
            case .floats(let cells):
                try cells.withUnsafeBufferPointer { (cells) throws(CallError) in
                    guard let start = cells.baseAddress else { return }
                    try pin(rest, pinned + [.floats(start, nulls: nulls)], body)
                }
            case .texts(let bytes, let offsets):
                // One byte more, so that a column of empty texts has an address too.
                let bytes = bytes.isEmpty ? [0] : bytes
                try bytes.withUnsafeBufferPointer { (bytes) throws(CallError) in
                    try offsets.withUnsafeBufferPointer { (offsets) throws(CallError) in
                        guard let start = bytes.baseAddress, let table = offsets.baseAddress else { return }
                        let text = UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)
                        try pin(rest, pinned + [.texts(text, offsets: table, nulls: nulls)], body)
                    }
                }
            }
        }
    }

    private func insert(_ columns: [PinnedColumn], rows: Int) throws(CallError) {
        let handle = statement.handle
        // The addresses that are bound below end with this batch.
        defer { statement.reset() }
        for row in 0..<rows {
            var index: Int32 = 0
            for column in columns {
                index += 1
                switch column {
                case .ints(_, let nulls?) where nulls[row], .floats(_, let nulls?) where nulls[row],
                    .texts(_, _, let nulls?) where nulls[row]:
                    sqlite3_bind_null(handle, index)
                case .ints(let cells, _): sqlite3_bind_int64(handle, index, cells[row])
                case .floats(let cells, _): sqlite3_bind_double(handle, index, cells[row])
                case .texts(let bytes, let offsets, _):
                    let start = offsets[row]
                    let size = UInt64(offsets[row + 1] - start)
                    sqlite3_bind_text64(handle, index, bytes + start, size, nil, UInt8(SQLITE_UTF8))
                }
            }
            let code = sqlite3_step(handle)
            guard code == SQLITE_DONE || code == SQLITE_ROW else {
                throw SQLiteFailure.callError(code, on: statement.connection, sql: statement.sql)
            }
            sqlite3_reset(handle)
        }
    }
}
