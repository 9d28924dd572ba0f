// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import RecipeSyntax
import Testing

struct DiagnosticCodeTests {
    /// One example a code, each with that error and no other.
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Codes")

    @Test(arguments: DiagnosticCode.allOfSyntax.map(\.text)) func `each code has an example that shows only it`(
        code: String
    ) throws {
        let text = try Data(contentsOf: Self.folder.appending(path: code + ".recipe"))
        let parsed = Recipe.parse(SourceText(name: code + ".recipe", utf8: Array(text)))
        #expect(parsed.diagnostics.map(\.code.text) == [code])
        for diagnostic in parsed.diagnostics {
            #expect(!diagnostic.message.isEmpty && !diagnostic.message.hasSuffix("."))
            #expect(diagnostic.labels.count == 1)
        }
    }

    @Test func `each example belongs to a code and no code is there twice`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        let codes = DiagnosticCode.allOfSyntax.map(\.text)
        #expect(files.sorted() == codes.map { $0 + ".recipe" }.sorted())
        #expect(Set(codes).count == codes.count)
        #expect(codes == codes.sorted())
    }

    @Test(arguments: DiagnosticCode.allOfSyntax.map(\.text)) func `each code is explained in sentences`(text: String) {
        let code = DiagnosticCode.allOfSyntax.first { $0.text == text }
        #expect(code?.title.isEmpty == false)
        #expect(code?.explanation.hasSuffix(".") == true)
    }
}
