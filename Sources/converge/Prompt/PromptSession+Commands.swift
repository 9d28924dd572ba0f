// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import RecipeSyntax
import Shell

extension PromptSession {
    func run(_ command: CommandStatement, _ source: SourceText) async -> Answer {
        let words = CommandWords.words(of: command, in: source)
        let rest = Array(words.dropFirst())
        switch command.verb.text {
        case "quit", "exit": return .quit(0)
        case "help", "?": return help(rest)
        case "history":
            let entries = history.search("", atMost: rest.first.flatMap { Int($0) } ?? 20)
            output.print(entries.reversed().map(\.text).joined(separator: "\n"))
            return .done
        case "undo", "redo": return step(back: command.verb.text == "undo")
        case "open", "load", "save": return await move(command.verb.text, rest)
        default: break
        }
        do throws(Diagnostic) {
            try readAgain()
        } catch {
            tell([error])
            return .failed
        }
        var inherited = SharedOptions.none
        inherited.environment = environment
        let invocation = self.invocation.verb(of: module, inherited: inherited) { () throws(Diagnostic) in
            try self.beginChange()
        }
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
            output.print(PromptHelp.text(output.style), terminator: "")
            return .done
        }
        if let own = PromptHelp.own[word] {
            output.print(own)
            return .done
        }
        guard let verb = RootVerb.verbs.first(where: { $0.configuration.commandName == word }) else {
            tell([
                Diagnostic(
                    .unknownVerb, "there is no verb '\(word)'",
                    help: NearestName.find(word, in: PromptHelp.verbNames).map { ["help \($0)"] } ?? ["help"])
            ])
            return .failed
        }
        output.print(RootVerb.helpMessage(for: verb))
        return .done
    }
}
