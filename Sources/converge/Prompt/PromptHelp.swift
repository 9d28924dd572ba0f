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
        "help": "help [VERB]\n  This, or one verb.",
        "quit": "quit\n  Leaves; so does Ctrl-D."
    ]

    /// The executable's verbs that can be typed at the prompt, in the order of its help.
    private static var shared: [any ParsableCommand.Type] {
        RootVerb.verbs.filter { Recipe.verbs.contains($0.configuration.commandName ?? "") }
    }

    static var verbNames: [String] { shared.compactMap { $0.configuration.commandName } + own.keys.sorted() }

    /// The parser of a verb, or of one of its subverbs.
    static func parser(of words: [String]) -> (any ParsableCommand.Type)? {
        var found: (any ParsableCommand.Type)?
        var among = RootVerb.verbs
        for word in words {
            guard let next = among.first(where: { $0.configuration.commandName == word }) else { break }
            found = next
            among = next.configuration.subcommands
        }
        return found
    }

    /// What one of the prompt's own verbs does.
    static func line(_ verb: String) -> String {
        own[verb]?.split(separator: "\n").last.map { String($0.trimmingPrefix("  ")) } ?? ""
    }

    /// - Parameter width: The columns that there are; nil for as many as needed.
    static func text(_ style: TextStyle, width: Int?) -> String {
        var text = style(.heading, "Declare") + "  resource NAME: KIND { field: value }   workflow NAME { step … }\n"
        text += "         let   param   def   for   if   output   import   use\n"
        text += style(.heading, "Ask") + "      any expression, such as 1 + 2 or lake.url\n"
        text += style(.heading, "Act") + "\n"
        let verbs = shared.map { ($0.configuration.commandName ?? "", $0.configuration.abstract) }
        let session = own.keys.sorted().map { ($0, line($0)) }
        let longest = (verbs + session).map(\.0.count).max() ?? 0
        for (name, abstract) in verbs + session {
            let rows = rows(of: abstract, width: (width ?? Int.max) - longest - 4)
            let indent = String(repeating: " ", count: longest + 4)
            text += "  " + style(.accent, name) + String(repeating: " ", count: longest - name.count + 2)
            text += rows.joined(separator: "\n" + indent) + "\n"
        }
        text += "`history 20` shows the last statements that were typed.\n"
        text += "`run WORKFLOW &` goes on in the background; `explain resource` explains a\n"
        text += "statement, a capability, a kind, a function or a code; Tab completes.\n"
        return text
    }

    /// A parser's message as it is true at the prompt, where no program's name stands before a verb.
    static func asTyped(_ message: String) -> String {
        var text = message.replacing("USAGE: converge ", with: "USAGE: ")
            .replacing("Usage: converge ", with: "Usage: ")
        for verb in shared.compactMap({ $0.configuration.commandName }) {
            text = text.replacing(
                "See 'converge help \(verb) <subcommand>' for detailed help.",
                with: "`help \(verb) SUBVERB` tells more.")
        }
        let (begin, end) = ("See 'converge ", " --help' for more information.")
        guard let first = text.firstRange(of: begin), let last = text[first.upperBound...].firstRange(of: end) else {
            return text
        }
        let verb = text[first.upperBound..<last.lowerBound]
        text.replaceSubrange(first.lowerBound..<last.upperBound, with: "`help \(verb)` tells more.")
        return text
    }

    /// A line broken at blanks.
    private static func rows(of text: String, width: Int) -> [String] {
        var rows = [""]
        for word in text.split(separator: " ") {
            let row = rows[rows.count - 1]
            if row.isEmpty {
                rows[rows.count - 1] = String(word)
            } else if row.count + 1 + word.count > max(20, width) {
                rows.append(String(word))
            } else {
                rows[rows.count - 1] = "\(row) \(word)"
            }
        }
        return rows
    }
}
