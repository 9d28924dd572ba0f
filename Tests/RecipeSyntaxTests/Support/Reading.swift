// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

func read(_ text: String, _ mode: Recipe.Mode = .file) -> ParsedRecipe {
    Recipe.parse(SourceText(name: "test", text), mode: mode)
}

/// The value of `let x = …`.
func value(_ text: String) throws -> Expression {
    let parsed = read("let x = " + text + "\n")
    #expect(parsed.diagnostics.map(\.message) == [])
    guard case .letBinding(let binding)? = parsed.file.statements.first else {
        throw Diagnostics(parsed.diagnostics)
    }
    return binding.value
}

/// Errors as `line:column code`.
func errors(_ text: String, _ mode: Recipe.Mode = .file) -> [String] {
    read(text, mode).diagnostics.map { diagnostic in
        let start = diagnostic.labels.first?.place.start
        return "\(start?.line ?? 0):\(start?.column ?? 0) \(diagnostic.code)"
    }
}
