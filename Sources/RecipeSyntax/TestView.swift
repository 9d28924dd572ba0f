// SPDX-License-Identifier: Apache-2.0

/// From where a module is looked at: one of its tests, which adds declarations of its own.
package struct TestView: Sendable, Hashable {
    package let test: String
    /// The position in the test's body of the `expect_error` whose declarations count too.
    package let expectedError: Int?

    package init(test: String, expectedError: Int? = nil) {
        self.test = test
        self.expectedError = expectedError
    }
}

extension RecipeFile {
    /// The file's tests, in the order of the text.
    package var tests: [TestDeclaration] {
        statements.compactMap { if case .test(let node) = $0 { node } else { nil } }
    }

    package func test(named name: String) -> TestDeclaration? { tests.first { $0.name.text == name } }
}

extension ParsedRecipe {
    /// The file without its tests, or with the declarations of the one from which it is looked at.
    package func seen(from view: TestView?) -> ParsedRecipe {
        var seen = file
        seen.statements.removeAll { if case .test = $0 { true } else { false } }
        if let view, let test = file.test(named: view.test) {
            seen.statements += test.body.declarations
            if let position = view.expectedError, test.body.statements.indices.contains(position),
                case .expectError(let node) = test.body.statements[position]
            {
                seen.statements += node.body.declarations
            }
        }
        return ParsedRecipe(
            file: seen, diagnostics: diagnostics, completeness: completeness, tokens: tokens, shebang: shebang)
    }
}

extension Block {
    /// The statements but commands and what is expected.
    fileprivate var declarations: [Statement] {
        statements.filter { statement in
            switch statement {
            case .command, .expect, .expectError: false
            default: true
            }
        }
    }
}
