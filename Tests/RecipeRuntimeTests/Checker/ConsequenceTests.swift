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
}
