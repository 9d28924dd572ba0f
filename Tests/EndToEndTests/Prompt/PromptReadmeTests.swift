// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The session that the README prints, typed as it is printed.
@Suite(.serialized)
struct PromptReadmeTests {
    private static let mark = "<!-- session: a test types it and compares, up to times and ids -->"

    /// The rows of the session in the README.
    private func printedSession() throws -> [String] {
        let readme = try String(
            contentsOf: Project.repository.appendingPathComponent("README.md"), encoding: .utf8)
        let behind = try #require(readme.range(of: Self.mark)?.upperBound, "the README has no session")
        let block = readme[behind...].split(separator: "```", maxSplits: 2, omittingEmptySubsequences: false)
        try #require(block.count == 3)
        return block[1].split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast()
            .map(String.init)
    }

    /// The row without what differs from one time to the next.
    private func comparable(_ row: String) -> String {
        row.replacing(/\d+(\.\d+)? (ms|s)$/, with: "TIME").replacing(/^[0-9a-f]{24}$/, with: "ID")
    }

    @Test func `the session in the README is what the prompt does`() async throws {
        let printed = try printedSession()
        let project = try Project()
        let terminal = try TerminalSession(
            [Project.executable], environment: ["HOME": project.path("home")], directory: project.folder,
            columns: 120, rows: 50)
        var shown = 0
        for row in printed where row.hasPrefix("converge> ") {
            shown += 1
            let number = shown
            try await terminal.wait(for: "prompt \(number)", within: .seconds(30)) {
                $0.count(of: "converge>") == number && $0.lastLine == "converge>"
            }
            try terminal.enter(String(row.dropFirst("converge> ".count)))
        }
        let (status, _) = try await terminal.waitForExit()
        #expect(status == 0)
        let rows = try terminal.screen(.all).lines.prefix { !$0.hasPrefix("[exit ") }
        #expect(rows.map(comparable) == printed.map(comparable))
        #expect(try project.text(of: "morning.recipe") == "resource note: local.Note { text: \"good morning\" }\n")
    }
}
