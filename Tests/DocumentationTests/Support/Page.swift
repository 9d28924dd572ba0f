// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A page whose commands can be given one after the other in an empty folder.
///
/// A block behind a line that ends with a file's name in backquotes and a colon is that file. In a `console` block, lines
/// behind `$ ` are commands, and what follows each is what it prints.
struct Page {
    enum Action: Equatable {
        case file(name: String, text: String)
        /// `lines`: where what it prints stands on the page.
        case command(String, prints: [String], lines: Range<Int>)
    }

    private(set) var lines: [String]
    let actions: [Action]

    init(_ text: String) {
        lines = text.components(separatedBy: "\n")
        var actions: [Action] = []
        var position = 0
        while position < lines.count {
            guard lines[position].hasPrefix("```") else {
                position += 1
                continue
            }
            let start = position + 1
            let end = lines[start...].firstIndex(of: "```") ?? lines.count
            if lines[position] == "```console" {
                actions += Self.commands(lines, start..<end)
            } else if let name = Self.fileName(lines[..<position].last { !$0.isEmpty } ?? "") {
                actions.append(.file(name: name, text: lines[start..<end].map { $0 + "\n" }.joined()))
            }
            position = end + 1
        }
        self.actions = actions
    }

    var text: String { lines.joined(separator: "\n") }

    private static func fileName(_ line: String) -> String? {
        line.wholeMatch(of: /`([A-Za-z0-9._-]+)`:/).map { String($0.output.1) }
    }

    private static func commands(_ lines: [String], _ block: Range<Int>) -> [Action] {
        let starts = block.filter { lines[$0].hasPrefix("$ ") }
        return starts.enumerated().map { offset, start in
            let end = offset + 1 < starts.count ? starts[offset + 1] : block.upperBound
            return .command(
                String(lines[start].dropFirst(2)), prints: Array(lines[(start + 1)..<end]), lines: (start + 1)..<end)
        }
    }

    /// Puts what commands printed in the places of what stands there, given in the order of the page.
    mutating func replace(_ printed: [(lines: Range<Int>, text: [String])]) {
        for change in printed.reversed() { lines.replaceSubrange(change.lines, with: change.text) }
    }

    /// The lines without what differs from run to run.
    static func settled(_ lines: [String]) -> [String] {
        lines.map { line in
            line.replacing(/\d+ min \d+ s|\d+(\.\d+)? (ms|s)\b/, with: "TIME")
                .replacing(/\d{4}-\d{2}-\d{2}T[0-9:.]+Z/, with: "TIME")
                .replacing(/\b[0-9a-f]{12,}\b/, with: "ID")
                .replacing(/127\.0\.0\.1:\d{4,}/, with: "127.0.0.1:PORT")
                .replacing(/by \S+ on \S+, process \d+/, with: "by USER on HOST, process PID")
                .replacing(/\d+ bytes/, with: "SIZE bytes")
                .replacing(/at least \d{4,}/, with: "at least SIZE")
                .replacing(/swift-6\.\d+/, with: "swift-6")
        }
    }
}
