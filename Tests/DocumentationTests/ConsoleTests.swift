// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The commands that pages show can be typed.
struct ConsoleTests {
    static let blocks = (try? MarkdownBlock.all("console")) ?? []

    @Test func `there are commands on the pages`() { #expect(!Self.blocks.isEmpty) }

    @Test(arguments: blocks)
    func `every command exists, with its options`(_ block: MarkdownBlock) throws {
        for (line, words) in Self.commands(of: block) {
            let place: Comment = "\(block.page):\(line): \(words.joined(separator: " "))"
            switch words.first {
            case "converge": try Self.expectVerb(Array(words.dropFirst()), place)
            case "make":
                let targets = try Set(
                    Repository.text(of: "Makefile").matches(of: /(?m)^([a-z-]+):/).map { $0.output.1 })
                let named = words.dropFirst().filter { !$0.contains("=") && !$0.hasPrefix("-") }
                #expect(named.allSatisfy { targets.contains($0[...]) }, place)
            default: continue
            }
        }
    }

    @Test func `every command that messages tell people to type exists`() throws {
        let verbs = try Self.verbs()
        for file in ["Sources", "Plugins"].flatMap({ Repository.files(below: $0, ["swift"]) }) {
            for (offset, line) in try file.lines.enumerated() {
                guard line.contains("converge "), line.contains("`converge") || line.contains("help:") else { continue }
                for match in line.matches(of: /[`"]converge ([a-z]+)(?: ([a-z]+))?/) {
                    let verb = String(match.output.1)
                    #expect(verbs.contains(verb), "\(file.path):\(offset + 1): \(match.output.0)")
                    if ["plugin", "ledger"].contains(verb), let inner = match.output.2 {
                        #expect(verbs.contains(String(inner)), "\(file.path):\(offset + 1): \(match.output.0)")
                    }
                }
            }
        }
    }

    @Test func `every command that the help of a diagnostic offers exists`() throws {
        // What is written into a recipe or the environment, and commands of the shell.
        let statements: Set<Substring> = ["set", "use", "budget", "ln"]
        let verbs = try Self.verbs()
        var offered = 0
        for file in Repository.files(below: "Tests/Golden/diagnostics", ["txt"]) {
            for match in try file.text.matches(of: #/= help: ([a-z]+)(?: ([a-z]+))?[^\n]*?    /#)
            where !statements.contains(match.output.1) {
                offered += 1
                #expect(verbs.contains(String(match.output.1)), "\(file.path): \(match.output.0)")
                if match.output.1 == "ledger", let inner = match.output.2 {
                    #expect(verbs.contains(String(inner)), "\(file.path): \(match.output.0)")
                }
            }
        }
        #expect(offered > 10)
    }

    /// What stands behind `$ ` and, after pipes and `&&`, begins anew; with numbers of lines.
    private static func commands(of block: MarkdownBlock) -> [(Int, [String])] {
        block.lines.enumerated().filter { $0.element.hasPrefix("$ ") }.flatMap { offset, line in
            line.dropFirst(2).replacing(/\s#.*$/, with: "").replacing("$(", with: "| ").replacing("&&", with: "|")
                .split(separator: "|").map { command in
                    let words = command.split(separator: " ").map(String.init)
                    let assignments = words.prefix { $0.wholeMatch(of: /[A-Z_]+=.*/) != nil }
                    return (block.line + offset + 1, Array(words.dropFirst(assignments.count)))
                }
        }
    }

    private static func expectVerb(_ words: [String], _ place: Comment) throws {
        let text = try Self.executable()
        let verbs = try Self.verbs()
        if let verb = words.first, !verb.hasPrefix("-") {
            #expect(verbs.contains(verb) || verb.contains("."), place)
        }
        let declared = text.matches(of: /@(?:Flag|Option)[\s\S]*?var ([A-Za-z]+)/).map { Self.kebab($0.output.1) }
        let named = text.matches(of: /customLong\("([a-z-]+)"/).map { String($0.output.1) }
        let options = Set(declared + named + ["help", "version"])
        for word in words where word.hasPrefix("--") {
            let option = word.dropFirst(2).prefix { $0 != "=" }
            #expect(options.contains(String(option)), place)
        }
    }

    /// The names of verbs and of those below them.
    private static func verbs() throws -> Set<String> {
        Set(try executable().matches(of: /commandName: "([a-z-]+)"/).map { String($0.output.1) })
    }

    private static func executable() throws -> String {
        try Repository.files(below: "Sources/converge", ["swift"]).map { try $0.text }.joined()
    }

    private static func kebab(_ name: Substring) -> String {
        name.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}
