// SPDX-License-Identifier: Apache-2.0
import Testing

/// A fenced block of a page.
struct MarkdownBlock: Sendable, CustomTestStringConvertible {
    let page: String
    /// The line of the opening fence, from 1.
    let line: Int
    /// The word behind the opening fence.
    let language: String
    let lines: [String]

    var text: String { lines.map { $0 + "\n" }.joined() }
    var testDescription: String { "\(page):\(line)" }

    /// The blocks of that language on the pages that people read.
    static func all(_ language: String) throws -> [MarkdownBlock] {
        try pages().flatMap { try blocks(of: $0) }.filter { $0.language == language }
    }

    /// The front page, the documentation, and the pages beside recipes.
    static func pages() -> [SourceFile] {
        [SourceFile(path: "README.md")] + Repository.files(below: "docs", ["md"])
            + Repository.files(below: "Recipes", ["md"])
    }

    private static func blocks(of page: SourceFile) throws -> [MarkdownBlock] {
        var blocks: [MarkdownBlock] = []
        var open: (line: Int, language: String, lines: [String])?
        for (offset, line) in try page.lines.enumerated() {
            if let block = open {
                if line == "```" {
                    blocks.append(
                        MarkdownBlock(page: page.path, line: block.line, language: block.language, lines: block.lines))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                open = (offset + 1, String(line.dropFirst(3)), [])
            }
        }
        return blocks
    }
}
