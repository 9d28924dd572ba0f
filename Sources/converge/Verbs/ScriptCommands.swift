// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import RecipeSyntax

/// The commands behind a recipe's declarations.
struct ScriptCommands: Sendable {
    let source: SourceText
    let commands: [CommandStatement]

    init(_ parsed: ParsedRecipe, of source: SourceText) {
        self.source = source
        commands = parsed.file.statements.compactMap { statement in
            if case .command(let command) = statement { command } else { nil }
        }
    }

    /// The verbs that take the options of a change.
    static let changing: Set<String> = ["apply", "destroy", "refresh", "rollback", "run", "resume"]

    /// A command as the words that the executable takes.
    ///
    /// - Parameter change: Options of the whole for a verb that changes something; what the command says itself comes
    ///   later and counts.
    static func words(
        of command: CommandStatement, in source: SourceText, json: Bool, change: [String]
    ) -> [String] {
        let words = CommandWords.words(of: command, in: source)
        let verb = command.verb.text
        let options = (json ? ["--json"] : []) + (changing.contains(verb) ? change : [])
        return (verb.contains(".") ? ["plugin-verb"] : []) + [verb] + options + words.dropFirst()
    }

    /// What is wrong with the commands by themselves: all of it, before the first of them does anything.
    var problems: [Diagnostic] { commands.compactMap(problem) }

    private func problem(_ command: CommandStatement) -> Diagnostic? {
        let verb = command.verb.text
        // A plugin's verbs are known to its plugin.
        if verb.contains(".") { return nil }
        if command.isBackground { return .notInBackground(command, source, isPiped: false) }
        guard RootVerb.knows(verb) else {
            var diagnostic = Diagnostic.unknownVerb(verb)
            diagnostic.labels = [DiagnosticLabel(source.place(command.verb.range))]
            return diagnostic
        }
        do {
            _ = try RootVerb.parseAsRoot(CommandWords.words(of: command, in: source))
            return nil
        } catch {
            // A wish for help is none.
            if RootVerb.exitCode(for: error).rawValue == 0 { return nil }
            let message = RootVerb.message(for: error).split(separator: "\n").first.map(String.init) ?? "wrong usage"
            return Diagnostic(
                .commandMisused, "\(verb): \(message)", labels: [DiagnosticLabel(source.place(command.range))],
                help: ["converge \(verb) --help"])
        }
    }
}
