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
    @Flag(help: "Does not ask.") var yes = false

    func run() async throws {
        let invocation = Invocation.here()
        let workspace = try Workspace(recipe, shared)
        guard let origin = workspace.origin else { throw ValidationError("Which recipe?") }
        let problems = try workspace.check()
        if problems.contains(where: { $0.severity == .error }) { throw Diagnostics(problems) }
        let parsed = Recipe.parse(origin.source)
        let commands = parsed.file.statements.compactMap { statement -> CommandStatement? in
            if case .command(let command) = statement { command } else { nil }
        }
        if commands.isEmpty {
            invocation.output.say(
                "\(origin.source.name) has no commands; `converge plan \(origin.source.name)` shows what it would make."
            )
            return
        }
        if let background = commands.first(where: \.isBackground) {
            throw Diagnostic.notInBackground(background, origin.source, isPiped: false)
        }
        let module = PromptModule(
            home: origin.path.map { .file($0) } ?? .scratch,
            text: ModuleText(String(decoding: origin.source.utf8, as: UTF8.self)))
        let inner = invocation.verb(of: module, inherited: shared, isConfirmed: yes, origin: origin)
        for command in commands {
            let words = CommandWords.words(of: command, in: origin.source) + (shared.json ? ["--json"] : [])
            let isOwn = command.verb.text.contains(".")
            let code = await VerbRunner(output: invocation.output).run(
                isOwn ? ["plugin-verb"] + words : words, in: inner)
            if code != 0 { throw ExitCode(code) }
        }
    }
}
