// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDBSQLite

/// A column of a batch, held in place so that cells are bound where they lie.
enum PinnedColumn {
    case ints(UnsafePointer<Int64>, nulls: UnsafePointer<Bool>?)
    case floats(UnsafePointer<Double>, nulls: UnsafePointer<Bool>?)
    case texts(UnsafePointer<CChar>, offsets: UnsafePointer<Int>, nulls: UnsafePointer<Bool>?)

    /// Holds all columns in place while the body uses them.
    static func pin(
        _ columns: ArraySlice<ColumnVector>, _ pinned: [PinnedColumn] = [],
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
                // One byte where there is none, so that a column of empty texts has an address too.
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

    /// Binds the cell of a row, which must stay in place until the statement was reset.
    func bind(_ row: Int, to statement: OpaquePointer, at index: Int32) {
        switch self {
        case .ints(_, let nulls?) where nulls[row], .floats(_, let nulls?) where nulls[row],
            .texts(_, _, let nulls?) where nulls[row]:
            sqlite3_bind_null(statement, index)
        case .ints(let cells, _): sqlite3_bind_int64(statement, index, cells[row])
        case .floats(let cells, _): sqlite3_bind_double(statement, index, cells[row])
        case .texts(let bytes, let offsets, _):
            let start = offsets[row]
            let size = UInt64(offsets[row + 1] - start)
            sqlite3_bind_text64(statement, index, bytes + start, size, nil, UInt8(SQLITE_UTF8))
        }
    }
}

extension ColumnVector {
    /// True where it holds so many cells and no offset leads outside: it comes from a plugin.
    func isSound(rows: Int) -> Bool {
        guard nulls.isEmpty || nulls.count == rows else { return false }
        switch storage {
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
}
