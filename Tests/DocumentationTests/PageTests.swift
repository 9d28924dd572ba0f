// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What pages show is what happens. With `CONVERGE_UPDATE_PAGES=1` what happens is written to the pages.
struct PageTests {
    private static let isUpdating = ProcessInfo.processInfo.environment["CONVERGE_UPDATE_PAGES"] == "1"

    /// Without the widths of columns, which depend on times, and in an order that does not depend on what was faster.
    private static func comparable(_ lines: [String]) -> [String] {
        Page.settled(lines).map { $0.replacing(/[ ]+/, with: " ") }.sorted()
    }

    @Test(
        .enabled("there is no executable") { ShellCommand.hasExecutable },
        arguments: ["docs/tutorial.md", "docs/policies.md", "docs/testing.md", "docs/streams.md"])
    func `the commands of a page print what it shows`(_ path: String) throws {
        var page = Page(try Repository.text(of: path))
        var printed: [(lines: Range<Int>, text: [String])] = []
        try ShellCommand.withFolder { folder in
            for action in page.actions {
                switch action {
                case .file(let name, let text):
                    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
                case .command(let command, let shown, let lines):
                    let output = try ShellCommand(text: command).output(in: folder, name: "/home/you/tutorial")
                    printed.append((lines, output))
                    if Self.isUpdating { continue }
                    #expect(
                        Self.comparable(output) == Self.comparable(shown), "\(path):\(lines.lowerBound): \(command)")
                }
            }
        }
        if Self.isUpdating {
            page.replace(printed)
            try Data(page.text.utf8).write(to: Repository.root.appendingPathComponent(path))
        }
    }
}
