// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import RecipeSyntax

/// What may stand at a cursor, best first.
package struct RecipeSuggestions: Sendable, Hashable {
    /// The part of the text that a chosen item replaces; it ends at the cursor.
    package var replaces: SourceRange
    package var items: [RecipeSuggestion]
    /// True inside of a string: names of files may stand there, relative to the recipe's folder.
    package var takesPath: Bool
    /// The text of the open string, for completing a path.
    package var openString: String
}

/// One text that may stand at the cursor.
package struct RecipeSuggestion: Sendable, Hashable {
    package var text: String
    /// What follows once the item is taken, such as `: ` behind a field.
    package var suffix: String
    /// One line about it: its type, default and doc line.
    package var detail: String
    /// True for a field that may not be left out.
    package var isRequired: Bool

    package init(_ text: String, suffix: String = "", detail: String = "", isRequired: Bool = false) {
        self.text = text
        self.suffix = suffix
        self.detail = detail
        self.isRequired = isRequired
    }
}

/// Completes recipes while they are typed; contacts nobody.
package struct RecipeCompletion: Sendable {
    let library: ContractLibrary
    let module: CheckedModule?

    /// - Parameter module: The declarations that are there already; nil for none.
    package init(vocabulary: Vocabulary, module: CheckedModule?) {
        library = module?.library ?? ContractLibrary(vocabulary)
        self.module = module
    }

    /// What may stand at the cursor, a UTF-8 offset into the text.
    package func suggestions(_ text: String, at cursor: Int) -> RecipeSuggestions {
        let scanner = CursorScanner(text, before: cursor)
        let end = Swift.min(Swift.max(0, cursor), text.utf8.count)
        let length =
            scanner.openString.map { $0.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.count }
            ?? scanner.word.utf8.count
        var result = RecipeSuggestions(
            replaces: SourceRange(end - length, end), items: [], takesPath: scanner.openString != nil,
            openString: scanner.openString ?? "")
        let typed = TypedDeclarations(text, before: end)
        result.items = items(scanner, typed).filter { Self.matches($0.text, scanner.word) }
        return result
    }

    private static func matches(_ text: String, _ word: String) -> Bool {
        word.isEmpty || text.lowercased().hasPrefix(word.lowercased())
            || text.split(separator: ".").contains { $0.lowercased().hasPrefix(word.lowercased()) }
    }

    private func items(_ scanner: CursorScanner, _ typed: TypedDeclarations) -> [RecipeSuggestion] {
        switch scanner.context {
        case .statement(let block):
            return Self.statements(in: block) + (block == "file" ? names(typed, wanted: nil) : [])
        case .kind(let isStep): return kinds(isStep)
        case .type: return types()
        case .field(let owner): return fields(owner)
        case .meta(let isStep, let given):
            return (isStep ? MetaFields.ofSteps : MetaFields.ofResources).filter { !given.contains($0) }.map {
                RecipeSuggestion($0, suffix: ": ", detail: MetaFields.docs[$0] ?? "")
            }
        case .value(let owner, let field): return values(owner, field, typed)
        case .metaValue(let name, _): return metaValues(name, typed)
        case .member(let path): return members(path, typed)
        case .expression: return names(typed, wanted: nil) + functions()
        case .string, .nothing: return []
        }
    }

    // MARK: Statements, kinds and types

    private static func statements(in block: String) -> [RecipeSuggestion] {
        let words: [(String, String)] =
            switch block {
            case "workflow":
                [
                    ("step", "one operation"), ("param", "an input of the run"), ("let", "a value"),
                    ("for", "steps for each item of a list"), ("if", "steps on a condition"),
                    ("output", "a result of the run")
                ]
            case "environment": [("use", "a connection"), ("set", "a parameter's value")]
            case "mapping":
                [
                    ("resource", "a thing that the mapping makes"), ("output", "an output of the contract"),
                    ("lacks", "a feature that the service lacks"), ("let", "a value"),
                    ("for", "resources for each item of a list"),
                    ("if", "resources on a condition"), ("def", "a function")
                ]
            case "capability":
                [
                    ("param", "an input"), ("output", "an output"), ("feature", "an optional part"),
                    ("offers", "facets"),
                    ("access", "levels of access"), ("let", "a constant")
                ]
            case "shape": [("param", "a field")]
            default:
                [
                    ("resource", "a thing, by capability or kind"), ("workflow", "steps to run"), ("param", "an input"),
                    ("let", "a value"), ("output", "a result"), ("for", "declarations for each item of a list"),
                    ("if", "declarations on a condition"), ("import", "another recipe as a module"),
                    ("use", "a connection"),
                    ("def", "a function")
                ]
            }
        return words.map { RecipeSuggestion($0.0, suffix: " ", detail: $0.1) }
    }

    private func kinds(_ isStep: Bool) -> [RecipeSuggestion] {
        if isStep {
            return library.vocabulary.stepKinds.values.sorted { $0.schema.name < $1.schema.name }.map {
                RecipeSuggestion($0.schema.name, suffix: " { ", detail: $0.schema.doc)
            }
        }
        let capabilities =
            (library.vocabulary.texts.names(of: .capability) + library.declared.capabilities.keys.sorted())
            .compactMap { library.capability(named: $0) }.filter { !$0.isActivity }
        let fulfilled = Set(capabilities.filter { !library.mappings(of: $0.name).isEmpty }.map(\.name))
        return capabilities.sorted {
            (fulfilled.contains($0.name) ? 0 : 1, $0.name) < (fulfilled.contains($1.name) ? 0 : 1, $1.name)
        }
        .map { RecipeSuggestion($0.name, suffix: " { ", detail: $0.doc) }
            + library.vocabulary.resourceKinds.values.sorted { $0.schema.name < $1.schema.name }.map {
                RecipeSuggestion($0.schema.name, suffix: " { ", detail: $0.schema.doc)
            }
    }

    private func types() -> [RecipeSuggestion] {
        (ValueType.simpleNames + ["List", "Map", "Secret"]).map { RecipeSuggestion($0) }
            + library.typeNames.sorted().map { RecipeSuggestion($0) }
    }

    func functions() -> [RecipeSuggestion] {
        (Builtins.schemas + library.vocabulary.functions.values.map(\.schema)).sorted { $0.name < $1.name }.map {
            RecipeSuggestion($0.name, suffix: "(", detail: $0.doc)
        }
    }
}
