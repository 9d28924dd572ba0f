// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Glibc
import PluginHost
import Shell

/// Decides what the words on the command line are: a verb, a recipe, a plugin's verb, or nothing, which opens the
/// prompt.
struct Dispatcher: Sendable {
    let arguments: [String]

    /// - Returns: The exit code.
    func run() async -> Int32 {
        // Whoever stops reading what is printed does not stop what is being done.
        signal(SIGPIPE, SIG_IGN)
        let redactor = Redactor()
        let output = Output(redactor: redactor)
        let invocation = Invocation(
            output: output, vault: SecretVault(redactor: redactor), redactor: redactor,
            interruption: Interruption(), engines: EngineShelf())
        let code: Int32
        switch start {
        case .prompt(let settings): code = await PromptSession(settings, in: invocation).run()
        case .verb: code = await VerbRunner(output: output).run(words, in: invocation)
        }
        let problems = await invocation.close()
        output.say(problems)
        guard let problem = output.problem else { return code }
        output.say([problem])
        return code == 0 ? ExitCode.failed.rawValue : code
    }

    private enum Start {
        case prompt(PromptSettings)
        case verb
    }

    /// The prompt takes `--env` and `--set` and nothing else; any other word makes it a verb.
    private var start: Start { PromptSettings(arguments).map(Start.prompt) ?? .verb }

    /// The words with the verb in front: a recipe by itself is a script, a dotted word a plugin's verb.
    private var words: [String] {
        guard let first = arguments.first, !first.hasPrefix("-") || first == "-" else { return arguments }
        if first == "-" || first.hasSuffix(".recipe") || (first.contains("/") && Paths.isFile(first)) {
            return ["script"] + arguments
        }
        let isDotted = first.contains(".") && !first.contains("/")
        if isDotted { return Paths.isFile(first) ? ["script"] + arguments : ["plugin-verb"] + arguments }
        return arguments
    }
}

/// Runs one verb and tells how it ended.
struct VerbRunner: Sendable {
    let output: Output

    /// - Returns: The exit code.
    func run(_ words: [String], in invocation: Invocation) async -> Int32 {
        let isJSON = words.contains("--json")
        let isEvents = words.contains("--events")
        if let word = words.first, !word.hasPrefix("-"), !RootVerb.knows(word) {
            _ = tell([.unknownVerb(word)], isJSON, isEvents)
            return ExitCode.validationFailure.rawValue
        }
        do {
            try await Invocation.$current.withValue(invocation) {
                var command = try RootVerb.parseAsRoot(words)
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
            }
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        } catch let problems as Diagnostics {
            return tell(problems.all, isJSON, isEvents)
        } catch let problem as any DiagnosticError {
            return tell([problem.diagnostic], isJSON, isEvents)
        } catch {
            return tellUsage(error, isAtPrompt: invocation.isAtPrompt)
        }
    }

    private func tell(_ problems: [Diagnostic], _ isJSON: Bool, _ isEvents: Bool) -> Int32 {
        if isEvents {
            output.print(
                event: (["event": "refused"] as ObjectValue).merging(DiagnosticDocument.document(problems)))
        }
        if isJSON {
            output.print(document: DiagnosticDocument.document(problems))
        } else {
            output.say(problems)
        }
        let wasInterrupted = problems.contains { $0.code == .applyInterrupted }
        return wasInterrupted ? ExitCode.interrupted.rawValue : ExitCode.failed.rawValue
    }

    /// Help goes to standard output and ends well; wrong usage goes to standard error with 64.
    func tellUsage(_ error: any Error, isAtPrompt: Bool) -> Int32 {
        let code = RootVerb.exitCode(for: error).rawValue
        let whole = RootVerb.fullMessage(for: error)
        let message = isAtPrompt ? PromptHelp.asTyped(whole) : whole
        if code == 0 {
            output.print(message)
        } else if !message.isEmpty {
            output.say(message)
        }
        return code
    }
}
