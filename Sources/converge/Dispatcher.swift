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
        let redactor = Redactor()
        let output = Output(redactor: redactor)
        let invocation = Invocation(
            output: output, vault: SecretVault(redactor: redactor), redactor: redactor,
            interruption: Interruption(), engines: EngineShelf())
        if arguments.isEmpty || arguments.allSatisfy({ $0.hasPrefix("--env") }) && isPrompt {
            let code = await PromptSession(environment: promptEnvironment, in: invocation).run()
            await invocation.close()
            return code
        }
        let code = await VerbRunner(output: output).run(words, in: invocation)
        await invocation.close()
        return code
    }

    private var isPrompt: Bool { arguments.count <= 2 }

    private var promptEnvironment: String? {
        guard let first = arguments.first else { return nil }
        if first.hasPrefix("--env=") { return String(first.dropFirst("--env=".count)) }
        return arguments.count == 2 ? arguments[1] : nil
    }

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
            return tell(problems.all, isJSON)
        } catch let problem as any DiagnosticError {
            return tell([problem.diagnostic], isJSON)
        } catch {
            return tellUsage(error)
        }
    }

    private func tell(_ problems: [Diagnostic], _ isJSON: Bool) -> Int32 {
        if isJSON {
            output.print(document: DiagnosticDocument.document(problems))
        } else {
            output.say(DiagnosticRenderer(style: output.errorStyle).text(problems), terminator: "")
        }
        let wasInterrupted = problems.contains { $0.code == .applyInterrupted }
        return wasInterrupted ? ExitCode.interrupted.rawValue : ExitCode.failed.rawValue
    }

    /// Help goes to standard output and ends well; wrong usage goes to standard error with 64.
    private func tellUsage(_ error: any Error) -> Int32 {
        let code = RootVerb.exitCode(for: error).rawValue
        let message = RootVerb.fullMessage(for: error)
        if code == 0 {
            output.print(message)
        } else if !message.isEmpty {
            output.say(message)
        }
        return code
    }
}
