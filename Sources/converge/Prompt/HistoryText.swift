// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime
import RecipeSyntax
import Shell

/// A statement as the history may keep it: without what is written in clear where a secret belongs.
struct HistoryText {
    let vocabulary: Vocabulary
    /// The module at the prompt.
    let module: ModuleText

    private struct Mask {
        let start: SourcePosition
        let end: SourcePosition
        let text: String

        func covers(_ position: SourcePosition) -> Bool { start <= position && position < end }
    }

    func text(of statement: String) -> String {
        if let kept = Self.withoutSecretSet(statement) { return kept }
        // A secret is a string or the value behind an equals sign; what holds neither costs no check.
        guard statement.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "=") }) else {
            return statement
        }
        let source = SourceText(name: "<prompt>", statement)
        let parsed = Recipe.parse(source, mode: .prompt)
        let written = RecipeCheck.check(parsed, at: "<prompt>", vocabulary: vocabulary).diagnostics
            .filter { $0.code == .secretWritten }.compactMap(\.labels.first?.place)
            .map { Mask(start: $0.start, end: $0.end, text: "secret(\"…\")") }
        let given = parsed.file.statements.flatMap { statement -> [SourceRange] in
            if case .command(let command) = statement { values(in: command, source) } else { [] }
        }
        .map {
            Mask(start: source.position(of: Int($0.lower)), end: source.position(of: Int($0.upper)), text: "***")
        }
        return Self.replacing(written + given, in: statement)
    }

    /// `secret set` with everything behind the name left out, however it is written: nothing belongs there, so that what
    /// is there is the secret. Nil for any other statement.
    private static func withoutSecretSet(_ statement: String) -> String? {
        let words = statement.split(maxSplits: 3, whereSeparator: \.isWhitespace)
        guard words.count > 2, words[0] == "secret", words[1] == "set" else { return nil }
        let name = words[2].prefix { $0 != "=" && $0 != "\"" && $0 != ":" }
        let hasMore = name.count < words[2].count || words.count > 3
        return "secret set \(name)" + (hasMore ? " ***" : "")
    }

    private static func replacing(_ masks: [Mask], in statement: String) -> String {
        if masks.isEmpty { return statement }
        let lines = statement.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        var kept = String.UnicodeScalarView()
        for (offset, line) in lines.enumerated() {
            if offset > 0, !masks.contains(where: { $0.covers(SourcePosition(line: offset + 1, column: 0)) }) {
                kept.append("\n")
            }
            for (column, scalar) in line.enumerated() {
                let position = SourcePosition(line: offset + 1, column: column + 1)
                if let mask = masks.first(where: { $0.covers(position) }) {
                    if position == mask.start { kept.append(contentsOf: mask.text.unicodeScalars) }
                } else {
                    kept.append(scalar)
                }
            }
        }
        return String(kept)
    }

    // MARK: Values behind commands

    /// The values that a command gives to parameters of a secret type; one whose parameter is not known may be one.
    private func values(in command: CommandStatement, _ source: SourceText) -> [SourceRange] {
        let known = parameters(command)
        func isSecret(_ name: some StringProtocol) -> Bool { known[String(name)] ?? true }
        var ranges: [SourceRange] = []
        var isSetting = false
        for argument in command.arguments {
            let wasSetting = isSetting
            isSetting = false
            switch argument {
            case .flag(let name, nil): isSetting = name.text == "set"
            case .flag(let name, let value?) where name.text == "set":
                ranges += valueRange(of: value.range, source, isSecret)
            case .pair(let name, let value) where isSecret(name.text) && (wasSetting || known[name.text] != nil):
                ranges.append(value.range)
            case .word, .string: if wasSetting { ranges += valueRange(of: argument.range, source, isSecret) }
            case .object(let object):
                for entry in object.entries {
                    guard let key = entry.key.plain, known[key] == true else { continue }
                    ranges.append(entry.value.range)
                }
            default: continue
            }
        }
        return ranges.filter { range in
            let text = source.text(of: range).drop { $0 == "\"" || $0 == "'" }
            return range.lower < range.upper && !text.hasPrefix("secret(")
        }
    }

    /// Where the value stands in `NAME=VALUE`, quoted or not.
    private func valueRange(
        of range: SourceRange, _ source: SourceText, _ isSecret: (Substring) -> Bool
    ) -> [SourceRange] {
        let text = source.text(of: range)
        guard let equals = text.firstIndex(of: "=") else { return [] }
        let quotes = text.prefix { $0 == "\"" }
        guard isSecret(text[quotes.endIndex..<equals]) else { return [] }
        let before = text[...equals].utf8.count
        let isQuoted = !quotes.isEmpty && text.hasSuffix("\"")
        return [SourceRange(Int(range.lower) + before, Int(range.upper) - (isQuoted ? 1 : 0))]
    }

    /// The parameters of the module, of its workflows and of the recipe that a command names: whether each is a secret.
    private func parameters(_ command: CommandStatement) -> [String: Bool] {
        var sources = [SourceText(name: "", module.text)]
        for case .word(let word) in command.arguments where word.text.hasSuffix(".recipe") {
            // One that cannot be read has no parameters that could be known.
            do { sources.append(try RecipeReader.file(word.text)) } catch { continue }
        }
        var known: [String: Bool] = [:]
        for source in sources { Self.collect(Recipe.parse(source).file.statements, source, into: &known) }
        return known
    }

    private static func collect(_ statements: [Statement], _ source: SourceText, into known: inout [String: Bool]) {
        for statement in statements {
            switch statement {
            case .param(let node):
                let isSecret = source.text(of: node.type.range).contains("Secret")
                known[node.name.text] = isSecret || known[node.name.text] == true
            case .workflow(let node): collect(node.body.statements, source, into: &known)
            default: continue
            }
        }
    }
}
