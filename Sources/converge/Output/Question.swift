// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Dispatch
import Glibc
import Shell

/// Asks a person before the world is changed.
struct Question: Sendable {
    let output: Output

    /// True for yes.
    ///
    /// - Throws: A diagnostic where there is nobody to ask.
    func confirm(_ question: String) async throws(Diagnostic) -> Bool {
        guard isatty(0) == 1, isatty(2) == 1 else {
            throw Diagnostic(
                .needsYes, "nobody can be asked: \(question)", help: ["--yes    does it without a question"])
        }
        output.say(output.errorStyle(.heading, question) + " Only `yes` does it: ", terminator: "")
        let answer = await withCheckedContinuation { continuation in
            // Reading blocks, and the pool has a thread a core only.
            DispatchQueue.global().async { continuation.resume(returning: readLine()) }
        }
        return answer?.lowercased() == "yes" || answer?.lowercased() == "y"
    }
}
