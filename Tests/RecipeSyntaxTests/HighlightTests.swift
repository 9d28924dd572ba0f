// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

struct HighlightTests {
    private func highlights(_ text: String) -> [String] {
        let source = SourceText(name: "prompt", text)
        return Recipe.highlight(source).map { "\(source.text(of: $0.range)) \($0.kind)" }
    }

    @Test func `each piece is what the grammar takes it for`() {
        #expect(
            highlights("resource lake: aws.s3.Bucket { @on: a, in: \"x${y}\", n: 5m } # c") == [
                "resource keyword", "lake name", ": symbol", "aws kind", ". symbol", "s3 kind", ". symbol",
                "Bucket kind",
                "{ symbol", "@on meta", ": symbol", "a name", ", symbol", "in key", ": symbol", "\" string", "x string",
                "${ string", "y name", "} string", "\" string", ", symbol", "n key", ": symbol", "5m number",
                "} symbol",
                "# c comment"
            ])
        #expect(
            highlights("run w --wait x=1 { a: null }") == [
                "run verb", "w word", "--wait flag", "x= flag", "1 word", "{ symbol", "a key", ": symbol",
                "null constant",
                "} symbol"
            ])
    }

    @Test(arguments: [
        ("let a = \"half", "\"half error"), ("let a = 5q", "5q error"), ("res", "res name"),
        ("resource", "resource keyword"), ("pla", "pla name"), ("plan", "plan verb"), ("let a = \"x${", "${ string")
    ])
    func `half a token is a piece`(text: String, last: String) {
        #expect(highlights(text).last == last)
    }
}
