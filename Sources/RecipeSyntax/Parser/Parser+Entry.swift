// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Recipe {
    /// Reads a text, whatever is in it.
    ///
    /// - Parameter pluginVerbs: Dotted verbs of loaded plugins. At the prompt a dotted name with nothing behind it is a
    ///   value unless it is among them; in a file it is a verb always.
    package static func parse(
        _ source: SourceText, mode: Mode = .file, pluginVerbs: Set<String> = []
    ) -> ParsedRecipe {
        var parser = Parser(source, mode: mode, pluginVerbs: pluginVerbs)
        let read = parser.statements(Parser.Surroundings(context: .file, allowsCommands: true, block: nil))
        // What bytes of another encoding were read as is no one's intention.
        let statements = parser.lexer.hasReportedEncoding ? [] : read
        return ParsedRecipe(
            file: RecipeFile(statements: statements, comments: parser.lexer.comments.map(Comment.init), source: source),
            diagnostics: parser.diagnostics(in: source),
            completeness: parser.completeness(),
            tokens: parser.tokens,
            shebang: parser.lexer.shebang)
    }
}

extension Parser {
    /// All faults in order of place, the first at each place, as people read them.
    func diagnostics(in source: SourceText) -> [Diagnostic] {
        var all = lexer.faults + faults
        if let endFault, endFault < faults.count {
            let others = openings.map(\.range).filter { $0 != faults[endFault].range }
            all[lexer.faults.count + endFault].also = others
        }
        if all.isEmpty { return [] }
        if lexer.hasReportedEncoding { all.removeAll { $0.fault != .notUTF8 } }
        var seen: Set<UInt32> = []
        let ordered = all.enumerated()
            .sorted { ($0.element.range.lower, $0.offset) < ($1.element.range.lower, $1.offset) }
            .map(\.element)
            .filter { seen.insert($0.range.lower).inserted }
        return FaultRenderer(source).diagnostics(ordered)
    }

    /// What the text waits for.
    func completeness() -> Completeness {
        var all = lexer.openAtEnd + openings
        if all.isEmpty, let last = tokens.dropLast().last, awaitsMore(last) {
            all.append(Completeness.Opening(kind: .operand, range: last.range))
        }
        return Completeness(openings: all.sorted { $0.range.lower < $1.range.lower })
    }

    /// True where a text that ends with the token goes on in the next line.
    private func awaitsMore(_ token: Token) -> Bool {
        switch token.kind {
        case .comma, .colon, .assign, .fatArrow, .thinArrow, .dot, .questionDot, .thenWord, .elseWord, .not, .isIn,
            .and,
            .or:
            return !token.isReported
        case .name: return token.role == .keyword && isWord(token, "where")
        case .word, .closeBrace: return false
        default: return BinaryOperator(token.kind) != nil && token.role != .closeAngle
        }
    }
}
