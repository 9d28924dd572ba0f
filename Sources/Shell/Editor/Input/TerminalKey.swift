// SPDX-License-Identifier: Apache-2.0

/// What a terminal's bytes mean.
enum TerminalKey: Equatable, Sendable {
    /// A typed character or an ASCII control such as Ctrl-C.
    case scalar(Unicode.Scalar)
    /// A character typed with Alt, or behind Escape.
    case meta(Unicode.Scalar)
    case special(SpecialKey)
    /// Everything between the marks of a bracketed paste.
    case paste([UInt8])
    /// Bytes that are not UTF-8.
    case invalid
}

/// A key without a character.
///
/// The raw value is the character code that stands for the key in libedit's keymaps: the C1 controls, which no
/// key types and the decoder lets through from nowhere else.
enum SpecialKey: UInt8, Sendable, CaseIterable {
    case up = 0x81
    case down
    case right
    case left
    case home
    case end
    case delete
    case pageUp
    case pageDown
    case backTab
    case wordRight
    case wordLeft
    case entryUp
    case entryDown
    case deleteWord
    case newline
    /// Stands for a paste, whose text the engine keeps.
    case paste
    case escape
    /// Never typed: runs a command of libedit that one of the editor's own commands asked for.
    case viCommandMode
}
