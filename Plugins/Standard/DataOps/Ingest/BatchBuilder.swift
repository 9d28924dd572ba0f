// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Gathers the cells of one column for a batch.
///
/// A Bool is stored as 0 or 1, a Date and a Time as text in ISO 8601, a Time in UTC.
struct ColumnBuilder {
    private let type: ColumnType
    private let fractionDigits: Int
    private var ints: [Int64] = []
    private var floats: [Double] = []
    private var bytes: [UInt8] = []
    private var offsets: [Int] = []
    private var nulls: [Bool] = []
    private var hasNulls = false

    init(type: ColumnType, fractionDigits: Int, rows: Int) {
        self.type = type
        self.fractionDigits = fractionDigits
        nulls.reserveCapacity(rows)
        switch type {
        case .int, .bool: ints.reserveCapacity(rows)
        case .float: floats.reserveCapacity(rows)
        case .string, .date, .time:
            offsets.reserveCapacity(rows + 1)
            offsets.append(0)
            bytes.reserveCapacity(rows * 16)
        }
    }

    /// Appends a column of the good records, whose cells fit the type.
    mutating func append(_ offset: Int, of block: RecordBlock, in window: UnsafePointer<UInt8>) {
        for record in block.records where record.problem == nil {
            let cell = block.cell(offset, of: record)
            let isNull = cell.form == .missing || cell.form == .empty && type != .string
            nulls.append(isNull)
            if isNull { hasNulls = true }
            append(cell, isNull: isNull, in: window)
        }
    }

    @inline(__always)
    private mutating func append(_ cell: Cell, isNull: Bool, in window: UnsafePointer<UInt8>) {
        let start = window + cell.start
        switch type {
        case .int: ints.append(isNull ? 0 : CellText.int(start, cell.count) ?? 0)
        case .float:
            floats.append(isNull ? 0 : CellText.float(start, cell.count, isJSON: cell.form == .number) ?? 0)
        case .bool: ints.append(isNull ? 0 : CellText.bool(start, cell.count) == true ? 1 : 0)
        case .string:
            CellText.append(cell, in: window, to: &bytes)
            offsets.append(bytes.count)
        case .date:
            if !isNull { bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: cell.count)) }
            offsets.append(bytes.count)
        case .time:
            if !isNull { CellText.appendTime(start, cell.count, digits: fractionDigits, to: &bytes) }
            offsets.append(bytes.count)
        }
    }

    mutating func append(_ number: Int64) {
        nulls.append(false)
        ints.append(number)
    }

    mutating func append(_ text: some Sequence<UInt8>) {
        nulls.append(false)
        bytes.append(contentsOf: text)
        offsets.append(bytes.count)
    }

    var vector: ColumnVector {
        let nulls = hasNulls ? nulls : []
        return switch type {
        case .int, .bool: ColumnVector(.ints(ints), nulls: nulls)
        case .float: ColumnVector(.floats(floats), nulls: nulls)
        case .string, .date, .time: ColumnVector(.texts(bytes: bytes, offsets: offsets), nulls: nulls)
        }
    }
}
