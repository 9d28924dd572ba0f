// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// A name that can be seen at the cursor.
struct VisibleName: Sendable {
    enum Meaning: Sendable {
        case type(RecipeType)
        case resource(kind: String, hasKey: Bool)
        case step(kind: String, hasKey: Bool)
    }

    let text: String
    let meaning: Meaning
    let detail: String

    func type(_ library: ContractLibrary) -> RecipeType {
        switch meaning {
        case .type(let type): type
        case .resource(let kind, let hasKey):
            library.type(named: kind).map { hasKey ? .map($0) : $0 } ?? .any
        case .step(let kind, let hasKey):
            library.vocabulary.stepKinds[kind] == nil ? .any : hasKey ? .map(.step(kind)) : .step(kind)
        }
    }
}

/// The names that the text before the cursor declares itself: the steps of a workflow that is being typed.
struct TypedDeclarations {
    private(set) var names: [VisibleName] = []

    init(_ text: String, before cursor: Int) {
        let scanner = CursorScanner(text, before: cursor)
        let tokens = scanner.tokens
        var depth = 0
        // A declaration can be used once its statement has ended: at a line's end outside of its own braces.
        var pending: [(depth: Int, name: VisibleName)] = []
        for (index, token) in tokens.enumerated() {
            switch token {
            case .symbol("{"), .symbol("["), .symbol("("): depth += 1
            case .symbol("}"), .symbol("]"), .symbol(")"): depth -= 1
            case .newline, .symbol(";"):
                names += pending.filter { $0.depth >= depth }.map(\.name)
                pending.removeAll { $0.depth >= depth }
            case .word("step"), .word("resource"), .word("param"), .word("let"):
                guard index == 0 || Self.beginsStatement(tokens[index - 1]), index + 2 < tokens.count,
                    case .word(let word) = token, case .word(let name) = tokens[index + 1]
                else { continue }
                pending.append((depth, Self.declaration(word, name, tokens[(index + 2)...])))
            default: continue
            }
        }
    }

    private static func beginsStatement(_ token: CursorScanner.Token) -> Bool {
        token == .newline || token == .symbol("{") || token == .symbol("}") || token == .symbol(";")
    }

    private static func declaration(
        _ word: String, _ name: String, _ rest: ArraySlice<CursorScanner.Token>
    ) -> VisibleName {
        let hasKey = rest.first == .symbol("[")
        var written = ""
        if let colon = rest.firstIndex(of: .symbol(":")) {
            for token in rest[(colon + 1)...] {
                if case .word(let part) = token {
                    written += part
                } else if token == .symbol(".") {
                    written += "."
                } else {
                    break
                }
            }
        }
        let meaning: VisibleName.Meaning
        switch word {
        case "step": meaning = .step(kind: written, hasKey: hasKey)
        case "resource": meaning = .resource(kind: written, hasKey: hasKey)
        default: meaning = .type(.any)
        }
        return VisibleName(text: name, meaning: meaning, detail: written.isEmpty ? word : written)
    }
}

extension ModuleChecker {
    /// The names of the outermost scope, in the order of the text.
    var visibleNames: [VisibleName] {
        root.bindings.sorted { $0.value.range.lower < $1.value.range.lower }.compactMap { name, found in
            switch found.binding {
            case .slot(let place):
                let type = root.type(of: place)
                return VisibleName(text: name, meaning: .type(type), detail: type.description)
            case .resource(let index):
                let node = resources[index].declaration
                return VisibleName(
                    text: name, meaning: .resource(kind: node.kind.text, hasKey: node.key != nil),
                    detail: node.kind.text)
            case .module(let index):
                return VisibleName(
                    text: name, meaning: .type(.module(index)), detail: imports[index].statement.path.text)
            case .definition(_, let signature):
                return VisibleName(
                    text: name, meaning: .type(.function(signature.result)),
                    detail: "-> " + signature.result.description)
            case .step, .workflow, .policy, .poison: return nil
            }
        }
    }
}

extension MetaFields {
    static let docs = [
        "on": "the connection that makes or executes it", "service": "which of the mappings fulfils it",
        "needs": "what must be ready first", "protect": "true: neither deleted nor replaced",
        "formerly": "its earlier name", "ignore": "fields whose present values stay",
        "replace": "\"create_first\" or \"delete_first\"",
        "adopt": "the id of an existing thing to take over", "owner": "who answers for it",
        "exempt": "{ POLICY: { until, why } }: policies that it may break for a time",
        "native": "fields of the mapping's own resources",
        "when": "false: the step is skipped", "retry": "{ attempts, backoff, on }",
        "timeout": "how long it may take", "on_failure": "\"stop\" or \"continue\"",
        "cache": "false: always executed; true or 7d: a known result is used, while younger than that",
        "recover": "the step that stands in where this one has failed",
        "undo": "the step that takes back what this one did, where the run fails",
        "rate": "{ group, limit, per }: so many of the group begin in that time",
        "priority": "a number: of steps that could begin, those with higher ones do first",
        "concurrency": "\"group\" or { group, limit }: at most so many of the group at once"
    ]
}
