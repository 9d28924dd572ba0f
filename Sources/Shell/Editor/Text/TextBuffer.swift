// SPDX-License-Identifier: Apache-2.0

/// A text being edited and the cursor in it, both in scalars, which is how libedit counts.
///
/// All motion is by grapheme cluster, so that nothing ever stands between a letter and its accent.
struct TextBuffer: Equatable, Sendable {
    var scalars: [Unicode.Scalar]
    /// The number of scalars before the cursor.
    private(set) var cursor: Int

    init(_ scalars: [Unicode.Scalar] = [], cursor: Int? = nil) {
        self.scalars = scalars
        self.cursor = min(max(cursor ?? scalars.count, 0), scalars.count)
    }

    init(_ text: String, cursor: Int? = nil) { self.init(Array(text.unicodeScalars), cursor: cursor) }

    var isEmpty: Bool { scalars.isEmpty }
    var isAtEnd: Bool { cursor == scalars.count }
    var text: String { Self.string(scalars[...]) }
    var textBeforeCursor: String { Self.string(scalars[..<cursor]) }
    /// The cursor as a UTF-8 offset.
    var utf8Cursor: Int { textBeforeCursor.utf8.count }

    static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(scalars.count)
        for scalar in scalars {
            if scalar.isASCII {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                bytes.append(contentsOf: String(scalar).utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The scalar position of a UTF-8 offset; one inside a scalar means the scalar's start.
    func position(utf8Offset offset: Int) -> Int {
        var position = 0
        var bytes = 0
        for scalar in scalars {
            bytes += UTF8.width(scalar)
            if bytes > offset { break }
            position += 1
        }
        return position
    }

    mutating func moveCursor(to position: Int) { cursor = min(max(position, 0), scalars.count) }

    mutating func insert(_ text: String) {
        let added = Array(text.unicodeScalars)
        scalars.insert(contentsOf: added, at: cursor)
        cursor += added.count
    }

    /// Replaces a range of scalars and puts the cursor behind what replaced it.
    mutating func replace(_ range: Range<Int>, with text: String) {
        let range = range.clamped(to: 0..<scalars.count)
        let added = Array(text.unicodeScalars)
        scalars.replaceSubrange(range, with: added)
        cursor = range.lowerBound + added.count
    }

    /// Removes the text between the cursor and a position, and returns it.
    @discardableResult
    mutating func remove(to position: Int) -> String {
        let range = min(cursor, position)..<max(cursor, position)
        let removed = Self.string(scalars[range.clamped(to: 0..<scalars.count)])
        replace(range, with: "")
        return removed
    }
}
