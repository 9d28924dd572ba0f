// SPDX-License-Identifier: Apache-2.0

/// A named source text that turns UTF-8 offsets into lines and columns.
///
/// Finding a place costs a binary search, however long the lines are; the tables for that are made once.
public struct SourceText: Sendable {
    /// The name shown in diagnostics: a path relative to the current folder, or `<prompt>`.
    public let name: String
    /// The text as bytes.
    public let utf8: [UInt8]
    private let lineStarts: [Int]
    /// How many Unicode scalars begin before each block of bytes, so that columns of long lines need not be counted
    /// from the line's beginning.
    private let scalarsBeforeBlock: [Int]

    private static let blockSize = 4096

    public init(name: String, utf8: [UInt8]) {
        self.name = name
        self.utf8 = utf8
        var starts = [0]
        var scalars = 0
        var blocks: [Int] = []
        for (offset, byte) in utf8.enumerated() {
            if offset % Self.blockSize == 0 { blocks.append(scalars) }
            if byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
            if Self.beginsScalar(byte) { scalars += 1 }
        }
        lineStarts = starts
        scalarsBeforeBlock = blocks
    }

    public init(name: String, _ text: String) { self.init(name: name, utf8: Array(text.utf8)) }

    /// The number of the line that holds the offset, counted from zero.
    private func lineIndex(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The line and column of an offset; offsets behind the end mean the end.
    public func position(of offset: Int) -> SourcePosition {
        let offset = Swift.min(Swift.max(offset, 0), utf8.count)
        let line = lineIndex(of: offset)
        return SourcePosition(line: line + 1, column: scalars(from: lineStarts[line], to: offset) + 1)
    }

    private static func beginsScalar(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }

    private func scalars(from start: Int, to end: Int) -> Int {
        if end - start > 2 * Self.blockSize { return scalars(before: end) - scalars(before: start) }
        var count = 0
        for offset in start..<end where Self.beginsScalar(utf8[offset]) { count += 1 }
        return count
    }

    private func scalars(before end: Int) -> Int {
        let block = Swift.min(end / Self.blockSize, scalarsBeforeBlock.count - 1)
        return scalarsBeforeBlock[block] + scalars(from: block * Self.blockSize, to: end)
    }

    /// The text of a line, counted from one, without its line end; empty where there is no such line.
    public func line(_ number: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] - 1 : utf8.count
        if end > start, utf8[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return String(decoding: utf8[start..<Swift.max(start, end)], as: UTF8.self)
    }

    /// The text of a range; offsets outside the text are clipped.
    public func text(of range: SourceRange) -> String {
        let lower = Swift.min(Int(range.lower), utf8.count)
        let upper = Swift.min(Int(range.upper), utf8.count)
        return String(decoding: utf8[lower..<Swift.max(lower, upper)], as: UTF8.self)
    }

    /// The place that a diagnostic shows for a range.
    public func place(_ range: SourceRange) -> SourcePlace {
        let start = position(of: Int(range.lower))
        let (excerpt, column) = excerpt(around: Int(range.lower), line: start.line)
        return SourcePlace(
            file: name, start: start, end: position(of: Int(range.upper)), excerpt: excerpt, excerptColumn: column)
    }

    /// The line, or of a long one what is near an offset; and the column where that begins.
    ///
    /// A text without line breaks may have thousands of places to show.
    private func excerpt(around offset: Int, line: Int) -> (text: String, column: Int) {
        let lineStart = lineStarts[line - 1]
        let lineEnd = line < lineStarts.count ? lineStarts[line] : utf8.count
        if lineEnd - lineStart <= 4 * Self.blockSize { return (self.line(line), 1) }
        var start = Swift.max(lineStart, Swift.min(offset, lineEnd) - Self.blockSize)
        while start > lineStart, !Self.beginsScalar(utf8[start]) { start -= 1 }
        var end = Swift.min(lineEnd, start + 3 * Self.blockSize)
        while end < lineEnd, !Self.beginsScalar(utf8[end]) { end += 1 }
        while end > start, utf8[end - 1] == UInt8(ascii: "\n") || utf8[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return (
            String(decoding: utf8[start..<end], as: UTF8.self), scalars(from: lineStart, to: start) + 1
        )
    }
}

/// A line and a column, both counted from one, the column in Unicode scalars.
public struct SourcePosition: Sendable, Hashable, Comparable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// Where in which source something stands, with the text of its first line, so that it can be drawn
/// after the source itself is gone.
public struct SourcePlace: Sendable, Hashable {
    public var file: String
    public var start: SourcePosition
    public var end: SourcePosition
    /// The first line, or of a very long one what is near the place.
    public var excerpt: String
    /// The column where the excerpt begins: 1 for a whole line.
    public var excerptColumn: Int

    /// - Parameter excerpt: The whole first line.
    public init(file: String, start: SourcePosition, end: SourcePosition, excerpt: String) {
        self.init(file: file, start: start, end: end, excerpt: excerpt, excerptColumn: 1)
    }

    public init(file: String, start: SourcePosition, end: SourcePosition, excerpt: String, excerptColumn: Int) {
        self.file = file
        self.start = start
        self.end = end
        self.excerpt = excerpt
        self.excerptColumn = excerptColumn
    }
}
