// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Planning
import PluginHost
import RecipeRuntime
import RecipeSyntax
import Shell

/// The prompt: declarations, expressions and commands, one after the other, on one module.
///
/// Piped input follows the same rules without prompt, colour or banner; its first error ends it with 1.
struct PromptSession: Sendable {
    let invocation: Invocation
    let output: Output
    let settings: PromptSettings
    let module: PromptModule
    let keeper: ScratchKeeper
    let right: ScratchRight
    let history: History
    let runs = BackgroundRuns()
    let departure = Departure()
    let project: Project
    let isPiped: Bool
    private let capabilities: TerminalCapabilities

    init(_ settings: PromptSettings, in invocation: Invocation) {
        self.invocation = invocation
        self.settings = settings
        output = invocation.output
        project = Project.containing(".")
        keeper = ScratchKeeper(project: project)
        right = ScratchRight(project: project)
        module = PromptModule(home: .scratch, text: .empty)
        capabilities = TerminalCapabilities.ofThisProcess()
        isPiped = capabilities.reading == .piped
        history = History(file: isPiped ? nil : HistoryPlace.file, project: project.folder)
    }

    /// - Returns: The exit code.
    func run() async -> Int32 {
        do {
            try settings.validate()
        } catch {
            return VerbRunner(output: output).tellUsage(error, isAtPrompt: false)
        }
        let language = PromptLanguage(module: module) { self.surroundings() }
        guard let editor = LineEditor(language: language, history: history, capabilities: capabilities) else {
            output.say("converge: the system has no descriptor or thread left for the prompt")
            return 1
        }
        runs.showRows { editor.printAbove($0, otherwise: $1) }
        defer { right.free() }
        guard begin() else { return 1 }
        let code = await withTaskGroup(of: Void.self) { group in
            if !isPiped { group.addTask(priority: .utility) { readAhead() } }
            return await departure.watching { await read(by: editor) }
        }
        if let reason = departure.reason {
            await runs.finish(output, reason)
            return ExitCode.interrupted.rawValue
        }
        await runs.end(output)
        tellUnclaimed()
        return code
    }

    /// Reads what the first Tab and the first declaration need, while the first line is typed.
    private func readAhead() {
        _ = VerbShapes.all(surroundings().engine.catalog)
        _ = surroundings().engine.vocabulary
    }

    /// Names the environment that commands act on, unless the project has only one.
    private var prompt: String {
        let environment = settings.environment ?? Plan.onlyEnvironment
        return environment == Plan.onlyEnvironment ? "converge> " : "converge \(environment)> "
    }

    /// Reads and answers statements.
    ///
    /// - Returns: The exit code.
    private func read(by editor: LineEditor) async -> Int32 {
        var wasWarned = false
        var status: Int32?
        while true {
            let before = status
            let event = await departure.unlessAsked { await editor.readStatement(prompt: prompt, after: before) }
            if departure.reason != nil { return ExitCode.interrupted.rawValue }
            status = event == .abandoned ? ExitCode.interrupted.rawValue : 0
            if wasWarned, event != .endOfInput, event != .statements([EnteredStatement("quit")]) { wasWarned = false }
            switch event {
            case .endOfInput:
                if wasWarned || !warnOfRuns("Ctrl-D") { return 0 }
                wasWarned = true
            case .abandoned: continue
            case .notText(let place):
                let byte = String(place.byte, radix: 16)
                let position = "line \(place.line), column \(place.column)"
                tell([
                    Diagnostic(
                        .recipeNotText, "byte 0x\(byte) at \(position) is not UTF-8",
                        help: ["convert it before: iconv -f LATIN1 -t UTF-8"])
                ])
                return 1
            case .statements(let statements):
                for statement in statements {
                    let answer = await take(statement)
                    if departure.reason != nil { return ExitCode.interrupted.rawValue }
                    switch answer {
                    case .done: continue
                    case .failed:
                        if isPiped { return 1 }
                        status = 1
                    case .quit(let code):
                        if wasWarned || !warnOfRuns("`quit`") { return code }
                        wasWarned = true
                    }
                    break
                }
            }
        }
    }

    /// Says what `--set` was given for nothing.
    private func tellUnclaimed() {
        let names = settings.unclaimed(in: module.text)
        if names.isEmpty || !isPiped { return }
        output.say(
            "Not used, since there is no parameter of that name: \(names.map { "--set \($0)" }.joined(separator: ", "))."
        )
    }

    /// Says which runs leaving would stop.
    ///
    /// - Returns: False where there are none.
    private func warnOfRuns(_ again: String) -> Bool {
        let names = runs.names
        if names.isEmpty { return false }
        let verb = names.count == 1 ? "goes" : "go"
        let resumed = names.map { "`resume \($0)`" }.joined(separator: ", ")
        output.say(
            "\(names.joined(separator: ", ")) still \(verb) on here. \(again) again stops what is in flight and leaves; "
                + "\(resumed) goes on with it later.")
        return true
    }

    /// Says what is here.
    ///
    /// - Returns: False where piped input shall not be read.
    private func begin() -> Bool {
        if !isPiped { output.print("Converge \(ConvergeMain.version). `help` helps, Ctrl-D leaves.") }
        do {
            if let kept = try keeper.text(of: .scratch) { module.move(to: .scratch, text: kept) }
            if isPiped { return true }
            let names = module.text.names
            if !names.isEmpty {
                output.print(output.style(.dim, "Here from before: \(names.joined(separator: ", "))."))
            }
            let waiting = settings.unclaimed(in: module.text)
            if !waiting.isEmpty {
                let text = "Kept until there is a parameter of that name: \(waiting.joined(separator: ", "))."
                output.print(output.style(.dim, text))
            }
            if let notice = try right.notice() { output.print(output.style(.dim, notice)) }
            return true
        } catch {
            tell([error])
            return !isPiped
        }
    }

    enum Answer {
        case done, failed
        case quit(Int32)
    }

    func surroundings() -> PromptSurroundings {
        PromptSurroundings(
            engine: invocation.engine(project, environment: settings.environment ?? "default"), settings: settings)
    }

    func tell(_ problems: [Diagnostic]) {
        output.say(DiagnosticRenderer(style: output.errorStyle).text(problems), terminator: "")
    }

    // MARK: One statement

    private func take(_ entered: EnteredStatement) async -> Answer {
        let source = SourceText(
            name: "<prompt>", String(repeating: "\n", count: entered.firstLine - 1) + entered.text)
        // Only a dotted word can be a plugin's verb; what holds none needs no plugins.
        let verbs = entered.text.contains(".") ? surroundings().engine.catalog.plugins.flatMap(\.manifest.verbs) : []
        let parsed = Recipe.parse(source, mode: .prompt, pluginVerbs: Set(verbs.map(\.name)))
        if !parsed.diagnostics.isEmpty {
            tell(parsed.diagnostics)
            return .failed
        }
        for statement in parsed.file.statements {
            let answer: Answer
            switch statement {
            case .command(let command): answer = await run(command, source)
            case .expression(let expression):
                answer = await evaluate(TypedText(expression.expression.range, of: source))
            default: answer = await declare(statement, source)
            }
            guard case .done = answer else { return answer }
        }
        return .done
    }

    private func evaluate(_ expression: TypedText) async -> Answer {
        do {
            try readAgain()
            let (surroundings, module) = (surroundings(), module)
            let value = try await Interruptible.value(output) {
                try await surroundings.evaluate(expression, in: module)
            }
            output.print(ValueRenderer(style: output.style, width: output.width).text(value), terminator: "")
            return .done
        } catch let several as Diagnostics {
            // The word of other shells, as long as nothing here has that name.
            if expression.text == "exit", several.all.contains(where: { $0.code == .unknownName }) { return .quit(0) }
            tell(several.all.map { suggestingVerb($0, for: expression.text) })
        } catch let one as any DiagnosticError {
            tell([one.diagnostic])
        } catch {
            tell([Diagnostic(.callFailed, "\(error)")])
        }
        return .failed
    }

    /// What is said of a lone unknown word that is nearly a verb: the verb, rather than how to declare the word.
    private func suggestingVerb(_ problem: Diagnostic, for word: String) -> Diagnostic {
        guard problem.code == .unknownName, word.allSatisfy(\.isLetter),
            let verb = NearestName.find(word, in: PromptHelp.verbNames)
        else { return problem }
        var problem = problem
        problem.help = ["did you mean the verb `\(verb)`?"]
        return problem
    }
}
