// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// Finds the records of a JSON Lines file: one object a line, its keys the columns.
///
/// A key that a line lacks is null there; a new key is a new column. A nested object or list is text in JSON. Of a key
/// that repeats the last value counts.
final class JSONLinesReader: RecordReader {
    let window: ByteWindow
    /// The keys in the order in which they came first.
    private(set) var columns: [String]
    private var numbers: [[UInt8]: Int] = [:]
    private var keys: [[UInt8]] = []
    private var line: Int64 = 1
    private let mayGrow: Bool
    private var isAtStart = true
    /// True where the window stands inside of a line that was too long.
    private var isInside = false

    /// - Parameters:
    ///   - columns: The keys that are known already.
    ///   - mayGrow: Whether a new key is a new column; else it is left out.
    init(_ window: ByteWindow, columns: [String], mayGrow: Bool) {
        self.window = window
        self.columns = columns
        self.mayGrow = mayGrow
        for column in columns { add(Array(column.utf8)) }
    }

    private func add(_ key: [UInt8]) {
        numbers[key] = keys.count
        keys.append(key)
    }

    func fill(_ block: inout RecordBlock) throws(CallError) -> Bool {
        block.clear()
        if isAtStart {
            isAtStart = false
            try window.skipByteOrderMark()
        }
        try passOverRest()
        while true {
            while !isInside, block.cells.count < RecordBlock.mostCells, let (end, next) = lineEnd() {
                var record = Record(
                    start: window.position, end: end, line: line, firstCell: block.cells.count, cellCount: 0,
                    problem: nil)
                line += 1
                window.position = next
                if !window.isAtEnd, next == end {
                    isInside = true
                    record.problem = .tooLong
                    block.records.append(record)
                    continue
                }
                var scan = JSONLineScan(bytes: window.bytes, at: record.start, end: end)
                scan.skipSpace()
                if scan.at == end { continue }
                let known = keys.count
                block.cells.append(contentsOf: repeatElement(.missing, count: known))
                if let reason = read(&scan, record.firstCell, &block.cells) {
                    forget(from: known)
                    block.cells.removeSubrange(record.firstCell...)
                    record.problem = .noObject("\(reason)")
                }
                record.cellCount = block.cells.count - record.firstCell
                block.records.append(record)
            }
            if !block.records.isEmpty { return true }
            if window.isAtEnd, window.position == window.end { return false }
            if !window.isAtEnd { try window.extend() }
        }
    }

    /// Goes on behind a line that was too long, without keeping what it passes.
    private func passOverRest() throws(CallError) {
        while isInside {
            let (bytes, position, end) = (window.bytes, window.position, window.end)
            if let found = memchr(bytes + position, 0x0A, end - position) {
                window.position = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - bytes + 1
                isInside = false
            } else {
                window.position = end
                isInside = !window.isAtEnd
                if isInside { try window.extend() }
            }
        }
    }

    /// Takes back the columns that only a broken line has.
    private func forget(from count: Int) {
        guard keys.count > count else { return }
        for key in keys[count...] { numbers[key] = nil }
        keys.removeSubrange(count...)
        columns.removeSubrange(count...)
    }

    /// The end of the line at the window's position and the offset behind its break; nil where the window ends before.
    private func lineEnd() -> (end: Int, next: Int)? {
        let (bytes, position, end) = (window.bytes, window.position, window.end)
        if position == end { return nil }
        if let found = memchr(bytes + position, 0x0A, end - position) {
            let at = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - bytes
            return (at > position && bytes[at - 1] == 0x0D ? at - 1 : at, at + 1)
        }
        return window.isAtEnd || end - position > ByteWindow.largestRecord ? (end, end) : nil
    }

    /// Reads one object into the cells behind the first; the reason where it is none.
    private func read(
        _ scan: inout JSONLineScan, _ firstCell: Int, _ cells: inout ContiguousArray<Cell>
    ) -> StaticString? {
        guard scan.take(UInt8(ascii: "{")) else { return "no JSON object" }
        scan.skipSpace()
        var guess = 0
        if !scan.take(UInt8(ascii: "}")) {
            repeat {
                scan.skipSpace()
                guard let key = scan.string() else { return "a key in quotes is missing" }
                scan.skipSpace()
                guard scan.take(UInt8(ascii: ":")) else { return "a colon is missing" }
                scan.skipSpace()
                guard let value = scan.value() else { return "a value that is no JSON" }
                if let column = column(of: key, in: scan.bytes, guess: guess) {
                    // Only a key that is new has no cell yet, and it is the last column then.
                    if firstCell + column < cells.count {
                        cells[firstCell + column] = value
                    } else {
                        cells.append(value)
                    }
                    guess = column + 1
                }
                scan.skipSpace()
            } while scan.take(UInt8(ascii: ","))
            guard scan.take(UInt8(ascii: "}")) else { return "the object is not closed" }
        }
        scan.skipSpace()
        return scan.at == scan.end ? nil : "text behind the object"
    }

    /// The column of a key.
    ///
    /// Lines of one file mostly have their keys in the same order, so the next one is tried first.
    private func column(of key: Cell, in bytes: UnsafePointer<UInt8>, guess: Int) -> Int? {
        if key.form == .text, guess < keys.count, keys[guess].count == key.count,
            keys[guess].withUnsafeBytes({
                memcmp($0.baseAddress ?? UnsafeRawPointer(bytes), bytes + key.start, key.count)
            }) == 0
        {
            return guess
        }
        let text = CellText.unescaped(key, in: bytes)
        if let known = numbers[text] { return known }
        guard mayGrow else { return nil }
        add(text)
        columns.append(String(decoding: text, as: UTF8.self))
        return keys.count - 1
    }
}
