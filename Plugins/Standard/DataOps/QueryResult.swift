// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// The rows of a query, as values.
struct QueryResult: Sendable {
    var columns: [TableColumn] = []
    var rows: [[Value]] = []
    /// The tables that it read.
    var reads: [String] = []
}

/// Gathers batches, which arrive on whatever task reads them.
final class QueryCollector: Sendable {
    private let gathered = Mutex(QueryResult())

    func add(_ columns: [TableColumn], _ batch: ColumnBatch) {
        let rows = (0..<batch.rowCount).map { row in zip(batch.columns, columns).map { $0.value(row, as: $1.type) } }
        gathered.withLock { result in
            result.columns = columns
            result.rows += rows
        }
    }

    var count: Int { gathered.withLock { $0.rows.count } }

    func result(reads: [String]) -> QueryResult {
        gathered.withLock { result in
            result.reads = reads
            return result
        }
    }
}

extension ColumnVector {
    /// A cell as a value of the column's type.
    func value(_ row: Int, as type: ColumnType) -> Value {
        if isNull(row) { return .null }
        switch storage {
        case .ints(let cells): return type == .bool ? .bool(cells[row] != 0) : .int(cells[row])
        case .floats(let cells): return .float(cells[row])
        case .texts(let bytes, let offsets):
            return .string(String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self))
        }
    }
}
