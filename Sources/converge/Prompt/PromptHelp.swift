// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import RecipeSyntax
import Shell

/// What `help` says at the prompt.
enum PromptHelp {
    /// Verbs that only the prompt has.
    static let own: [String: String] = [
        "open": "open FILE\n  Edits that recipe's module; every declaration is written to the file.",
        "load": "load FILE\n  Copies a recipe's declarations into the module at the prompt.",
        "save": "save FILE [--yes]\n  Makes the module at the prompt, and what it made, that file's.",
        "undo": "undo\n  Takes the last declaration back.",
        "redo": "redo\n  Does again what undo took back.",
        "history": "history [N]\n  Shows the last statements.",
        "help": "help [VERB]\n  This, or one verb.",
        "quit": "quit\n  Leaves; so does Ctrl-D."
    ]

    /// The executable's verbs that can be typed at the prompt, in the order of its help.
    private static var shared: [any ParsableCommand.Type] {
        RootVerb.verbs.filter { Recipe.verbs.contains($0.configuration.commandName ?? "") }
    }

    static var verbNames: [String] { shared.compactMap { $0.configuration.commandName } + own.keys.sorted() }

    /// What one of the prompt's own verbs does.
    static func line(_ verb: String) -> String {
        own[verb]?.split(separator: "\n").last.map { String($0.trimmingPrefix("  ")) } ?? ""
    }

    static func text(_ style: TextStyle) -> String {
        var text =
            style(.heading, "Declare")
            + "      resource NAME: KIND { field: value }   let   param   def   workflow   for   if   output\n"
        text += style(.heading, "Ask") + "          any expression, such as 1 + 2 or lake.url\n"
        text += style(.heading, "Act") + "\n"
        let verbs = shared.map { ($0.configuration.commandName ?? "", $0.configuration.abstract) }
        let session = own.keys.sorted().map { ($0, line($0)) }
        let longest = (verbs + session).map(\.0.count).max() ?? 0
        for (name, abstract) in verbs + session {
            text +=
                "  " + style(.accent, name) + String(repeating: " ", count: longest - name.count + 2) + abstract + "\n"
        }
        text += "`run WORKFLOW &` runs in the background; its lines appear above the one that is typed.\n"
        text +=
            "`explain resource` explains a statement, a capability, a kind, a function or a code; Tab completes.\n"
        return text
    }
}
