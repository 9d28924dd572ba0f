// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Shell

/// How one test ended.
struct TestResult: Sendable {
    let name: String
    /// The recipe, as people see its path.
    let file: String
    let took: Duration
    /// Why it failed; empty where it passed.
    let failures: [Diagnostic]
    /// What its failed command printed.
    let output: String
    /// True where it was interrupted, and says nothing.
    let wasInterrupted: Bool

    var passed: Bool { failures.isEmpty && !wasInterrupted }

    /// The result as `test --json` prints it.
    var document: ObjectValue {
        [
            "name": .string(name), "file": .string(file),
            "status": .string(wasInterrupted ? "interrupted" : passed ? "passed" : "failed"),
            "seconds": .float(took.seconds),
            "diagnostics": .list(failures.map { .object(DiagnosticDocument.object($0)) })
        ]
    }

    /// For reports that other programs read.
    var testCase: JUnitDocument.Case {
        JUnitDocument.Case(
            suite: file, name: name, seconds: took.seconds,
            failure: passed
                ? nil : wasInterrupted ? "interrupted" : DiagnosticRenderer(style: .plain).text(failures),
            output: output)
    }
}
