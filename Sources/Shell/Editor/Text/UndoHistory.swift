// SPDX-License-Identifier: Apache-2.0

/// Earlier states of a text, so that an edit can be taken back and made again.
///
/// Letters typed in one go are one step; a blank or any other edit begins a new one.
struct UndoHistory {
    private var past: [TextBuffer] = []
    private var future: [TextBuffer] = []
    /// The text after the last letter typed: the next one belongs to it when it is typed right there.
    private var typed: TextBuffer?
    private static let deepest = 1000

    /// Notes that a text was changed into another.
    mutating func record(from old: TextBuffer, to new: TextBuffer) {
        let isLetter = Self.isLetterTyped(old, new)
        let goesOn = isLetter && typed == old
        typed = isLetter ? new : nil
        future.removeAll()
        if goesOn { return }
        past.append(old)
        if past.count > Self.deepest { past.removeFirst() }
    }

    private static func isLetterTyped(_ old: TextBuffer, _ new: TextBuffer) -> Bool {
        guard new.scalars.count == old.scalars.count + 1, new.cursor == old.cursor + 1 else { return false }
        return !new.scalars[old.cursor].properties.isWhitespace
    }

    /// The state before the last step; nil where there is none.
    mutating func undo(_ present: TextBuffer) -> TextBuffer? {
        guard let earlier = past.popLast() else { return nil }
        future.append(present)
        typed = nil
        return earlier
    }

    /// The state that the last undo left.
    mutating func redo(_ present: TextBuffer) -> TextBuffer? {
        guard let later = future.popLast() else { return nil }
        past.append(present)
        typed = nil
        return later
    }
}
