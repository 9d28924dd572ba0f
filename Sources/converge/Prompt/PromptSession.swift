// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import PluginHost
import RecipeSyntax
import Shell

/// The prompt: declarations, expressions and commands, one after the other, on one module.
///
/// Piped input follows the same rules without prompt, colour or banner; its first error ends it with 1.
struct PromptSession: Sendable {
    let invocation: Invocation
    let output: Output
    let environment: String?
    let module: PromptModule
    let keeper: ScratchKeeper
    let right: ScratchRight
    let history: History
    private let project: Project
    private let isPiped: Bool
    private let capabilities: TerminalCapabilities

    init(environment: String?, in invocation: Invocation) {
        self.invocation = invocation
        self.environment = environment
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
        let language = PromptLanguage(module: module) { self.surroundings() }
        guard let editor = LineEditor(language: language, history: history, capabilities: capabilities) else {
            output.say("converge: the system has no descriptor or thread left for the prompt")
            return 1
        }
        defer { right.free() }
        guard begin() else { return 1 }
        while true {
            switch await editor.readStatement(prompt: "converge> ") {
            case .endOfInput: return 0
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
                    switch await take(statement) {
                    case .done: continue
                    case .failed: if isPiped { return 1 }
                    case .quit(let code): return code
                    }
                    break
                }
            }
        }
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
        PromptSurroundings(engine: invocation.engine(project, environment: environment ?? "default"))
    }

    func tell(_ problems: [Diagnostic]) {
        output.say(DiagnosticRenderer(style: output.errorStyle).text(problems), terminator: "")
    }

    // MARK: One statement

    private func take(_ entered: EnteredStatement) async -> Answer {
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
            case .command(let command): answer = await run(command, source)
            case .expression(let expression):
                answer = await evaluate(TypedText(expression.expression.range, of: source))
            default: answer = declare(statement, source)
            }
            guard case .done = answer else { return answer }
        }
        return .done
    }

    private func evaluate(_ expression: TypedText) async -> Answer {
        do {
            try readAgain()
            let value = try await surroundings().evaluate(expression, in: module)
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
}
