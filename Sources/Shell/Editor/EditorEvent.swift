// SPDX-License-Identifier: Apache-2.0

/// What came of reading a statement.
package enum EditorEvent: Sendable, Hashable {
    /// What Enter accepted: usually one statement, several after a paste, none for an empty line. Run them in
    /// order and stop at the first that fails; each is in the history already.
    case statements([EnteredStatement])
    /// Ctrl-C: the line stays visible, nothing runs.
    case abandoned
    /// Ctrl-D on an empty line, the end of piped input, or a terminal that is gone.
    case endOfInput
    /// Piped input that is not UTF-8; what follows it was not read.
    case notText(InvalidText)
}

/// One whole statement as it was entered, without the line end.
package struct EnteredStatement: Sendable, Hashable {
    package var text: String
    /// The line of the input on which it begins; one at the prompt.
    package var firstLine: Int

    package init(_ text: String, firstLine: Int = 1) {
        self.text = text
        self.firstLine = firstLine
    }
}

/// Where input stops to be UTF-8; counted from one, the column in bytes.
package struct InvalidText: Sendable, Hashable {
    package var line: Int
    package var column: Int
    package var byte: UInt8

    package init(line: Int, column: Int, byte: UInt8) {
        self.line = line
        self.column = column
        self.byte = byte
    }
}
