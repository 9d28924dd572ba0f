// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Finds the records of a CSV file as RFC 4180 describes them.
///
/// More lenient in three points: a record may end with any of LF, CR and CR LF; a quote inside an unquoted field is a
/// character like any other; empty lines are no records. A record whose quotes do not match is broken, and then only
/// its first line: the next record begins at the next line, so that one stray quote does not swallow what follows.
final class CSVReader: RecordReader {
    let window: ByteWindow
    private let delimiter: UInt8
    private var line: Int64 = 1
    private var isAtStart = true

    init(_ window: ByteWindow, delimiter: UInt8) {
        self.window = window
        self.delimiter = delimiter
    }

    func fill(_ block: inout RecordBlock) throws(CallError) -> Bool { try fill(&block, limit: .max) }

    /// Finds at most so many records.
    func fill(_ block: inout RecordBlock, limit: Int) throws(CallError) -> Bool {
        block.clear()
        if isAtStart {
            isAtStart = false
            try window.skipByteOrderMark()
        }
        while true {
            scan(into: &block, limit: limit)
            if !block.records.isEmpty { return true }
            if window.isAtEnd { return false }
            try window.extend()
        }
    }

    /// Finds the records that stand whole in the window.
    ///
    /// Works on copies of everything that it needs for each byte.
    private func scan(into block: inout RecordBlock, limit: Int) {
        var scan = CSVScan(
            bytes: window.bytes, end: window.end, isLast: window.isAtEnd, delimiter: delimiter, at: window.position)
        var line = line
        scanning: while scan.at < scan.end, block.records.count < limit, block.cells.count < RecordBlock.mostCells {
            let start = scan.at
            let firstCell = block.cells.count
            var record = Record(start: start, end: start, line: line, firstCell: firstCell, cellCount: 0, problem: nil)
            switch scan.record(into: &block.cells) {
            case .more:
                block.cells.removeSubrange(firstCell...)
                scan.at = start
                break scanning
            case .emptyLine:
                block.cells.removeSubrange(firstCell...)
                line += 1
            case .whole(let end, let lineBreaks):
                record.end = end
                record.cellCount = block.cells.count - firstCell
                line += lineBreaks
                block.records.append(record)
            case .broken(let problem):
                block.cells.removeSubrange(firstCell...)
                scan.at = start
                guard let end = scan.line() else { break scanning }
                record.end = end
                record.problem = problem
                line += 1
                block.records.append(record)
            }
        }
        window.position = scan.at
        self.line = line
    }
}
