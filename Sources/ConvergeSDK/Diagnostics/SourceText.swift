// SPDX-License-Identifier: Apache-2.0

/// A named source text that turns UTF-8 offsets into lines and columns.
///
/// Finding a place costs a binary search; the table of lines is made once.
public struct SourceText: Sendable {
    /// The name shown in diagnostics: a path relative to the current folder, or `<prompt>`.
    public let name: String
    /// The text as bytes.
    public let utf8: [UInt8]
    private let lineStarts: [Int]

    public init(name: String, utf8: [UInt8]) {
        self.name = name
        self.utf8 = utf8
        var starts = [0]
        for (offset, byte) in utf8.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        lineStarts = starts
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
        let column = String(decoding: utf8[lineStarts[line]..<offset], as: UTF8.self).unicodeScalars.count
        return SourcePosition(line: line + 1, column: column + 1)
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
        return SourcePlace(
            file: name, start: start, end: position(of: Int(range.upper)), excerpt: line(start.line))
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
    /// The whole first line.
    public var excerpt: String

    public init(file: String, start: SourcePosition, end: SourcePosition, excerpt: String) {
        self.file = file
        self.start = start
        self.end = end
        self.excerpt = excerpt
    }
}
