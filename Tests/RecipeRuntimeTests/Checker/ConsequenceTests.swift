// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

/// One cause, one error: what is found where the text itself is wrong is not told beside it.
struct ConsequenceTests {
    @Test(arguments: [
        ("param x: Strüng = \"a\"", ["S0105"]),
        ("let y = fooü + 1", ["S0105"]),
        ("resource lake DataLakeStorage {}", ["S0201"]),
        ("def f(x: Int, y: Int) -> Int = x + y\nlet a = f(x: 1, 2)", ["S0214"]),
        ("resource lake: DataLakeStorage { labels: { @needs: [] } }", ["S0219"]),
        ("import \"${folder}/lake.recipe\" as lake", ["S0218"])
    ]) func `an error of the text is told alone`(text: String, codes: [String]) {
        #expect(Recipes().codes(text) == codes)
    }

    @Test func `what is wrong elsewhere is told all the same`() {
        #expect(Recipes().codes("let a = nowhere && b\nlet b = Strüng") == ["R0101", "S0123", "S0105"])
    }

    @Test(arguments: [0, 30_000]) func `a secret that is written is masked in the excerpt of a line of any length`(
        padding: Int
    ) throws {
        let line =
            "let a = \"\(String(repeating: "x", count: padding))\"; "
            + "param p: Secret<String> = \"hunter2\"; resource n: local.Note { text: oops }"
        let found = Recipes().diagnostics(line)
        #expect(found.map(\.code.text) == ["R0315", "R0101"])
        for diagnostic in found {
            let place = try #require(diagnostic.labels.first?.place)
            #expect(!place.excerpt.contains("hunter2"))
            let marked = place.excerpt.dropFirst(place.start.column - place.excerptColumn)
            #expect(marked.hasPrefix(diagnostic.code.text == "R0101" ? "oops }" : "***"), "\(marked.prefix(40))")
        }
    }
}
