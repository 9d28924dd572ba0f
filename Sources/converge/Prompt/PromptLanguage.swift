// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime
import RecipeSyntax
import Shell

/// What the line editor asks of the recipe language.
struct PromptLanguage: EditorLanguage {
    let module: PromptModule
    let surroundings: @Sendable () -> PromptSurroundings

    init(module: PromptModule, _ surroundings: @escaping @Sendable () -> PromptSurroundings) {
        self.module = module
        self.surroundings = surroundings
    }

    func highlight(_ text: String) -> [StyledRange] {
        Recipe.highlight(SourceText(name: "<prompt>", text)).map { StyledRange($0.range, Self.style($0.kind)) }
    }

    private static func style(_ kind: Highlight.Kind) -> SemanticStyle {
        switch kind {
        case .keyword, .verb: .keyword
        case .kind: .kind
        case .key, .meta, .flag: .field
        case .number, .constant: .number
        case .string, .doc: .string
        case .comment: .comment
        case .error: .error
        case .name, .symbol, .word: .plain
        }
    }

    func complete(_ text: String, at cursor: Int) async -> Completion {
        await surroundings().completion(text, at: cursor, in: module)
    }

    func historyText(of statement: String) -> String? {
        HistoryText(vocabulary: surroundings().engine.vocabulary, module: module.text).text(of: statement)
    }

    func completeness(of text: String) -> EntryCompleteness {
        let parsed = Recipe.parse(SourceText(name: "<prompt>", text), mode: .prompt)
        guard let innermost = parsed.completeness.openings.last else { return EntryCompleteness.complete }
        let source = parsed.file.source
        let line = source.position(of: Int(innermost.range.lower)).line
        let depth = parsed.completeness.openings.filter { [.brace, .bracket, .parenthesis].contains($0.kind) }.count
        let closer: Character? =
            switch innermost.kind {
            case .brace: "}"
            case .bracket: "]"
            case .parenthesis: ")"
            default: nil
            }
        let what =
            innermost.kind == .operand
            ? "an operand is missing" : "'\(innermost.kind.rawValue)' of line \(line) is open"
        return .open(
            OpenStatement(
                what, indentation: 2 * max(depth, 1), closer: closer, closerIndentation: 2 * max(depth - 1, 0)))
    }
}
