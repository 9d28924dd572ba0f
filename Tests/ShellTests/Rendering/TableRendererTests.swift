// SPDX-License-Identifier: Apache-2.0
import Shell
import Testing

struct TableRendererTests {
    private static let rows = [["Lake", "✓ AWS Glue, · Data Factory"], ["Warehouse", "✓ Redshift"]]

    private func text(_ width: Int?, _ overflow: TableRenderer.Overflow) -> [String] {
        TableRenderer(style: .plain, width: width).text(["NAME", "BY"], Self.rows, overflow: overflow)
            .split(separator: "\n").map(String.init)
    }

    @Test func `a table within the width is as wide as its cells`() {
        let wide = ["NAME       BY", "Lake       ✓ AWS Glue, · Data Factory", "Warehouse  ✓ Redshift"]
        #expect(text(nil, .cut) == wide)
        #expect(text(80, .wrapped) == wide)
        #expect(TableRenderer(style: .plain, width: 37).fits(["NAME", "BY"], Self.rows))
        #expect(!TableRenderer(style: .plain, width: 36).fits(["NAME", "BY"], Self.rows))
    }

    @Test func `cells that are too wide are cut, or go on below between words with their marks`() {
        #expect(text(24, .cut) == ["NAME       BY", "Lake       ✓ AWS Glue, …", "Warehouse  ✓ Redshift"])
        #expect(
            text(24, .wrapped) == [
                "NAME       BY", "Lake       ✓ AWS Glue,", "           · Data", "           Factory",
                "Warehouse  ✓ Redshift"
            ])
    }

    @Test func `nothing is lost where not even words have room`() {
        let narrow = text(12, .wrapped)
        #expect(narrow.allSatisfy { $0.count <= 18 }, "\(narrow)")
        let letters = narrow.dropFirst().joined().filter(\.isLetter)
        for word in ["Glue", "Factory"] { #expect(letters.contains(word), "\(narrow)") }
        #expect(TextCut.wrap("Warehouse", 4) == ["Ware", "hous", "e"])
        #expect(TextCut.wrap("", 4) == [])
        #expect(TextCut.wrap("DataTransformationEnrichment", 21) == ["DataTransformation", "Enrichment"])
        #expect(TextCut.wrap("aws.ec2 ×5, aws.iam ×12", 11) == ["aws.ec2 ×5,", "aws.iam ×12"])
    }
}
