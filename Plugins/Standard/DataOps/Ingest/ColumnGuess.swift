// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the type of a column can still be after the cells that were seen.
struct ColumnGuess {
    struct Types: OptionSet {
        var rawValue: UInt8

        static let int = Types(rawValue: 1)
        static let float = Types(rawValue: 2)
        static let bool = Types(rawValue: 4)
        static let date = Types(rawValue: 8)
        static let time = Types(rawValue: 16)
        static let all: Types = [.int, .float, .bool, .date, .time]
    }

    /// The type that the recipe names; nil to find it out.
    let declared: ColumnType?
    private var possible: Types = .all
    private var hasValues = false
    /// The most digits behind the decimal point of a second that a moment has.
    private(set) var fractionDigits = 0

    init(declared: ColumnType?) { self.declared = declared }

    /// The narrowest type that every cell fits.
    var type: ColumnType {
        if let declared { return declared }
        guard hasValues else { return .string }
        if possible.contains(.int) { return .int }
        if possible.contains(.float) { return .float }
        if possible.contains(.bool) { return .bool }
        if possible.contains(.date) { return .date }
        if possible.contains(.time) { return .time }
        return .string
    }

    /// Narrows the guess by a column of the good records.
    mutating func see(_ offset: Int, of block: RecordBlock, in bytes: UnsafePointer<UInt8>) {
        if declared != nil && declared != .time { return }
        for record in block.records where record.problem == nil { see(block.cell(offset, of: record), in: bytes) }
    }

    @inline(__always)
    private mutating func see(_ cell: Cell, in bytes: UnsafePointer<UInt8>) {
        if cell.form == .missing || cell.form == .empty { return }
        if hasValues, possible.isEmpty { return }
        narrow(cell, in: bytes)
    }

    private mutating func narrow(_ cell: Cell, in bytes: UnsafePointer<UInt8>) {
        let start = bytes + cell.start
        hasValues = true
        switch cell.form {
        case .number: possible.formIntersection([.int, .float])
        case .text: possible.formIntersection([.date, .time])
        case .doubledQuotes, .escapedText: possible = []
        case .missing, .empty, .bare: break
        }
        if possible.contains(.int), CellText.int(start, cell.count) == nil { possible.remove(.int) }
        // What is a whole number of at most 15 digits is a Float as well, so that the first test spares the second.
        if possible.contains(.float), !possible.contains(.int) || cell.count > 15,
            CellText.float(start, cell.count, isJSON: cell.form == .number) == nil
        {
            possible.remove(.float)
        }
        if possible.contains(.bool), CellText.bool(start, cell.count) == nil { possible.remove(.bool) }
        if possible.contains(.date), CellText.date(start, cell.count) == nil { possible.remove(.date) }
        if possible.contains(.time) {
            if let time = CellText.time(start, cell.count) {
                fractionDigits = max(fractionDigits, time.digits)
            } else {
                possible.remove(.time)
            }
        }
    }

    /// Whether a cell can be a value of the declared type.
    static func fits(_ cell: Cell, _ type: ColumnType, in bytes: UnsafePointer<UInt8>) -> Bool {
        if cell.form == .missing || cell.form == .empty || type == .string { return true }
        if cell.form == .doubledQuotes || cell.form == .escapedText { return false }
        let start = bytes + cell.start
        return switch type {
        case .int: CellText.int(start, cell.count) != nil
        case .float: CellText.float(start, cell.count, isJSON: cell.form == .number) != nil
        case .bool: CellText.bool(start, cell.count) != nil
        case .date: CellText.date(start, cell.count) != nil
        case .time: CellText.time(start, cell.count) != nil
        case .string: true
        }
    }
}
