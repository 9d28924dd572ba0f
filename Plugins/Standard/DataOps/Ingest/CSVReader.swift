// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Finds the records of a CSV file as RFC 4180 describes them.
///
/// More lenient in three points: a record may end with any of LF, CR and CR LF; a quote inside an unquoted field is a
/// character like any other; empty lines are no records. A record whose quotes do not match is broken, and then only
/// its first line: the next record begins at the next line, so that one stray quote does not swallow what follows. A
/// record that is too long for the window is one broken record: its rest is passed over, quotes respected.
final class CSVReader: RecordReader {
    let window: ByteWindow
    private let delimiter: UInt8
    private var line: Int64 = 1
    private var isAtStart = true
    /// Where in a record that was too long the window stands; nil where a record begins.
    private var rest: Rest?

    private enum Rest { case fieldStart, field, quotes, behindQuote, line }

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
        try passOverRest()
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
                block.records.append(record)
                let isCut = !scan.isLast && end == scan.end
                guard isCut || problem == .tooLong else {
                    line += 1
                    continue
                }
                block.records[block.records.count - 1].problem = .tooLong
                // Behind quotes that do not match, only the line is broken.
                rest = problem == .textBehindQuote ? .line : .fieldStart
                scan.at = start
                break scanning
            }
        }
        window.position = scan.at
        self.line = line
    }

    /// Goes on behind a record that was too long, without keeping what it passes.
    private func passOverRest() throws(CallError) {
        let (quote, lineFeed, carriageReturn) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        while var state = rest {
            let (bytes, end) = (window.bytes, window.end)
            var at = window.position
            passing: while at < end {
                let byte = bytes[at]
                switch (state, byte) {
                case (.quotes, quote): state = .behindQuote
                case (.quotes, lineFeed): line += 1
                case (.quotes, _): break
                case (.behindQuote, quote), (.fieldStart, quote): state = .quotes
                case (_, carriageReturn) where at + 1 == end && !window.isAtEnd: break passing
                case (_, carriageReturn), (_, lineFeed):
                    let isPair = byte == carriageReturn && at + 1 < end && bytes[at + 1] == lineFeed
                    window.position = at + (isPair ? 2 : 1)
                    line += 1
                    rest = nil
                    return
                case (.line, _): break
                case (_, delimiter): state = .fieldStart
                default: state = .field
                }
                at += 1
            }
            window.position = at
            rest = window.isAtEnd ? nil : state
            if !window.isAtEnd { try window.extend() }
        }
    }
}
