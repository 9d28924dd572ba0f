// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDBSQLite

/// Collects the cells of one result column into a vector.
///
/// SQLite types cells, not columns. A column begins with its declared type, or the type of its first cell, and
/// becomes wider where a cell does not fit: Int, Float, text. It never becomes narrower again, so that later batches
/// keep the type.
struct ColumnCollector {
    private enum Form {
        case undecided, ints, floats, texts
    }

    private let column: Int32
    private var form: Form
    private var ints: [Int64] = []
    private var floats: [Double] = []
    private var bytes: [UInt8] = []
    private var offsets: [Int] = [0]
    private var nulls: [Bool] = []
    private var nullCount = 0

    init(_ statement: PreparedStatement, column: Int32) {
        self.column = column
        let declared = sqlite3_column_decltype(statement.handle, column).map { String(cString: $0).uppercased() } ?? ""
        // SQLite's own rules of affinity, in their order.
        form =
            if declared.contains("INT") {
                .ints
            } else if ["CHAR", "CLOB", "TEXT"].contains(where: declared.contains) {
                .texts
            } else if ["REAL", "FLOA", "DOUB"].contains(where: declared.contains) {
                .floats
            } else {
                .undecided
            }
    }

    /// Takes the cell of the present row.
    mutating func append(from statement: PreparedStatement) {
        let type = sqlite3_column_type(statement.handle, column)
        if type == SQLITE_NULL { return appendNull() }
        nulls.append(false)
        switch (form, type) {
        case (.ints, SQLITE_INTEGER): ints.append(sqlite3_column_int64(statement.handle, column))
        case (.floats, SQLITE_FLOAT), (.floats, SQLITE_INTEGER):
            floats.append(sqlite3_column_double(statement.handle, column))
        case (.texts, SQLITE_BLOB):
            append(text: Array(Hex.text(statement.bytes(at: column)).utf8))
        case (.texts, _): append(text: text(statement))
        default:
            nulls.removeLast()
            widen(for: type)
            append(from: statement)
        }
    }

    /// A text as it is; a number as SQLite writes it.
    private func text(_ statement: PreparedStatement) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_text(statement.handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement.handle, column)))
    }

    private mutating func append(text: some Sequence<UInt8>) {
        bytes.append(contentsOf: text)
        offsets.append(bytes.count)
    }

    private mutating func appendNull() {
        nulls.append(true)
        nullCount += 1
        switch form {
        case .undecided: break
        case .ints: ints.append(0)
        case .floats: floats.append(0)
        case .texts: offsets.append(bytes.count)
        }
    }

    private mutating func widen(for type: Int32) {
        let rows = nulls.count
        switch (form, type) {
        case (.undecided, SQLITE_INTEGER):
            form = .ints
            ints = [Int64](repeating: 0, count: rows)
        case (.undecided, SQLITE_FLOAT):
            form = .floats
            floats = [Double](repeating: 0, count: rows)
        case (.ints, SQLITE_FLOAT):
            form = .floats
            floats = ints.map(Double.init)
            ints = []
        default:
            let wasFloats = form == .floats
            let wasInts = form == .ints
            form = .texts
            for row in 0..<rows {
                if nulls[row] {
                    offsets.append(bytes.count)
                } else {
                    append(text: (wasInts ? String(ints[row]) : wasFloats ? String(floats[row]) : "").utf8)
                }
            }
            (ints, floats) = ([], [])
        }
    }

    /// The cells so far, of which the collector keeps nothing but the type.
    mutating func take() -> ColumnVector {
        defer {
            ints.removeAll(keepingCapacity: true)
            floats.removeAll(keepingCapacity: true)
            bytes.removeAll(keepingCapacity: true)
            offsets = [0]
            nulls.removeAll(keepingCapacity: true)
            nullCount = 0
        }
        let marks = nullCount > 0 ? nulls : []
        switch form {
        case .ints: return ColumnVector(.ints(ints), nulls: marks)
        case .floats: return ColumnVector(.floats(floats), nulls: marks)
        case .texts: return ColumnVector(.texts(bytes: bytes, offsets: offsets), nulls: marks)
        case .undecided:
            return ColumnVector(
                .texts(bytes: [], offsets: [Int](repeating: 0, count: nulls.count + 1)), nulls: marks)
        }
    }
}
