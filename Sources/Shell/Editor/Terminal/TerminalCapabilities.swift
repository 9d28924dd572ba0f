// SPDX-License-Identifier: Apache-2.0
import CEditLine
import Glibc

/// What may be done with the terminal, decided once from the descriptors and the environment.
package struct TerminalCapabilities: Sendable, Hashable {
    /// How statements are read.
    package enum Reading: Sendable, Hashable {
        /// Key by key, with highlighting, hints and menus.
        case editing
        /// Line by line behind a prompt, without one escape sequence: TERM=dumb.
        case prompting
        /// From a pipe or a file: no prompt at all.
        case piped
    }

    package var reading: Reading
    /// Whether output may be coloured.
    package var usesColor: Bool
    /// Whether the terminal is told where prompts, statements and answers begin, by the marks of OSC 133.
    package var marksPrompts: Bool

    package init(reading: Reading, usesColor: Bool, marksPrompts: Bool = false) {
        self.reading = reading
        self.usesColor = usesColor
        self.marksPrompts = marksPrompts
    }

    /// Terminals that may show the text of a command that they do not know.
    private static let oldTerminals = ["linux", "ansi", "vt52", "vt100", "vt102", "vt220", "cons25"]

    /// What the given facts allow.
    package init(inputIsTerminal: Bool, outputIsTerminal: Bool, environment: (String) -> String?) {
        let term = environment("TERM") ?? ""
        // libedit itself takes `emacs` for a terminal that cannot be edited on.
        let isDumb = ["", "dumb", "emacs"].contains(term)
        if !inputIsTerminal || !outputIsTerminal {
            reading = .piped
        } else {
            reading = isDumb ? .prompting : .editing
        }
        marksPrompts = reading == .editing && !Self.oldTerminals.contains(term)
        usesColor = outputIsTerminal && !isDumb && (environment("NO_COLOR") ?? "").isEmpty
    }

    /// The facts of this process.
    package static func ofThisProcess() -> TerminalCapabilities {
        TerminalCapabilities(inputIsTerminal: isatty(STDIN_FILENO) == 1, outputIsTerminal: isatty(STDOUT_FILENO) == 1) {
            getenv($0).map { String(cString: $0) }
        }
    }
}

/// The process's idea of which bytes are letters.
enum CharacterLocale {
    /// Follows the environment, and uses UTF-8 where that names another code or a locale that is not installed:
    /// libedit looks at it when it starts and loses every letter beyond ASCII without.
    static func useUnicode() {
        setlocale(LC_CTYPE, "")
        let name = nl_langinfo(nl_item(CODESET)).map { String(cString: $0) }
        if name != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
    }
}
