// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Shell

/// Shows tests as they end.
struct TestRenderer: Sendable {
    let output: Output
    /// True where one document tells everything.
    let isQuiet: Bool

    /// - Parameter ended: How many have ended, with this one.
    func show(_ result: TestResult, _ ended: Int, of all: Int) {
        if !isQuiet {
            let style = output.style
            let word =
                result.wasInterrupted
                ? style(.dim, "----") : result.passed ? style(.added, "ok  ") : style(.error, "FAIL")
            output.print("\(word)  \(result.file): \(result.name)  " + style(.dim, Self.shown(result.took)))
            output.say(result.failures)
        }
        output.show(status: ended < all ? "\(ended) of \(all) tests" : nil)
    }

    func summary(_ results: [TestResult], _ took: Duration) {
        if results.isEmpty { return output.say("There are no tests.") }
        let failed = results.count { !$0.passed }
        let style = output.style
        let parts = [
            style(.added, "\(results.count - failed) passed"),
            failed > 0 ? style(.error, "\(failed) failed") : nil
        ].compactMap { $0 }
        output.print(
            "\(results.count) test\(results.count == 1 ? "" : "s"): \(parts.joined(separator: ", ")) in \(Self.shown(took))."
        )
    }

    private static func shown(_ duration: Duration) -> String { ProgressReporter.shown(duration) }
}
