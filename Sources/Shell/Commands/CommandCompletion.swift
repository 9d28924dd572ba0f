// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Completes commands while they are typed: options, files, and the names of what is there.
package struct CommandCompletion: Sendable {
    private let shapes: [String: CommandShape]
    private let names: any CommandNames

    package init(_ shapes: [CommandShape], names: any CommandNames) {
        self.shapes = Dictionary(shapes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.names = names
    }

    /// What may stand at the cursor, a UTF-8 offset into the text; nil where it stands in no command, in the name of
    /// a verb, or in an object behind one.
    package func completion(_ text: String, at cursor: Int) async -> Completion? {
        guard let place = CommandCursor(text, before: cursor, isVerb: { shapes[$0] != nil }),
            let shape = shapes[place.verb]
        else { return nil }
        let end = min(max(0, cursor), text.utf8.count)
        if place.word.hasPrefix("-"), !place.isQuoted {
            if let equals = place.word.firstIndex(of: "=") {
                let name = place.word[..<equals].drop { $0 == "-" }
                guard let option = shape.options.first(where: { $0.name == name }), let meaning = option.value else {
                    return Completion.none
                }
                let typed = String(place.word[place.word.index(after: equals)...])
                return await items(meaning, typed, after: [], endingAt: end, isQuoted: false, mayQuote: false)
            }
            return options(of: shape, place, endingAt: end)
        }
        let (plain, pending) = sorted(place.words, shape)
        if let pending {
            return await items(pending, place.word, after: plain, endingAt: end, isQuoted: place.isQuoted)
        }
        let meaning =
            plain.count < shape.words.count
            ? shape.words[plain.count] : shape.isOpenEnded ? shape.words.last : nil
        var result = Completion(replaces: SourceRange(end - place.word.utf8.count, end), items: [])
        if let meaning {
            result = await items(meaning, place.word, after: plain, endingAt: end, isQuoted: place.isQuoted)
        }
        // Options come last, and only where no word was begun.
        if place.word.isEmpty, !place.isQuoted, result.items.isEmpty || meaning == nil {
            result = options(of: shape, place, endingAt: end)
        }
        return result
    }

    /// The words that are no options and no values of options, and what is wanted where the last option has none yet.
    private func sorted(_ words: [String], _ shape: CommandShape) -> (plain: [String], pending: CommandShape.Meaning?) {
        var plain: [String] = []
        var pending: CommandShape.Meaning?
        for word in words {
            if pending != nil {
                pending = nil
            } else if word.hasPrefix("--") {
                pending = shape.options.first { "--" + $0.name == word }?.value
            } else if word != "&" {
                plain.append(word)
            }
        }
        return (plain, pending)
    }

    private func options(of shape: CommandShape, _ place: CommandCursor, endingAt end: Int) -> Completion {
        let given = Set(place.words.map { $0.prefix { $0 != "=" } })
        let items = shape.options.filter { option in
            option.isRepeatable || !given.contains("--\(option.name)"[...])
        }
        .map { CompletionItem("--" + $0.name, suffix: " ", detail: $0.doc) }
        .filter { $0.text.hasPrefix(place.word) }
        return Completion(replaces: SourceRange(end - place.word.utf8.count, end), items: items)
    }

    private func items(
        _ meaning: CommandShape.Meaning, _ typed: String, after words: [String], endingAt end: Int, isQuoted: Bool,
        mayQuote: Bool = true
    ) async -> Completion {
        var found = await names.items(meaning, typed: typed, after: words)
        // A path is completed from its last part on.
        var part = typed
        if meaning == .recipe || meaning == .file || typed.contains("/"), let slash = typed.lastIndex(of: "/") {
            part = String(typed[typed.index(after: slash)...])
        }
        found = found.filter { $0.matches(part) }
        if isQuoted {
            found = found.map { item in
                var item = item
                if item.suffix == " " { item.suffix = "\" " }
                return item
            }
        } else {
            // What cannot stand in quotes either.
            found.removeAll { $0.needsQuotes && (!mayQuote || $0.text.contains { "\"\\$".contains($0) }) }
            if found.contains(where: \.needsQuotes) {
                let folder = typed.prefix(typed.count - part.count)
                found = found.map { $0.inQuotes(behind: String(folder)) }
                return Completion(replaces: SourceRange(end - typed.utf8.count, end), items: found)
            }
        }
        return Completion(replaces: SourceRange(end - part.utf8.count, end), items: found)
    }
}

extension CompletionItem {
    /// True where the text is not one word of a command by itself.
    fileprivate var needsQuotes: Bool { text.contains { " \t;#{\"'".contains($0) } }

    /// The whole word, in quotes where it needs them; those of a folder stay open.
    fileprivate func inQuotes(behind folder: String) -> CompletionItem {
        var item = self
        item.text = (needsQuotes ? "\"" : "") + folder + text
        if needsQuotes, suffix == " " { item.suffix = "\" " }
        return item
    }

    /// True where the item may be what somebody began to type: it or a part behind a dot begins so, whatever the case.
    package func matches(_ typed: String) -> Bool {
        if typed.isEmpty { return true }
        let typed = typed.lowercased()
        let text = text.trimmingPrefix("\"").lowercased()
        return text.hasPrefix(typed) || text.split(separator: ".").contains { $0.hasPrefix(typed) }
    }
}
