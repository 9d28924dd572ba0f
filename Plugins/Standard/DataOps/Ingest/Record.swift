// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A cell as it stands in the window: where its bytes are, and what they say.
struct Cell {
    enum Form: UInt8 {
        /// Nothing was written: null.
        case missing
        /// Text whose type is to be found out.
        case bare
        /// Text in quotes with nothing in it: null for numbers, an empty text for texts.
        case empty
        /// Text in quotes that holds doubled quotes.
        case doubledQuotes
        /// A number in JSON, where `1e5` is one.
        case number
        /// Text that never is a number or a truth value, such as a JSON string.
        case text
        /// A JSON string with escapes.
        case escapedText
    }

    private let begin: UInt32
    private let length: UInt32
    let form: Form

    static let missing = Cell(start: 0, count: 0, form: .missing)

    /// The window is far smaller than 4 GiB, so that half the width of an Int holds an offset in it.
    @inline(__always)
    init(start: Int, count: Int, form: Form) {
        begin = UInt32(truncatingIfNeeded: start)
        length = UInt32(truncatingIfNeeded: count)
        self.form = form
    }

    @inline(__always) var start: Int { Int(begin) }
    @inline(__always) var count: Int { Int(length) }
}

/// A record as it stands in the window.
struct Record {
    /// Offsets in the window, without the line break at the end.
    var start: Int
    var end: Int
    /// The number of the first line in the file, from 1.
    var line: Int64
    /// Its cells in the block.
    var firstCell: Int
    var cellCount: Int
    /// Why it is no good row; nil where it is one.
    var problem: RowProblem?
}

/// Why a record is no good row.
enum RowProblem: Equatable {
    case openQuote
    case textBehindQuote
    case tooLong
    /// By the reason that the reader of JSON gives.
    case noObject(String)
    case fieldCount
    case nulByte
    case notUTF8
    /// A value that is not of the column's declared type.
    case wrongType(column: Int)
}

/// The records that stand whole in the window, found in one go; its storage is used again and again.
struct RecordBlock {
    var cells: ContiguousArray<Cell> = []
    var records: ContiguousArray<Record> = []

    /// A block also ends with so many cells, however short they are.
    static let mostCells = 64 << 10

    mutating func clear() {
        cells.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
    }

    var brokenCount: Int { records.reduce(0) { $0 + ($1.problem == nil ? 0 : 1) } }

    /// A cell of a record; JSON records that came before a column was found have none for it.
    @inline(__always)
    func cell(_ offset: Int, of record: Record) -> Cell {
        offset < record.cellCount ? cells[record.firstCell + offset] : .missing
    }
}

/// Finds the records of one file, one block after the other.
protocol RecordReader: AnyObject {
    var window: ByteWindow { get }
    /// Finds the next records. The block's offsets are valid until the next call.
    ///
    /// - Returns: False at the end, with an empty block.
    func fill(_ block: inout RecordBlock) throws(CallError) -> Bool
}
