// SPDX-License-Identifier: Apache-2.0

/// The type of a table's column.
@frozen
public enum ColumnType: String, Sendable, Hashable, Codable, CaseIterable {
    case int = "Int"
    case float = "Float"
    case bool = "Bool"
    case date = "Date"
    case time = "Time"
    case string = "String"
}

/// A column of a table.
public struct TableColumn: Sendable, Hashable, Codable {
    public var name: String
    public var type: ColumnType

    public init(_ name: String, _ type: ColumnType) {
        self.name = name
        self.type = type
    }
}

/// Rows as columns, without a value a cell.
public struct ColumnBatch: Sendable {
    public var columns: [ColumnVector]
    public var rowCount: Int

    public init(columns: [ColumnVector], rowCount: Int) {
        self.columns = columns
        self.rowCount = rowCount
    }
}

/// The cells of one column of a batch.
public struct ColumnVector: Sendable {
    @frozen
    public enum Storage: Sendable {
        case ints([Int64])
        case floats([Double])
        /// All texts behind one another as UTF-8; cell `i` is `bytes[offsets[i]..<offsets[i + 1]]`.
        case texts(bytes: [UInt8], offsets: [Int])
    }

    public var storage: Storage
    /// For each row whether the cell is null; empty where none is.
    public var nulls: [Bool]

    public init(_ storage: Storage, nulls: [Bool] = []) {
        self.storage = storage
        self.nulls = nulls
    }

    public func isNull(_ row: Int) -> Bool { nulls.isEmpty ? false : nulls[row] }
}
