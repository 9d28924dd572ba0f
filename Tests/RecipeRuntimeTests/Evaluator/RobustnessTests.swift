// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import RecipeRuntime
import Testing

struct RobustnessTests {
    private static let texts: [String] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "Codes")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.sorted().compactMap { try? String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
    }()

    @Test(arguments: 0..<20)
    func `recipes with pieces taken out, doubled or exchanged never crash`(seed: Int) {
        var random = SeededNumbers(state: UInt64(seed) &* 7919 &+ 13)
        let all = Self.texts.joined(separator: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(all.count > 60)
        for _ in 0..<20 {
            var words = (0..<random.below(12)).flatMap { _ in
                all[random.below(all.count)].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                    + ["\n"]
            }
            for _ in 0..<random.below(6) where !words.isEmpty {
                switch random.below(3) {
                case 0: words.remove(at: random.below(words.count))
                case 1: words.insert(words[random.below(words.count)], at: random.below(words.count))
                default: words.swapAt(random.below(words.count), random.below(words.count))
                }
            }
            _ = Recipes().diagnostics(words.joined(separator: " "))
        }
    }

    @Test
    func `errors in one line without end are all told, each with its column and what is around it`() {
        let count = 200
        let padding = "let long = \"\(String(repeating: "é", count: 100_000))\"; "
        let text = padding + (0..<count).map { "let x\($0) = y\($0)" }.joined(separator: "; ")
        let found = Recipes().diagnostics(text)
        #expect(found.count == count)
        #expect(found.allSatisfy { $0.code.text == "R0101" })
        #expect(found.last?.labels.first?.place.start.column == text.unicodeScalars.count - 3)
        #expect(found.allSatisfy { ($0.labels.first?.place.excerpt.utf8.count ?? 0) < 20_000 })
    }

    @Test
    func `nesting and long chains are errors or fine, never an overflow`() {
        let deep = String(repeating: "[", count: 60) + "1" + String(repeating: "]", count: 60)
        let ladder = (0..<60).map { "if top == \($0) then \($0) else " }.joined() + "0"
        let calls = (0..<500).map { "def f\($0)(x: Int) -> Int = \($0 == 0 ? "x" : "f\($0 - 1)(x)")" }.joined(
            separator: "\n")
        let chain = (0..<3000).map {
            "resource n\($0): local.Note { text: \($0 == 2999 ? "\"end\"" : "n\($0 + 1).text") }"
        }
        #expect(Recipes().codes("let x = " + deep) == [])
        #expect(Recipes().codes("param top: Int = 1\nlet x = " + ladder) == [])
        #expect(Recipes().codes(calls + "\noutput x = f499(1)") == ["R0314"])
        #expect(Recipes().codes(chain.joined(separator: "\n")) == [])
    }

    @Test(
        arguments: [
            ("long", "\"${a}${a}\""), ("long", "a + a"), ("[long]", "a + a"), ("[long]", "[a, a]"),
            ("{ x: long }", "{ x: a, y: a }"), ("[long]", "[a for x in [1, 2]]"), ("[long]", "map([1, 2], x => a)"),
            ("long", "join([a, a])"), ("{ x: long }", "{ [k]: a for k in [\"x\", \"y\"] }"), ("[long]", "double(a)")
        ])
    func `what doubles again and again ends with a diagnostic, not with the memory`(first: String, next: String) {
        let lets = (1..<40).map { index in
            "let a\(index) = " + next.replacing(/\ba\b/, with: "a\(index - 1)")
        }
        let text = """
            def double(x: Any) -> Any = [x, x]
            let long = join(range(10000), "0123456789")
            let a0 = \(first)
            \(lets.joined(separator: "\n"))
            output o = a39
            """
        #expect(Set(Recipes().codes(text)) == ["R0408"])
    }

    @Test(arguments: [
        "let a = join([string(x) for x in range(10000)], \"0123456789\")\noutput o = join(range(10000), a)",
        "let a = join([string(x) for x in range(10000)], \"0123456789\")\noutput o = replace(a, \"1\", a)",
        "let a = join(range(10000), \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\")\noutput o = [\"${a}${x}\" for x in range(10000)]",
        "let a = join(range(10000), \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\")\noutput o = \"\(String(repeating: "${a}", count: 500))\""
    ])
    func `one step that would take too much is not taken`(text: String) {
        #expect(Set(Recipes().codes(text)) == ["R0408"])
    }

    @Test
    func `values deep in one another are refused before anything recurses through them`() {
        let lists = (1..<600).map { "let a\($0) = [a\($0 - 1)]" }.joined(separator: "\n")
        #expect(Set(Recipes().codes("let a0 = 1\n\(lists)\noutput o = a599")).isSubset(of: ["R0408", "R0314"]))
    }
}

private struct SeededNumbers {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % Swift.max(1, limit)
    }
}
