// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import RecipeSyntax
import Testing

/// What people copy from: recipes, the texts of plugins and the examples of pages are right and in form.
struct RecipeTextTests {
    static let files = ["Recipes", "Plugins"].flatMap { Repository.files(below: $0, ["recipe"]) }
    static let examples = (try? MarkdownBlock.all("recipe")) ?? []

    @Test func `there are recipes and examples`() {
        #expect(!Self.files.isEmpty)
        #expect(!Self.examples.isEmpty)
    }

    @Test(arguments: files)
    func `a recipe is right and formatted`(_ file: SourceFile) throws {
        Self.expectRight(try file.text, in: file.path)
    }

    @Test(arguments: examples)
    func `an example is right and formatted`(_ block: MarkdownBlock) {
        Self.expectRight(block.text, in: "\(block.page):\(block.line)")
    }

    @Test func `a recipe stands in a folder of its name`() {
        for file in Repository.files(below: "Recipes", ["recipe"]) {
            let parts = file.path.split(separator: "/")
            #expect(parts.count == 3 && parts.last == "\(parts[1]).recipe", "\(file.path)")
        }
    }

    private static func expectRight(_ text: String, in place: String) {
        do throws(Diagnostics) {
            let formatted = try Recipe.format(SourceText(name: place, text))
            if formatted == text { return }
            let lines = zip(formatted.components(separatedBy: "\n"), text.components(separatedBy: "\n"))
            let first = lines.enumerated().first { $0.element.0 != $0.element.1 }
            Issue.record(
                "\(place) is not as `converge fmt` writes it: line \((first?.offset ?? 0) + 1) is `\(first?.element.0 ?? "")`"
            )
        } catch {
            Issue.record("\(place): \(error.all.map { "\($0.code) \($0.message)" })")
        }
    }
}
