// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Glibc
import Shell

/// Asks a person for a parameter that must be given and is not.
struct ParameterQuestion: Sendable {
    let output: Output
    let interruption: Interruption

    /// False where nobody is there.
    var canAsk: Bool { isatty(0) == 1 && isatty(2) == 1 }

    /// The text of the answer, as `--set` takes it.
    ///
    /// - Throws: A diagnostic at Ctrl-C and where the input ends.
    func ask(_ field: FieldSchema) async throws(Diagnostic) -> String {
        let doc = field.doc.isEmpty ? "" : output.errorStyle(.dim, "  \(field.doc)")
        output.say(output.errorStyle(.heading, "\(field.name): \(field.type.description)") + doc)
        output.ask("\(field.name) = ")
        let reading = Task { await AnswerLine.read() }
        let answer = await interruption.observing({ _ in reading.cancel() }) { await reading.value }
        output.endQuestion()
        if case .text(let text) = answer { return text }
        output.say("")
        throw Diagnostic(.applyInterrupted, "stopped at the question; nothing was changed")
    }
}
