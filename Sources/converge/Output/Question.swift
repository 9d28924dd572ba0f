// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Glibc
import Shell

/// Asks a person before the world is changed.
struct Question: Sendable {
    let output: Output
    let interruption: Interruption

    /// False where nobody is there who could answer.
    var canBeAsked: Bool { isatty(0) == 1 && isatty(2) == 1 }

    /// True for `yes`, and for nothing else.
    ///
    /// - Throws: A diagnostic where there is nobody to ask, and at Ctrl-C.
    func confirm(_ question: String) async throws(Diagnostic) -> Bool {
        guard canBeAsked else {
            throw Diagnostic(
                .needsYes, "nobody can be asked: \(question)", help: ["--yes    does it without a question"])
        }
        output.ask(output.errorStyle(.heading, question) + " Only `yes` does it: ")
        let reading = Task { await AnswerLine.read() }
        let answer = await interruption.observing({ _ in reading.cancel() }) { await reading.value }
        output.endQuestion()
        switch answer {
        case .text(let text): return text == "yes"
        case .none:
            output.say("")
            return false
        case .givenUp:
            output.say("")
            throw Diagnostic(.applyInterrupted, "stopped at the question; nothing was changed")
        }
    }
}
