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

    var start: Int
    var count: Int
    var form: Form
}

/// What a reader found at the window's position.
enum RecordOutcome {
    /// A record, its cells in the window.
    case record(Record)
    /// Bytes that are no record.
    case broken(Record, reason: String)
    case end
}

/// Where a record stands.
struct Record {
    /// Offsets in the window, without the line break at the end.
    var start: Int
    var end: Int
    /// The number of the first line in the file, from 1.
    var line: Int64
}

/// Finds the records of one file, one after the other.
protocol RecordReader: AnyObject {
    var window: ByteWindow { get }
    /// The cells of the record found last, in the order of `columns`.
    var cells: ContiguousArray<Cell> { get }
    /// Finds the next record.
    func next() throws(CallError) -> RecordOutcome
}
