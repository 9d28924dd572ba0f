// SPDX-License-Identifier: Apache-2.0

/// Which keys run which commands, beside those that libedit binds itself.
enum Keymap {
    private typealias Binding = (keys: String, command: EditorCommand)

    /// Keys that mean the same in every mode.
    private static let everywhere: [Binding] = [
        ("^M", .accept), ("^J", .accept), ("^C", .abandon), ("^D", .deleteOrLeave), ("^Z", .suspend),
        ("^L", .clearScreen), ("^I", .complete), ("^R", .search), ("^P", .up), ("^N", .down), ("^_", .undo)
    ]

    private static let emacs: [Binding] = [
        ("^A", .lineStart), ("^E", .lineEnd), ("^B", .left), ("^F", .right), ("\\eb", .wordLeft),
        ("\\ef", .wordRight), ("^H", .rubOut), ("^?", .rubOut), ("^K", .killToLineEnd), ("^U", .killToLineStart),
        ("\\ed", .killWord), ("\\e^?", .killWordBack), ("\\e^H", .killWordBack), ("^W", .killBlankWordBack),
        ("^Y", .yank), ("\\ey", .yankOlder), ("^X^U", .undo), ("\\e_", .redo), ("^V", .quote), ("^Q", .quote),
        ("\\e^M", .newline), ("\\e^J", .newline), ("\\ep", .entryUp), ("\\en", .entryDown), ("^G", .escape),
        ("^X^E", .editOutside)
    ]

    private static let special: [(key: SpecialKey, command: EditorCommand)] = [
        (.up, .up), (.down, .down), (.right, .right), (.left, .left), (.home, .lineStart), (.end, .lineEnd),
        (.delete, .delete), (.pageUp, .entryUp), (.pageDown, .entryDown), (.backTab, .completeBack),
        (.wordRight, .wordRight), (.wordLeft, .wordLeft), (.entryUp, .entryUp), (.entryDown, .entryDown),
        (.deleteWord, .killWord), (.newline, .newline), (.paste, .paste), (.escape, .escape)
    ]

    /// Keys of vi's command mode that libedit would answer by drawing on the screen itself or by starting a
    /// program; searching is the editor's own.
    private static let viCommand: [Binding] = [
        ("k", .up), ("j", .down), ("/", .search), ("?", .search), ("v", .editOutside)
    ]
    private static let unassigned = "ed-unassigned"

    /// Binds everything; the user's choice between emacs and vi must be known by then, for choosing forgets
    /// all bindings.
    static func install(in line: EditLine) {
        let isVi = line.usesVi
        for (keys, command) in everywhere + (isVi ? [] : emacs) { line.bind(keys, to: command.rawValue) }
        for (key, command) in special { line.bind(code(key), to: command.rawValue) }
        guard isVi else {
            // These open a command line of libedit's own inside the text.
            for keys in ["\\ex", "\\eX"] { line.bind(keys, to: unassigned) }
            return
        }
        line.bind("^V", to: EditorCommand.quote.rawValue)
        line.bind(code(.viCommandMode), to: "vi-command-mode")
        for (keys, command) in everywhere + viCommand {
            line.bind(keys, to: command.rawValue, inCommandMode: true)
        }
        for (key, command) in special { line.bind(code(key), to: command.rawValue, inCommandMode: true) }
        let native: [(SpecialKey, String)] = [
            (.left, "ed-prev-char"), (.right, "ed-next-char"), (.delete, "ed-delete-next-char"),
            (.viCommandMode, unassigned)
        ]
        for (key, command) in native { line.bind(code(key), to: command, inCommandMode: true) }
        for keys in [":", "n", "N"] { line.bind(keys, to: unassigned, inCommandMode: true) }
    }

    private static func code(_ key: SpecialKey) -> String { String(Unicode.Scalar(key.rawValue)) }
}
