// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import RecipeSyntax
import Shell

/// A recipe by itself: its declarations, then its commands in their order. The first that fails ends it.
struct ScriptVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script", abstract: "Runs a recipe as a script.", shouldDisplay: false)

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let invocation = Invocation.here()
        let workspace = try Workspace(recipe, shared)
        guard let origin = workspace.origin, let script = workspace.commands() else {
            throw ValidationError("Which recipe?")
        }
        let problems = try workspace.check()
        if problems.contains(where: { $0.severity == .error }) { throw Diagnostics(problems) }
        let commands = script.commands
        if commands.isEmpty {
            invocation.output.say(
                "\(origin.source.name) has no commands; `converge plan \(origin.source.name)` shows what it would make."
            )
            return
        }
        let misuse = script.problems
        if !misuse.isEmpty { throw Diagnostics(misuse) }
        let module = PromptModule(
            home: origin.path.map { .file($0) } ?? .scratch,
            text: ModuleText(String(decoding: origin.source.utf8, as: UTF8.self)))
        let inner = invocation.verb(of: module, inherited: shared, isConfirmed: change.yes, origin: origin)
        let output = invocation.output
        var documents: [Value] = []
        var code: Int32 = 0
        for command in commands where code == 0 {
            if shared.json { output.collectDocuments() }
            code = await VerbRunner(output: output).run(words(of: command, in: origin), in: inner)
            if shared.json {
                let document = output.takeDocuments().last
                documents.append(
                    .object([
                        "command": .string(CommandWords.words(of: command, in: origin.source).joined(separator: " ")),
                        "code": .int(Int64(code)), "document": document.map { .object($0) } ?? .null
                    ]))
            }
        }
        if shared.json { output.print(document: ["commands": .list(documents)]) }
        if code != 0 { throw ExitCode(code) }
    }

    private func words(of command: CommandStatement, in origin: RecipeOrigin) -> [String] {
        let words = CommandWords.words(of: command, in: origin.source)
        let verb = command.verb.text
        // What the command says itself comes later and counts.
        let options = (shared.json ? ["--json"] : []) + (Self.changing.contains(verb) ? change.words : [])
        return (verb.contains(".") ? ["plugin-verb"] : []) + [verb] + options + words.dropFirst()
    }

    /// The verbs that take the options of a change.
    private static let changing: Set<String> = ["apply", "destroy", "refresh", "rollback", "run", "resume"]
}
