// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Glibc
import Planning
import PluginHost
import RecipeSyntax
import Shell

/// The prompt: declarations, expressions and commands, one after the other, on one module.
///
/// Piped input follows the same rules without prompt, colour or banner; its first error ends it with 1.
struct PromptSession: Sendable {
    private let invocation: Invocation
    private let output: Output
    private let project: Project
    private let environment: String?
    private let module: PromptModule
    private let keeper: ScratchKeeper
    private let right: ScratchRight

    init(environment: String?, in invocation: Invocation) {
        self.invocation = invocation
        self.environment = environment
        output = invocation.output
        project = Project.containing(".")
        keeper = ScratchKeeper(project: project)
        right = ScratchRight(project: project)
        module = PromptModule(home: .scratch, declarations: [])
    }

    /// - Returns: The exit code.
    func run() async -> Int32 {
        defer { right.free() }
        let capabilities = TerminalCapabilities.ofThisProcess()
        let isPiped = capabilities.reading == .piped
        let history = History(file: isPiped ? nil : HistoryPlace.file, project: project.folder)
        let language = PromptLanguage(module: module) { self.surroundings() }
        guard let editor = LineEditor(language: language, history: history, capabilities: capabilities) else {
            output.say("converge: the system has no descriptor or thread left for the prompt")
            return 1
        }
        if !isPiped { output.print("Converge \(ConvergeMain.version). `help` helps, Ctrl-D leaves.") }
        do throws(Diagnostics) {
            module.move(to: .scratch, declarations: try keeper.load())
            if !isPiped, let notice = try notice() { output.say(notice) }
        } catch {
            tell(error.all)
            if isPiped { return 1 }
        }
        while true {
            switch await editor.readStatement(prompt: "converge> ") {
            case .endOfInput: return 0
            case .abandoned: continue
            case .notText(let place):
                tell([
                    Diagnostic(
                        .recipeNotText,
                        "byte 0x\(String(place.byte, radix: 16)) at line \(place.line), column \(place.column) is not UTF-8",
                        help: ["convert it before: iconv -f LATIN1 -t UTF-8"])
                ])
                return 1
            case .statements(let statements):
                for statement in statements {
                    switch await take(statement, history) {
                    case .done: continue
                    case .failed: if isPiped { return 1 }
                    case .quit(let code): return code
                    }
                    break
                }
            }
        }
    }

    private enum Answer {
        case done, failed
        case quit(Int32)
    }

    private func surroundings() -> PromptSurroundings {
        PromptSurroundings(engine: invocation.engine(project, environment: environment ?? "default"))
    }

    private func tell(_ problems: [Diagnostic]) {
        output.say(DiagnosticRenderer(style: output.errorStyle).text(problems), terminator: "")
    }

    private func notice() throws(Diagnostics) -> String? {
        do {
            return try right.notice()
        } catch {
            throw Diagnostics([error])
        }
    }

    /// Keeps other prompts from changing the scratch module, and starts from what it is now.
    private func beginChange() throws(Diagnostics) {
        guard module.home == .scratch else { return }
        do {
            guard try right.take() else { return }
        } catch {
            throw Diagnostics([error])
        }
        let kept = try keeper.load()
        if kept == module.declarations { return }
        module.move(to: .scratch, declarations: kept)
        output.say("Another prompt changed this module; it is read anew.")
    }

    // MARK: One statement

    private func take(_ entered: EnteredStatement, _ history: History) async -> Answer {
        let source = SourceText(
            name: "<prompt>", String(repeating: "\n", count: entered.firstLine - 1) + entered.text)
        let parsed = Recipe.parse(source, mode: .prompt)
        if !parsed.diagnostics.isEmpty {
            tell(parsed.diagnostics)
            return .failed
        }
        for statement in parsed.file.statements {
            let answer: Answer
            switch statement {
            case .command(let command): answer = await run(command, source, history)
            case .expression(let expression): answer = await evaluate(expression, source)
            default: answer = declare(statement, source)
            }
            guard case .done = answer else { return answer }
        }
        return .done
    }

    private func declare(_ statement: Statement, _ source: SourceText) -> Answer {
        do throws(Diagnostics) {
            try beginChange()
            let text = source.text(of: statement.range)
            let (declarations, replaced) = try DeclarationList(module.declarations).adding(text, statement)
            let told = try surroundings().answer(to: statement, in: declarations, home: module.home)
            try keeper.save(declarations, home: module.home)
            module.replace(declarations)
            if replaced { output.print(output.style(.dim, "replaces the declaration of that name")) }
            if !told.isEmpty { output.print(told, terminator: "") }
            return .done
        } catch {
            tell(error.all)
            return .failed
        }
    }

    private func evaluate(_ statement: ExpressionStatement, _ source: SourceText) async -> Answer {
        do {
            let value = try await surroundings().evaluate(
                source.text(of: statement.expression.range), in: module)
            output.print(ValueRenderer(style: output.style, width: output.width).text(value), terminator: "")
            return .done
        } catch let several as Diagnostics {
            tell(several.all)
        } catch let one as any DiagnosticError {
            tell([one.diagnostic])
        } catch {
            tell([Diagnostic(.callFailed, "\(error)")])
        }
        return .failed
    }

    // MARK: Commands

    private func run(_ command: CommandStatement, _ source: SourceText, _ history: History) async -> Answer {
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
        case "open", "load", "save": return move(command.verb.text, rest)
        default: break
        }
        do throws(Diagnostics) {
            if Self.changing.contains(command.verb.text), !rest.contains(where: Paths.isFile) { try beginChange() }
        } catch {
            tell(error.all)
            return .failed
        }
        var inherited = SharedOptions.none
        inherited.environment = environment
        let invocation = self.invocation.verb(of: module, inherited: inherited)
        let verb = command.verb.text.contains(".") ? ["plugin-verb"] + words : words
        let code = await VerbRunner(output: output).run(verb, in: invocation)
        return code == 0 || code == 2 ? .done : .failed
    }

    /// Verbs that do what the module says, which must then be its newest text.
    private static let changing: Set<String> = ["apply", "destroy", "refresh", "run"]

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

    private func step(back: Bool) -> Answer {
        do throws(Diagnostics) {
            try beginChange()
        } catch {
            tell(error.all)
            return .failed
        }
        let before = module.declarations
        guard let changed = back ? module.undo() : module.redo() else {
            output.print(back ? "Nothing to take back." : "Nothing to do again.")
            return .done
        }
        do throws(Diagnostics) {
            try keeper.save(module.declarations, home: module.home)
        } catch {
            tell(error.all)
            return .failed
        }
        let isShorter = module.declarations.count < before.count
        for text in changed {
            let first = text.split(separator: "\n").first.map(String.init) ?? text
            output.print(output.style(isShorter ? .removed : .added, (isShorter ? "- " : "+ ") + first))
        }
        return .done
    }

    private func move(_ verb: String, _ words: [String]) -> Answer {
        do throws(Diagnostics) {
            guard let path = words.first, words.count == 1 else {
                throw Diagnostics([
                    Diagnostic(.noRecipe, "\(verb) takes a file", help: ["\(verb) shop.recipe"])
                ])
            }
            switch verb {
            case "open":
                let declarations = try keeper.declarations(ofFile: path)
                module.move(to: .file(Paths.absolute(path)), declarations: declarations)
                output.print("\(Paths.shown(path)) is open, \(declarations.count) declarations.")
            case "load":
                try beginChange()
                let loaded = try keeper.declarations(ofFile: path)
                var list = DeclarationList(module.declarations)
                for text in loaded { list = DeclarationList(try list.adding(parsing: text)) }
                _ = try surroundings().program(of: list.declarations, home: module.home)
                try keeper.save(list.declarations, home: module.home)
                module.replace(list.declarations)
                output.print("\(loaded.count) declarations loaded.")
            default:
                try beginChange()
                try keeper.write(module.text, toFile: path)
                if module.home == .scratch { try keeper.save([], home: .scratch) }
                module.move(to: .file(Paths.absolute(path)), declarations: module.declarations)
                output.print("Saved as \(Paths.shown(path)), which is open now.")
            }
            return .done
        } catch {
            tell(error.all)
            return .failed
        }
    }
}
