// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Finds the cells of CSV records in bytes.
struct CSVScan {
    enum Outcome {
        /// The bytes end before the record does.
        case more
        case emptyLine
        case whole(end: Int, lineBreaks: Int64)
        case broken(RowProblem)
    }

    let bytes: UnsafePointer<UInt8>
    let end: Int
    /// True where no bytes follow.
    let isLast: Bool
    let delimiter: UInt8
    /// Where the next record begins.
    var at: Int

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// Finds the cells of one record.
    ///
    /// Where it is not whole the position is of no use.
    @inline(__always)
    mutating func record(into cells: inout ContiguousArray<Cell>) -> Outcome {
        let recordStart = at
        let firstCell = cells.count
        var lineBreaks: Int64 = 1
        while true {
            let start = at
            if at < end, bytes[at] == Self.quote {
                var isDoubled = false
                switch closeQuote(&isDoubled) {
                case .some(.more): return isTooLong(recordStart) ? .broken(.openQuote) : .more
                case .some(let outcome): return outcome
                case .none: break
                }
                let count = at - start - 1
                for offset in (start + 1)..<at where bytes[offset] == Self.lineFeed { lineBreaks += 1 }
                cells.append(
                    Cell(start: start + 1, count: count, form: count == 0 ? .empty : isDoubled ? .doubledQuotes : .bare)
                )
                at += 1
                if at < end, bytes[at] != delimiter, bytes[at] != Self.lineFeed, bytes[at] != Self.carriageReturn {
                    return .broken(.textBehindQuote)
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
                if isLast { return .whole(end: at, lineBreaks: 0) }
                return isTooLong(recordStart) ? .broken(.tooLong) : .more
            }
            if bytes[at] == delimiter {
                if cells.count - firstCell >= RecordBlock.mostCells { return .broken(.tooLong) }
                at += 1
                continue
            }
            let recordEnd = at
            guard skipLineBreak() else { return .more }
            if recordEnd == recordStart, cells.count == firstCell + 1 { return .emptyLine }
            return .whole(end: recordEnd, lineBreaks: lineBreaks)
        }
    }

    private func isTooLong(_ start: Int) -> Bool { end - start > ByteWindow.largestRecord }

    /// Moves from an opening quote to the closing one; gives an outcome where there is none.
    private mutating func closeQuote(_ isDoubled: inout Bool) -> Outcome? {
        at += 1
        while true {
            guard let found = memchr(bytes + at, Int32(Self.quote), end - at) else {
                return isLast ? .broken(.openQuote) : .more
            }
            at = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - bytes
            guard at + 1 < end else { return isLast ? nil : .more }
            if bytes[at + 1] != Self.quote { return nil }
            isDoubled = true
            at += 2
        }
    }

    /// Moves behind the line break; false where the bytes end inside of it.
    private mutating func skipLineBreak() -> Bool {
        guard bytes[at] == Self.carriageReturn else {
            at += 1
            return true
        }
        guard at + 1 < end else {
            at += 1
            return isLast
        }
        at += bytes[at + 1] == Self.lineFeed ? 2 : 1
        return true
    }

    /// Moves behind the line; its end, or nil where the bytes end before it does.
    mutating func line() -> Int? {
        let start = at
        while at < end {
            if bytes[at] == Self.lineFeed || bytes[at] == Self.carriageReturn {
                let lineEnd = at
                if skipLineBreak() { return lineEnd }
                at = start
                return nil
            }
            at += 1
        }
        if isLast || isTooLong(start) { return at }
        at = start
        return nil
    }
}
