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
    private let verbs: [RecipeSuggestion]

    /// - Parameters:
    ///   - module: The declarations that are there already; nil for none.
    ///   - verbs: What may begin a statement beside declarations and expressions.
    package init(vocabulary: Vocabulary, module: CheckedModule?, verbs: [RecipeSuggestion] = []) {
        library = module?.library ?? ContractLibrary(vocabulary)
        self.module = module
        self.verbs = verbs
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
        if let open = scanner.openString {
            complete(open, scanner, &result)
            return result
        }
        let typed = TypedDeclarations(text, before: end)
        var word = scanner.word
        if case .kind = scanner.context {
            // A kind is one word, its dots included.
            word = scanner.dottedWord
            result.replaces = SourceRange(end - word.utf8.count, end)
        }
        result.items = items(scanner, typed).filter { Self.matches($0.text, word) }
        return result
    }

    /// Inside of a string: the texts that its field allows, or else a path where the field's type can be one; what Converge
    /// itself reads of a declaration is none.
    private func complete(_ open: String, _ scanner: CursorScanner, _ result: inout RecipeSuggestions) {
        guard let (owner, field) = scanner.fieldOfString else { return }
        let texts = allowedTexts(owner, field)
        if !texts.isEmpty || field.hasPrefix("@") {
            result.takesPath = false
            let end = result.replaces.upper
            result.replaces = SourceRange(Int(end) - open.utf8.count, Int(end))
            result.items = texts.filter { $0.text.hasPrefix(open) }
        } else if !canBePath(owner, field) {
            result.takesPath = false
        }
    }

    private static func matches(_ text: String, _ word: String) -> Bool {
        word.isEmpty || text.lowercased().hasPrefix(word.lowercased())
            || text.split(separator: ".").contains { $0.lowercased().hasPrefix(word.lowercased()) }
    }

    private func items(_ scanner: CursorScanner, _ typed: TypedDeclarations) -> [RecipeSuggestion] {
        switch scanner.context {
        case .statement(let block):
            guard block == "file" else { return Self.statements(in: block) }
            // Of the many functions only those that somebody began to type.
            return Self.statements(in: block) + verbs + names(typed, wanted: nil)
                + (scanner.word.isEmpty ? [] : functions())
        case .kind(let isStep): return kinds(isStep)
        case .type: return types()
        case .trigger:
            return TriggerContract.all.map { RecipeSuggestion($0.word, suffix: " ", detail: $0.doc) }
        case .provider:
            return library.vocabulary.plugins.filter { $0.provider != nil }.map {
                RecipeSuggestion($0.name, detail: $0.doc)
            }
        case .field(let owner): return fields(owner)
        case .meta(let isStep, let given):
            return (isStep ? MetaFields.ofSteps : MetaFields.ofResources).filter { !given.contains($0) }.map {
                RecipeSuggestion($0, suffix: ": ", detail: MetaFields.docs[$0] ?? "")
            }
        case .value(let owner, let field): return values(owner, field, typed)
        case .metaValue(let owner, let name): return metaValues(name, owner, typed)
        case .member(let path):
            let prefix = path.joined(separator: ".") + "."
            let dotted = scanner.beginsStatement(pathOf: path.count) ? verbs.filter { $0.text.hasPrefix(prefix) } : []
            return members(path, typed)
                + dotted.map {
                    RecipeSuggestion(String($0.text.dropFirst(prefix.count)), suffix: $0.suffix, detail: $0.detail)
                }
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
                    ("output", "a result of the run"), ("on", "what starts it by itself")
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
            .compactMap { library.capability(named: $0) }
            .filter { !$0.isActivity || !library.mappings(of: $0.name).isEmpty }
        let fulfilled = Set(capabilities.filter { !library.mappings(of: $0.name).isEmpty }.map(\.name))
        return capabilities.sorted {
            (fulfilled.contains($0.name) ? 0 : 1, $0.name) < (fulfilled.contains($1.name) ? 0 : 1, $1.name)
        }
        .map { RecipeSuggestion($0.name, suffix: " { ", detail: $0.doc) }
            + library.vocabulary.resourceKinds.all.map {
                RecipeSuggestion($0.schema.name, suffix: " { ", detail: $0.schema.doc)
            }
    }

    private func types() -> [RecipeSuggestion] {
        (ValueType.simpleNames + ["List", "Map", "Secret"]).map { RecipeSuggestion($0) }
            + library.typeNames.sorted().map { RecipeSuggestion($0) }
    }

    /// All functions; those whose result fits come first.
    func functions(for wanted: RecipeType? = nil) -> [RecipeSuggestion] {
        let all = (Builtins.schemas + library.vocabulary.functions.values.map(\.schema)).sorted { $0.name < $1.name }
        let fits = all.map { schema in
            wanted.map { RecipeType(schema.result, library).fit($0, library).isPossible } ?? true
        }
        let order = zip(all, fits).filter(\.1) + zip(all, fits).filter { !$0.1 }
        return order.map { RecipeSuggestion($0.0.name, suffix: "(", detail: $0.0.doc) }
    }
}
