// SPDX-License-Identifier: Apache-2.0

/// Results of tests in the XML that CI systems read (the format of Ant's JUnit task).
package struct JUnitDocument: Sendable {
    package struct Case: Sendable {
        let suite: String
        let name: String
        let seconds: Double
        /// Nil where it passed.
        let failure: String?
        let output: String

        package init(suite: String, name: String, seconds: Double, failure: String?, output: String) {
            self.suite = suite
            self.name = name
            self.seconds = seconds
            self.failure = failure
            self.output = output
        }
    }

    private let cases: [Case]

    package init(_ cases: [Case]) { self.cases = cases }

    package var text: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites \(Self.counts(cases))>\n"
        var suites: [String] = []
        for item in cases where !suites.contains(item.suite) { suites.append(item.suite) }
        for suite in suites {
            let own = cases.filter { $0.suite == suite }
            text += "  <testsuite name=\"\(XMLText.escaped(suite))\" \(Self.counts(own))>\n"
            text += own.map(Self.element).joined()
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func counts(_ cases: [Case]) -> String {
        "tests=\"\(cases.count)\" failures=\"\(cases.count { $0.failure != nil })\" "
            + "time=\"\(seconds(cases.reduce(0) { $0 + $1.seconds }))\""
    }

    private static func element(_ item: Case) -> String {
        let head =
            "    <testcase classname=\"\(XMLText.escaped(item.suite))\" name=\"\(XMLText.escaped(item.name))\" "
            + "time=\"\(seconds(item.seconds))\""
        guard let failure = item.failure else { return head + "/>\n" }
        let first = failure.split(separator: "\n").first.map(String.init) ?? "failed"
        var text =
            head + ">\n      <failure message=\"\(XMLText.escaped(first))\">\(XMLText.escaped(failure))</failure>\n"
        if !item.output.isEmpty { text += "      <system-out>\(XMLText.escaped(item.output))</system-out>\n" }
        return text + "    </testcase>\n"
    }

    private static func seconds(_ value: Double) -> String {
        let milliseconds = Int((value * 1000).rounded())
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
