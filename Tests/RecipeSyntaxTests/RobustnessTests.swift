// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

/// Whatever the bytes are: no crash, and what is promised of every text holds.
struct RobustnessTests {
    private func check(_ bytes: [UInt8], _ mode: Recipe.Mode) throws {
        let source = SourceText(name: "random", utf8: bytes)
        let parsed = Recipe.parse(source, mode: mode)
        let places = parsed.diagnostics.compactMap { $0.labels.first?.place.start }
        #expect(places == places.sorted(), "\(source.text(of: SourceRange(0, bytes.count)).debugDescription)")
        var end: UInt32 = 0
        for highlight in parsed.highlights {
            #expect(highlight.range.lower >= end && Int(highlight.range.upper) <= bytes.count)
            end = highlight.range.upper
        }
        guard parsed.isValid else { return }
        let once = try Recipe.format(parsed, mode: mode)
        let again = Recipe.parse(SourceText(name: "formatted", once), mode: mode)
        #expect(sketch(parsed.file.statements) == sketch(again.file.statements), "\(once.debugDescription)")
        #expect(try Recipe.format(again, mode: mode) == once)
    }

    @Test(arguments: [UInt64(1), 2]) func `random bytes never crash`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<150 {
            let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            try check(bytes, Bool.random(using: &random) ? .file : .prompt)
        }
    }

    @Test(arguments: [UInt64(11), 12, 13]) func `mutated texts never crash and those still valid format`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let texts = Corpus.entries.map { Array($0.source.utf8) }
        for _ in 0..<150 {
            guard let text = texts.randomElement(using: &random), let other = texts.randomElement(using: &random) else {
                return
            }
            try check(random.mutated(text, with: other), Bool.random(using: &random) ? .file : .prompt)
        }
    }

    @Test func `every beginning of a text can be read`() throws {
        let text = Array((Corpus.entries.first?.source ?? "").utf8)
        for length in stride(from: 0, to: text.count, by: 3) { try check(Array(text.prefix(length)), .prompt) }
    }

    @Test(arguments: [
        "[", "(", "{", "{ a: ", "f(", "a[", "not ", "-", "if a then b else ", "x => ", "if a {\n", "\"${", "[{ a: (",
        "a ?? ", "List<", "param a: List<", "workflow w {", "\"\"\"\n${", "& ", "@ ", "run x {"
    ])
    func `deep nesting is told and costs no stack`(opener: String) {
        for text in ["let a = " + String(repeating: opener, count: 5_000), String(repeating: opener, count: 5_000)] {
            #expect(!Recipe.parse(SourceText(name: "deep", text)).diagnostics.isEmpty)
        }
    }

    @Test(arguments: [" + 1", ".a", "[0]", "(1)", " and a", " < 1", " ?? 1"])
    func `long chains are told and cost no stack`(link: String) {
        let parsed = Recipe.parse(SourceText(name: "long", "let a = b" + String(repeating: link, count: 5_000)))
        #expect(!parsed.diagnostics.isEmpty)
    }

    @Test func `more errors than anybody reads are counted`() {
        let text = String(repeating: "let a = =\n", count: 1000)
        let diagnostics = Recipe.parse(SourceText(name: "many", text)).diagnostics
        #expect(diagnostics.count == 200)
        #expect(diagnostics.last?.notes == ["there are 800 more errors behind this one"])
    }
}
