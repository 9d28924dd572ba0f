// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What people copy from pages: `check` accepts it.
struct ExampleTests {
    /// What an example may lack because another file, another example or a plugin has it, by page.
    private static let lacks: [String: Set<String>] = [
        // Imports a file that the text describes.
        "docs/language.md": ["R0107"], "docs/policies.md": ["R0107"],
        // The plugin that is written on the page, and what the environment connects to.
        "docs/plugins.md": ["R0201", "R0603"], "docs/programs.md": ["R0603", "R0608"],
        "docs/streams.md": ["R0601", "R0603", "R0610"],
        "docs/aws.md": ["R0610"]
    ]

    @Test(.enabled("there is no executable") { ShellCommand.hasExecutable }, arguments: RecipeTextTests.examples)
    func `an example of a page is accepted by check`(_ block: MarkdownBlock) throws {
        let isOfEnvironments = block.lines.contains { $0.hasPrefix("environment ") }
        let printed = try ShellCommand.withFolder { folder in
            let name = isOfEnvironments ? "converge.project" : "example.recipe"
            try Data("output there = true\n".utf8).write(to: folder.appendingPathComponent("example.recipe"))
            try Data(block.text.utf8).write(to: folder.appendingPathComponent(name))
            let environment = block.lines.lazy.compactMap { $0.wholeMatch(of: /environment (\w+) .*/)?.output.1 }.first
            let option = environment.map { " --env \($0)" } ?? ""
            return try ShellCommand(text: "converge check example.recipe" + option).output(in: folder, name: "~")
        }
        let codes = printed.compactMap { $0.firstMatch(of: /^error\[([A-Z]\d+)\]/).map { String($0.output.1) } }
        let found = Set(codes).subtracting(Self.lacks[block.page] ?? [])
        #expect(found.isEmpty && printed.allSatisfy { !$0.hasPrefix("Usage") }, "\(block): \(printed)")
    }
}
