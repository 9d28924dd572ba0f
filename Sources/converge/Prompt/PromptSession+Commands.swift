// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import RecipeSyntax
import Shell

extension PromptSession {
    func run(_ command: CommandStatement, _ source: SourceText) async -> Answer {
        var words = CommandWords.words(of: command, in: source)
        // `?` helps with a verb and explains any other word.
        if words.count == 2, words[0] == "?", !PromptHelp.verbNames.contains(words[1]) { words[0] = "explain" }
        let rest = Array(words.dropFirst())
        switch words[0] {
        case "quit", "undo", "redo":
            if let extra = rest.first {
                output.say("Error: Unexpected argument '\(extra)'\nUsage: \(words[0])")
                return .failed
            }
            return words[0] == "quit" ? .quit(0) : step(back: words[0] == "undo")
        case "help", "?": return help(rest)
        case "history" where rest.count == 1 && Int(rest[0]) != nil:
            let entries = history.search("", atMost: max(1, Int(rest[0]) ?? 1))
            output.print(entries.reversed().map(\.text).joined(separator: "\n"))
            return .done
        case "open", "load", "save": return await move(words[0], rest)
        case "fmt" where rest.allSatisfy({ $0 == "--check" || $0 == "--json" }): return format(rest)
        default: break
        }
        do throws(Diagnostic) {
            try readAgain()
        } catch {
            tell([error])
            return .failed
        }
        let inherited = settings.options(for: module.text)
        let change: @Sendable () throws(Diagnostic) -> Void = { () throws(Diagnostic) in try self.beginChange() }
        if command.isBackground, isPiped || !Background.takes(words) {
            tell([.notInBackground(command, source, isPiped: isPiped)])
            return .failed
        }
        // What is taken back of a run that goes on behind the prompt waits there for what is in flight.
        if command.isBackground || Background.isTakingBack(words) && runs.names.contains(where: words.contains) {
            let code = await runs.begin(words, front: output, project: project) { background, output in
                self.invocation.verb(
                    of: module, inherited: inherited, background: (background, output), beginChange: change)
            }
            return code ?? 0 == 0 ? .done : .failed
        }
        let invocation = self.invocation.verb(of: module, inherited: inherited, beginChange: change)
        let verb = command.verb.text.contains(".") ? ["plugin-verb"] + words : words
        let code = await VerbRunner(output: output).run(verb, in: invocation)
        return code == 0 || code == 2 ? .done : .failed
    }

    private func move(_ verb: String, _ words: [String]) async -> Answer {
        let isConfirmed = verb == "save" && words.contains("--yes")
        let paths = words.filter { !isConfirmed || $0 != "--yes" }
        guard let path = paths.first, paths.count == 1 else {
            tell([Diagnostic(.noRecipe, "\(verb) takes a file", help: ["\(verb) shop.recipe"])])
            return .failed
        }
        return switch verb {
        case "open": open(path)
        case "load": load(path)
        default: await save(path, isConfirmed: isConfirmed)
        }
    }

    private func help(_ words: [String]) -> Answer {
        guard let word = words.first else {
            output.print(PromptHelp.text(output.style, width: output.width), terminator: "")
            return .done
        }
        if let own = PromptHelp.own[word] {
            output.print(own)
            return .done
        }
        guard let verb = PromptHelp.parser(of: words) else {
            tell([
                Diagnostic(
                    .unknownVerb, "there is no verb '\(word)'",
                    help: NearestName.find(word, in: PromptHelp.verbNames).map { ["help \($0)"] } ?? [
                        "help    lists the verbs"
                    ])
            ])
            return .failed
        }
        output.print(PromptHelp.asTyped(RootVerb.helpMessage(for: verb)))
        if words == ["history"] { output.print("history N\n  Shows the last N statements that were typed.") }
        return .done
    }
}
