// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

struct CorpusTests {
    /// Where the corpus wishes for less than the text has: the wish names the first of these errors only.
    private static let better: [String: [CorpusEntry.ExpectedError]] = [
        "errors at two depths": [
            .init(line: 2, column: 12, kind: "expected an expression"),
            .init(line: 5, column: 18, kind: "expected an expression"),
            .init(line: 7, column: 9, kind: "expected an expression")
        ]
    ]

    @Test func `the whole corpus is read`() {
        #expect(Corpus.entries.count == 286)
    }

    @Test(arguments: Corpus.valid) func `a valid text has no errors`(entry: CorpusEntry) {
        #expect(entry.parsed().diagnostics.map { "\($0.labels.first?.place.start as Any) \($0.message)" } == [])
    }

    @Test(arguments: Corpus.wrong) func `all errors are found in one pass, each once`(entry: CorpusEntry) {
        let found = entry.parsed().diagnostics.map { diagnostic in
            CorpusEntry.ExpectedError(
                line: diagnostic.labels.first?.place.start.line ?? 0,
                column: diagnostic.labels.first?.place.start.column ?? 0, kind: diagnostic.corpusKind)
        }
        #expect(found == Self.better[entry.name] ?? entry.errors ?? [])
    }

    @Test(arguments: Corpus.twins) func `precedence gives the tree that the parentheses give`(entry: CorpusEntry) {
        let twin = Recipe.parse(SourceText(name: "twin", entry.sameTreeAs ?? ""))
        #expect(twin.diagnostics.isEmpty)
        #expect(sketch(entry.parsed().file.statements) == sketch(twin.file.statements))
    }
}
