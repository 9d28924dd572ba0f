// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What may stand at a cursor.
enum CursorContext {
    /// Where a statement begins: in a file, or in the block with this word.
    case statement(block: String)
    case kind(isStep: Bool)
    case type
    /// The word behind `on`.
    case trigger
    /// A plugin with a platform.
    case provider
    /// The name of a field.
    case field(FieldOwner)
    /// `@…` among the fields of a resource or step.
    case meta(isStep: Bool, given: Set<String>)
    case value(FieldOwner, field: String)
    case metaValue(FieldOwner, name: String)
    /// Behind a dot: what is read of the path before it.
    case member(path: [String])
    case expression
    /// Inside a string literal.
    case string
    case nothing
}

/// The object in which the cursor stands: that of a resource or step, and the keys that lead from there inwards.
struct FieldOwner {
    enum Head {
        case resource(kind: String)
        case step(kind: String)
        case use(plugin: String)
        case trigger(word: String)
        /// The parameters behind the verb `run`; nil for the only workflow.
        case run(workflow: String?)
        case other
    }

    var head: Head
    var path: [String]
    /// The keys that the object has already.
    var given: Set<String>
}

extension CursorScanner {
    var context: CursorContext {
        if isInComment { return .nothing }
        if openString != nil { return .string }
        if tokens.last == .symbol("."), !isMeta { return memberContext }
        guard let inner = openings.last else { return statementContext(from: 0, block: "file") }
        switch inner.symbol {
        case "{": return braceContext(inner)
        default: return .expression
        }
    }

    /// The field whose value the open string is, by itself or in a list; those of Converge with their `@`.
    var fieldOfString: (owner: FieldOwner, field: String)? {
        var outer = openings[...]
        var end = tokens.count
        if let list = outer.last, list.symbol == "[" {
            end = list.token
            outer.removeLast()
        }
        guard openString != nil, let brace = outer.last, brace.symbol == "{", let field = key(before: end),
            let owner = owner(brace, in: outer)
        else { return nil }
        if case .meta = tokens[end - 2] { return (owner, "@" + field) }
        return (owner, field)
    }

    /// True where a path of so many names is all that its statement has yet.
    func beginsStatement(pathOf count: Int) -> Bool { openings.isEmpty && currentLine(from: 0).count == 2 * count }

    private var memberContext: CursorContext {
        var path: [String] = []
        var index = tokens.count - 1
        while index >= 1, tokens[index] == .symbol("."), case .word(let name) = tokens[index - 1] {
            path.insert(name, at: 0)
            index -= 2
            if index >= 1, tokens[index] == .symbol("?") { index -= 1 }
        }
        if let start = header(upTo: index + 1), start.isKind { return .kind(isStep: start.word == "step") }
        return path.isEmpty ? .nothing : .member(path: path)
    }

    // MARK: Statements

    private func statementContext(from start: Int, block: String) -> CursorContext {
        let line = currentLine(from: start)
        guard let first = line.first, case .word(let word) = first else {
            return line.isEmpty ? .statement(block: block) : .expression
        }
        if line.count == 1, isMeta { return .nothing }
        switch word {
        case "resource", "step":
            if line.contains(.symbol(":")) {
                return line.last == .symbol(":") ? .kind(isStep: word == "step") : .nothing
            }
            return .nothing
        case "param":
            if line.last == .symbol(":") || line.last == .symbol("<") { return .type }
            return line.contains(.symbol("=")) || line.contains(.word("where")) ? .expression : .nothing
        case "def":
            return line.last == .symbol(":") || line.last == .symbol(">")
                ? .type : line.contains(.symbol("=")) ? .expression : .nothing
        case "let", "output", "set": return line.contains(.symbol("=")) ? .expression : .nothing
        case "for": return line.contains(.word("in")) ? .expression : .nothing
        case "if": return .expression
        case "use": return line.count == 1 ? .provider : .nothing
        case "on" where block == "workflow":
            return line.count == 1 ? .trigger : line.count == 2 ? .expression : .nothing
        case "import", "workflow", "capability", "shape", "mapping", "environment", "policy", "test", "on":
            return .nothing
        default: return .expression
        }
    }

    /// The tokens of the statement that the cursor is in.
    private func currentLine(from start: Int) -> ArraySlice<Token> {
        var begin = tokens.count
        while begin > start {
            let token = tokens[begin - 1]
            if token == .newline || token == .symbol(";") || token == .symbol("{") || token == .symbol("}") { break }
            begin -= 1
        }
        return tokens[begin...]
    }

    // MARK: Braces

    private struct Header {
        /// The word that begins the statement.
        var word: String
        var kind: String?
        /// True where the kind is being written.
        var isKind: Bool
    }

    /// The statement that ends before a token.
    private func header(upTo end: Int) -> Header? {
        var begin = end
        while begin > 0 {
            let token = tokens[begin - 1]
            if token == .newline || token == .symbol(";") || token == .symbol("{") || token == .symbol("}") { break }
            begin -= 1
        }
        let line = tokens[begin..<end]
        guard case .word(let word)? = line.first else { return nil }
        guard word == "resource" || word == "step", let colon = line.lastIndex(of: .symbol(":")) else {
            return Header(word: word, kind: nil, isKind: false)
        }
        var kind = ""
        for token in line[(colon + 1)...] {
            if case .word(let part) = token { kind += part } else if token == .symbol(".") { kind += "." }
        }
        return Header(word: word, kind: kind, isKind: true)
    }

    private static let blocks: Set<String> = [
        "workflow", "for", "if", "else", "capability", "shape", "mapping", "environment", "policy", "test"
    ]

    private func braceContext(_ inner: Opening) -> CursorContext {
        let header = header(upTo: inner.token)
        if let header, Self.blocks.contains(header.word) {
            let word =
                header.word == "for" || header.word == "if" || header.word == "else" ? blockAround(inner) : header.word
            return statementContext(from: inner.token + 1, block: word)
        }
        guard let owner = owner(inner, in: openings[...]) else { return .expression }
        return fieldContext(owner, inner)
    }

    /// The block that holds a loop or condition.
    private func blockAround(_ inner: Opening) -> String {
        for opening in openings.reversed() where opening.token < inner.token && opening.symbol == "{" {
            if let word = header(upTo: opening.token)?.word, Self.blocks.contains(word), word != "for", word != "if",
                word != "else"
            {
                return word
            }
        }
        return "file"
    }

    private func owner(_ inner: Opening, in openings: ArraySlice<Opening>) -> FieldOwner? {
        var path: [String] = []
        for (position, opening) in openings.enumerated().reversed() {
            guard opening.symbol == "{" || opening.symbol == "[" else { return nil }
            let isItem = position > 0 && openings[openings.startIndex + position - 1].symbol == "["
            if opening.symbol == "{", let header = header(upTo: opening.token) {
                let head: FieldOwner.Head? =
                    switch (header.word, header.kind) {
                    case ("resource", let kind?): .resource(kind: kind)
                    case ("step", let kind?): .step(kind: kind)
                    case ("use", _): name(behindWord: opening.token).map { .use(plugin: $0) }
                    case ("on", _): name(behindWord: opening.token).map { .trigger(word: $0) }
                    case ("run", _) where key(before: opening.token) == nil:
                        .run(workflow: name(behindWord: opening.token))
                    default: nil
                    }
                if let head { return FieldOwner(head: head, path: path, given: keys(in: inner)) }
            }
            // An item has the key of its list.
            if isItem { continue }
            guard let key = key(before: opening.token) else {
                return FieldOwner(head: .other, path: [], given: keys(in: inner))
            }
            path.insert(key, at: 0)
        }
        return nil
    }

    /// The second word of the statement that ends before a token.
    private func name(behindWord token: Int) -> String? {
        let line = tokens[..<token].reversed().prefix { $0 != .newline && $0 != .symbol("{") && $0 != .symbol(";") }
            .reversed()
        guard line.count >= 2, case .word(let name) = Array(line)[1] else { return nil }
        return name
    }

    /// The key whose value begins at a token.
    private func key(before token: Int) -> String? {
        guard token >= 2, tokens[token - 1] == .symbol(":") else { return nil }
        switch tokens[token - 2] {
        case .word(let name), .meta(let name), .string(let name): return name
        default: return nil
        }
    }

    /// The keys of the object that is open, on its own level.
    private func keys(in opening: Opening) -> Set<String> {
        var keys: Set<String> = []
        var depth = 0
        for index in (opening.token + 1)..<Swift.max(opening.token + 1, tokens.count) {
            switch tokens[index] {
            case .symbol("{"), .symbol("("), .symbol("["): depth += 1
            case .symbol("}"), .symbol(")"), .symbol("]"): depth -= 1
            case .symbol(":") where depth == 0:
                switch tokens[index - 1] {
                case .word(let name), .string(let name): keys.insert(name)
                case .meta(let name): keys.insert("@" + name)
                default: break
                }
            default: break
            }
        }
        return keys
    }

    private func fieldContext(_ owner: FieldOwner, _ inner: Opening) -> CursorContext {
        let isStep = if case .step = owner.head { true } else { false }
        var index = tokens.count - 1
        while index > inner.token, tokens[index] == .newline { index -= 1 }
        let isEntryStart = index == inner.token || tokens[index] == .symbol(",") || tokens.last == .newline
        if isMeta {
            let given = Set(owner.given.filter { $0.hasPrefix("@") }.map { String($0.dropFirst()) })
            return isEntryStart && owner.path.isEmpty ? .meta(isStep: isStep, given: given) : .nothing
        }
        if isEntryStart { return .field(owner) }
        guard tokens.last == .symbol(":"), index >= 1 else { return .expression }
        switch tokens[index - 1] {
        case .meta(let name): return .metaValue(owner, name: name)
        case .word(let name), .string(let name): return .value(owner, field: name)
        default: return .expression
        }
    }
}
