// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Shell

/// Tells what the daemon does, one line each, to standard error.
struct ServeLog: Sendable {
    let output: Output
    let clock: any WallClock
    /// One JSON object a line instead of text.
    let isJSON: Bool

    /// - Parameters:
    ///   - event: A word for programs, such as `fired`.
    ///   - text: The same for people.
    ///   - fields: What a program would want to know of it.
    func tell(_ event: String, _ text: String, _ fields: ObjectValue = [:]) {
        let now = clock.now()
        if isJSON {
            let head: ObjectValue = ["time": .time(now), "event": .string(event), "text": .string(text)]
            output.say(Value.object(head.merging(fields)).json(.plain))
        } else {
            output.say("\(now) \(text)")
        }
    }

    /// What went wrong and does not end the daemon.
    func tell(_ event: String, _ text: String, _ problems: [Diagnostic], _ fields: ObjectValue = [:]) {
        if isJSON {
            let documents = problems.map { Value.object(DiagnosticDocument.object($0)) }
            return tell(event, text, fields.merging(["diagnostics": .list(documents)]))
        }
        tell(event, text)
        output.say(problems)
    }
}

extension Error {
    /// The diagnostics that an error stands for.
    var asDiagnostics: [Diagnostic] {
        switch self {
        case let problems as Diagnostics: problems.all
        case let problem as any DiagnosticError: [problem.diagnostic]
        default: [Diagnostic(.serveFailed, "\(self)")]
        }
    }
}
