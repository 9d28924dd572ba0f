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
            code = await VerbRunner(output: output).run(
                ScriptCommands.words(of: command, in: origin.source, json: shared.json, change: change.words), in: inner
            )
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
}
