// SPDX-License-Identifier: Apache-2.0

/// The line behind `sql`: options, the store, and the query, which is the rest of the line as it is, or one string with
/// options behind it.
enum QueryLine {
    private static let valued = ["--limit", "--module", "--env", "--set"]

    static func words(_ line: String) -> [String] {
        var rest = line.drop(while: \.isWhitespace)
        var words = options(&rest)
        if rest.first != "\"", !isQuery(rest) {
            let store = rest.prefix { !$0.isWhitespace }
            if !store.isEmpty { words.append(String(store)) }
            rest = rest[store.endIndex...].drop(while: \.isWhitespace)
            words += options(&rest)
        }
        guard rest.first == "\"", let (text, end) = string(rest) else {
            var query = rest
            while query.last?.isWhitespace ?? false { query.removeLast() }
            return query.isEmpty ? words : words + [String(query)]
        }
        words.append(text)
        return words + rest[end...].split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// True where the line begins with a query and names no store.
    static func isQuery(_ text: some StringProtocol) -> Bool {
        let word = text.prefix { $0.isLetter }.lowercased()
        return ["select", "with", "values"].contains(word)
            && text.dropFirst(word.count).first.map { $0.isWhitespace || $0 == "(" || $0 == "*" } ?? false
    }

    private static func options(_ rest: inout Substring) -> [String] {
        var words: [String] = []
        while rest.hasPrefix("--") {
            let word = rest.prefix { !$0.isWhitespace }
            words.append(String(word))
            rest = rest[word.endIndex...].drop(while: \.isWhitespace)
            if valued.contains(String(word)), !rest.isEmpty {
                let value = rest.prefix { !$0.isWhitespace }
                words.append(String(value))
                rest = rest[value.endIndex...].drop(while: \.isWhitespace)
            }
        }
        return words
    }

    /// The text of the string that begins here, and where it ends; nil where it is not closed.
    private static func string(_ rest: Substring) -> (String, Substring.Index)? {
        var text = ""
        var index = rest.index(after: rest.startIndex)
        while index < rest.endIndex {
            let character = rest[index]
            let next = rest.index(after: index)
            if character == "\"" { return (text, next) }
            if character == "\\", next < rest.endIndex {
                let escaped = rest[next]
                text.append(escaped == "n" ? "\n" : escaped == "t" ? "\t" : escaped)
                index = rest.index(after: next)
            } else {
                text.append(character)
                index = next
            }
        }
        return nil
    }
}
