// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import RecipeRuntime
import RecipeSyntax
import Testing

struct CodeTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Codes")

    @Test(arguments: DiagnosticCode.allOfRecipes.map(\.text))
    func `each code has a recipe that shows it and nothing else`(code: String) throws {
        let name = code + ".recipe"
        var text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        var recipes = Recipes(files: [name: text])
        if text.hasPrefix("# --set ") {
            let setting = text.dropFirst("# --set ".count).prefix { $0 != "\n" }.split(separator: "=").map(String.init)
            recipes.parameters.settings[setting[0]] = setting[1]
        }
        if text.hasPrefix("# no connections") { recipes.environment.connections = [] }
        if text.hasPrefix("# a project's file") {
            let (_, problems) = EnvironmentReader.environments(
                in: Recipe.parse(SourceText(name: name, text)), at: name, vocabulary: SmallVocabulary.vocabulary)
            #expect(problems.map(\.code.text) == [code])
            return
        }
        if text.hasPrefix("# a pack of the environment") {
            recipes.environment = try Recipes.environment("use local; import \"\(name)\" as pack")
            text = ""
        }
        #expect(recipes.codes(text, at: text.isEmpty ? "empty.recipe" : name) == [code])
    }

    @Test
    func `codes are unique, and every recipe shows one of them`() throws {
        let codes = DiagnosticCode.allOfRecipes.map(\.text)
        #expect(Set(codes).count == codes.count)
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path())
        #expect(Set(files.map { String($0.prefix(5)) }) == Set(codes))
    }
}
