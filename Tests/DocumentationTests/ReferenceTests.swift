// SPDX-License-Identifier: Apache-2.0
import Foundation
import RecipeSyntax
import Testing

/// The reference pages leave nothing out.
struct ReferenceTests {
    @Test func `the plugin guide names every protocol of the SDK`() throws {
        let guide = try Repository.text(of: "docs/plugins.md")
        for file in Repository.files(below: "Sources/ConvergeSDK", ["swift"]) {
            for line in try file.lines where line.hasPrefix("public protocol ") {
                let name = String(line.dropFirst("public protocol ".count).prefix { $0.isLetter })
                #expect(guide.contains("`\(name)`"), "\(name) of \(file.path) is not in docs/plugins.md")
            }
        }
    }

    @Test func `the language reference names every function`() throws {
        let page = try Repository.text(of: "docs/language.md")
        let declaration = /(?:name: |tested\(|changed\(|extreme\(|quantifier\()"([a-z_]+)",/
        for file in Repository.files(below: "Sources/RecipeRuntime/Builtins", ["swift"]) {
            for match in try file.text.matches(of: declaration) {
                let name = String(match.output.1)
                #expect(page.contains("`\(name)`") || page.contains("`\(name)("), "\(name) is not in docs/language.md")
            }
        }
    }

    @Test func `the language reference names every meta field`() throws {
        let page = try Repository.text(of: "docs/language.md")
        let resources = try Repository.text(of: "Sources/RecipeRuntime/Checker/ModuleChecker+Resources.swift")
        let lists = resources.matches(of: /static let of[A-Za-z]+ = \[([^\]]*)\]/).map { $0.output.1 }
        let names = lists.flatMap { $0.matches(of: /"([a-z_]+)"/).map { String($0.output.1) } }
        #expect(names.count > 10)
        for name in names {
            #expect(page.contains("`@\(name)"), "@\(name) is not in docs/language.md")
        }
    }

    @Test(arguments: Recipe.statementWords)
    func `the language reference names every statement`(_ word: String) throws {
        let page = try Repository.text(of: "docs/language.md")
        let isNamed = page.contains("`\(word)`") || page.contains("`\(word) ")
        #expect(isNamed, "\(word) is not in docs/language.md")
    }
}
