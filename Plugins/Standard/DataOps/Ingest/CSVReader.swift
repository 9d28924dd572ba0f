// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// Finds the records of a CSV file as RFC 4180 describes them.
///
/// More lenient in three points: a record may end with any of LF, CR and CR LF; a quote inside an unquoted field is a
/// character like any other; empty lines are no records. A record whose quotes do not match is broken, and then only
/// its first line: the next record begins at the next line, so that one stray quote does not swallow what follows.
final class CSVReader: RecordReader {
    let window: ByteWindow
    private(set) var cells: ContiguousArray<Cell> = []
    private let delimiter: UInt8
    private var line: Int64 = 1
    private var isAtStart = true

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ window: ByteWindow, delimiter: UInt8) {
        self.window = window
        self.delimiter = delimiter
    }

    func next() throws(CallError) -> RecordOutcome {
        if isAtStart {
            isAtStart = false
            try skipByteOrderMark()
        }
        while true {
            if window.position == window.end {
                if window.isAtEnd { return .end }
                try window.extend()
                continue
            }
            switch scan() {
            case .more: try window.extend()
            case .emptyLine(let next):
                window.position = next
                line += 1
            case .record(let end, let next, let lineBreaks):
                let record = Record(start: window.position, end: end, line: line)
                window.position = next
                line += lineBreaks
                return .record(record)
            case .broken(let reason):
                guard let (end, next) = firstLine() else {
                    try window.extend()
                    continue
                }
                let record = Record(start: window.position, end: end, line: line)
                window.position = next
                line += 1
                return .broken(record, reason: reason)
            }
        }
    }

    private func skipByteOrderMark() throws(CallError) {
        while window.end - window.position < 3, !window.isAtEnd { try window.extend() }
        let bytes = window.bytes
        if window.end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { window.position = 3 }
    }

    private enum Scan {
        /// The window ends before the record does.
        case more
        case emptyLine(next: Int)
        case record(end: Int, next: Int, lineBreaks: Int64)
        case broken(String)
    }

    /// Finds the cells of the record at the window's position.
    private func scan() -> Scan {
        // The cells leave the property for the time of the scan: the loop then works on memory that is its own.
        var found: ContiguousArray<Cell> = []
        swap(&found, &cells)
        defer { swap(&found, &cells) }
        found.removeAll(keepingCapacity: true)
        return scan(into: &found)
    }

    private func scan(into cells: inout ContiguousArray<Cell>) -> Scan {
        let bytes = window.bytes
        let delimiter = delimiter
        let end = window.end
        let isLast = window.isAtEnd
        var at = window.position
        var lineBreaks: Int64 = 1
        while true {
            let start = at
            if at < end, bytes[at] == Self.quote {
                var hasDoubledQuotes = false
                at += 1
                while true {
                    guard let found = memchr(bytes + at, Int32(Self.quote), end - at) else {
                        return isLast || end - window.position > ByteWindow.largestRecord
                            ? .broken("a quote that is never closed") : .more
                    }
                    at = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - bytes
                    guard at + 1 < end else {
                        if isLast { break }
                        return .more
                    }
                    if bytes[at + 1] != Self.quote { break }
                    hasDoubledQuotes = true
                    at += 2
                }
                let count = at - start - 1
                for offset in (start + 1)..<at where bytes[offset] == Self.lineFeed { lineBreaks += 1 }
                cells.append(
                    Cell(
                        start: start + 1, count: count,
                        form: count == 0 ? .empty : hasDoubledQuotes ? .doubledQuotes : .bare))
                at += 1
                if at < end, bytes[at] != delimiter, bytes[at] != Self.lineFeed, bytes[at] != Self.carriageReturn {
                    return .broken("text behind a closing quote")
                }
            } else {
                while at < end {
                    let byte = bytes[at]
                    if byte == delimiter || byte == Self.lineFeed || byte == Self.carriageReturn { break }
                    at += 1
                }
                cells.append(Cell(start: start, count: at - start, form: at == start ? .missing : .bare))
            }
            guard at < end else {
                if isLast { return .record(end: at, next: at, lineBreaks: 0) }
                return end - window.position > ByteWindow.largestRecord ? .broken("a line that is too long") : .more
            }
            if bytes[at] == delimiter {
                at += 1
                continue
            }
            guard let next = behindLineBreak(at) else { return .more }
            if cells.count == 1, cells[0].form == .missing { return .emptyLine(next: next) }
            return .record(end: at, next: next, lineBreaks: lineBreaks)
        }
    }

    /// The offset behind the line break at an offset; nil where the window ends inside of it.
    private func behindLineBreak(_ at: Int) -> Int? {
        guard window.bytes[at] == Self.carriageReturn else { return at + 1 }
        guard at + 1 < window.end else { return window.isAtEnd ? at + 1 : nil }
        return window.bytes[at + 1] == Self.lineFeed ? at + 2 : at + 1
    }

    /// The end of the line at the window's position and the offset behind its break; nil where the window ends before.
    private func firstLine() -> (end: Int, next: Int)? {
        var at = window.position
        while at < window.end {
            if window.bytes[at] == Self.lineFeed || window.bytes[at] == Self.carriageReturn {
                return behindLineBreak(at).map { (at, $0) }
            }
            at += 1
        }
        return window.isAtEnd || window.end - window.position > ByteWindow.largestRecord ? (at, at) : nil
    }
}
