// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Each promise of docs/guarantees.md names the tests that show it, as `Suite/"name"`; behind one of them `"name"` is of the
/// same suite.
struct GuaranteeTests {
    private static let page = "docs/guarantees.md"

    /// A test as the page names it.
    private struct Named: Hashable {
        let suite: String
        let name: String
        let line: Int
    }

    private static func named() throws -> [Named] {
        var found: [Named] = []
        var suite = ""
        for (offset, line) in try Repository.text(of: page).components(separatedBy: "\n").enumerated() {
            for match in line.matches(of: /`(?:([A-Z][A-Za-z]*Tests)\/)?"([^"`]+)"`/) {
                if let named = match.output.1 { suite = String(named) }
                found.append(Named(suite: suite, name: String(match.output.2), line: offset + 1))
            }
        }
        return found
    }

    /// Every test that there is, by suite.
    private static func tests() throws -> [String: Set<String>] {
        var tests: [String: Set<String>] = [:]
        for file in Repository.files(below: "Tests", ["swift"]) {
            let text = try file.text
            let suites = text.matches(of: /(?:struct|class|extension) ([A-Z][A-Za-z]*Tests)\b/).map {
                String($0.output.1)
            }
            let names = text.matches(of: /func `([^`]+)`/).map { String($0.output.1) }
            for suite in suites { tests[suite, default: []].formUnion(names) }
        }
        return tests
    }

    @Test func `every test that the page names exists`() throws {
        let tests = try Self.tests()
        let named = try Self.named()
        #expect(named.count > 40)
        for test in named {
            #expect(
                tests[test.suite]?.contains(test.name) == true,
                "\(Self.page):\(test.line): \(test.suite)/\"\(test.name)\"")
        }
    }

    @Test func `every line of what survives what names a test`() throws {
        let lines = try Repository.text(of: Self.page).components(separatedBy: "\n")
        let rows = lines.filter { $0.hasPrefix("| ") && !$0.hasPrefix("| ---") && !$0.hasPrefix("| what happens") }
        #expect(rows.count > 25)
        for row in rows { #expect(row.contains(/`[A-Z][A-Za-z]*Tests\/"/), "no test shows it: \(row)") }
    }
}
