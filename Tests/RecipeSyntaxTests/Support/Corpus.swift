// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import RecipeSyntax
import Testing

/// One snippet of the grammar's corpus and what is known of it.
struct CorpusEntry: Sendable, Decodable, CustomTestStringConvertible {
    /// An error's place and the corpus' short name for it.
    struct ExpectedError: Sendable, Hashable, Decodable {
        var line: Int
        var column: Int
        var kind: String
    }

    var name: String
    var source: String
    var mode: String?
    var valid: Bool?
    var errors: [ExpectedError]?
    var sameTreeAs: String?

    private enum CodingKeys: String, CodingKey {
        case name, source, mode, valid, errors
        case sameTreeAs = "same_tree_as"
    }

    var testDescription: String { name }
    var recipeMode: Recipe.Mode { mode == "prompt" ? .prompt : .file }

    func parsed() -> ParsedRecipe { Recipe.parse(SourceText(name: "corpus", source), mode: recipeMode) }
}

/// The corpus as it is kept beside the tests.
enum Corpus {
    static let entries: [CorpusEntry] = {
        guard
            let file = Bundle.module.url(forResource: "grammar-corpus", withExtension: "jsonl", subdirectory: "Corpus"),
            let text = try? String(contentsOf: file, encoding: .utf8)
        else { return [] }
        let decoder = JSONDecoder()
        return text.split(separator: "\n").compactMap { try? decoder.decode(CorpusEntry.self, from: Data($0.utf8)) }
    }()

    static let valid = entries.filter { $0.valid == true }
    static let wrong = entries.filter { $0.errors != nil }
    static let twins = entries.filter { $0.sameTreeAs != nil }
}
