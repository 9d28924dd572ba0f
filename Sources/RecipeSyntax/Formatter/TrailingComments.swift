// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Comments behind code, whose distance is decided when the lines around them are known.
struct TrailingComments {
    private struct Entry {
        /// Where in the output the comment goes.
        var offset: Int
        var line: Int
        /// Columns of code before it.
        var column: Int
        var sourceColumn: Int
        var text: ArraySlice<UInt8>
    }

    private var entries: [Entry] = []

    mutating func add(_ text: ArraySlice<UInt8>, offset: Int, line: Int, column: Int, sourceColumn: Int) {
        entries.append(Entry(offset: offset, line: line, column: column, sourceColumn: sourceColumn, text: text))
    }

    /// The output with the comments in it: one space behind the code, or in the column that neighbours shared.
    func insert(into output: [UInt8]) -> [UInt8] {
        if entries.isEmpty { return output }
        var result: [UInt8] = []
        result.reserveCapacity(output.count + entries.reduce(0) { $0 + $1.text.count + 8 })
        var copied = 0
        var index = 0
        while index < entries.count {
            var end = index + 1
            while end < entries.count, isNeighbour(entries[end], of: entries[end - 1]) { end += 1 }
            let group = entries[index..<end]
            let widest = group.map(\.column).max() ?? 0
            for entry in group {
                result += output[copied..<entry.offset]
                copied = entry.offset
                result += repeatElement(UInt8(ascii: " "), count: widest - entry.column + 1)
                result += entry.text
            }
            index = end
        }
        result += output[copied...]
        return result
    }

    private func isNeighbour(_ entry: Entry, of above: Entry) -> Bool {
        entry.line == above.line + 1 && entry.sourceColumn == above.sourceColumn
    }
}
