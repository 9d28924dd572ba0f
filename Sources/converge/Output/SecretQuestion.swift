// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Glibc
import PluginHost
import Shell

/// Asks a person for what nobody may see on the screen.
struct SecretQuestion: Sendable {
    let output: Output
    let interruption: Interruption

    /// False where nobody is there, and where somebody is busy at the prompt or a test runs.
    static func canAsk(_ invocation: Invocation) -> Bool {
        isatty(0) == 1 && isatty(2) == 1 && invocation.background == nil && invocation.test == nil
    }

    /// What was typed.
    ///
    /// - Throws: `callCancelled` at Ctrl-C and where the input ends.
    func ask(_ question: String) async throws(Diagnostic) -> String {
        output.ask(output.errorStyle(.heading, question) + ": ")
        let reading = Task { await AnswerLine.read(isHidden: true) }
        let answer = await interruption.observing({ _ in reading.cancel() }) { await reading.value }
        output.endQuestion()
        if case .text(let text) = answer { return text }
        output.say("")
        throw Diagnostic(.callCancelled, "stopped at the question")
    }
}

extension StoreKeySource {
    /// Keys from the process's variables, else from whoever sits at the terminal of the verb that needs one.
    static func ofProcess(_ redactor: Redactor) -> StoreKeySource {
        StoreKeySource(redactor: redactor, asking: ask)
    }

    private static func ask(_ question: Question) async throws(Diagnostic) -> String? {
        guard let invocation = Invocation.current, SecretQuestion.canAsk(invocation) else { return nil }
        let asking = SecretQuestion(output: invocation.output, interruption: invocation.interruption)
        return try await asking.ask(words(of: question))
    }

    private static func words(of question: Question) -> String {
        switch question {
        case .passphrase: "Passphrase of the project's secrets"
        case .passphraseAgain: "That does not open them. Passphrase of the project's secrets"
        case .newPassphrase: "New passphrase for the project's secrets"
        case .newPassphraseAgain: "The same once more"
        }
    }
}
