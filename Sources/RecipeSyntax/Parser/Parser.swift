// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Recursive descent over tokens that are made when they are first looked at.
///
/// Every function answers with a node, right or not. The first error of a bracket or statement sets `isRecovering`;
/// from then on functions return at once and report nothing, until the bracket or the statement has been skipped.
struct Parser {
    let bytes: [UInt8]
    let mode: Recipe.Mode
    /// Dotted names that are commands at the prompt even when nothing follows them.
    let pluginVerbs: Set<String>

    var lexer: Lexer
    /// All tokens so far; the last one is always the present one or behind it.
    var tokens: [Token]
    var position = 0
    var faults: [LocatedFault] = []

    /// True between an error and the end of what it spoils.
    var isRecovering = false
    /// The spoiled text reaches beyond its line: go on only where a statement begins.
    var skipsToStatementWord = false

    /// Brackets, blocks, holes and prefixes around the present token.
    var depth = 0
    /// How tall the tree of the expression is that was read last.
    var height = 0
    /// In parentheses a line end is a space.
    var newlineIsBlank = false
    /// Brackets and blocks around the present token; at the prompt lines go on only inside.
    var bracketDepth = 0
    var holeDepth = 0
    /// The first token of the statement that is being read.
    var header = 0
    /// Opened in the present hole or text and not closed yet, by kind.
    var open = OpenBrackets()
    /// Unfinished at the end of the text, innermost first.
    var openings: [Completeness.Opening] = []
    /// Which of the faults says that the text ended inside a bracket.
    var endFault: Int?
    /// Closing braces that the whole text lacks or has too many of; found out when an error makes it matter.
    var braceBalance: BraceBalance?
    /// Where the text's first command ends its declarations.
    var hasSeenCommand = false
    var hasReportedLateDeclaration = false

    struct OpenBrackets {
        var parentheses = 0
        var brackets = 0
        var braces = 0
    }

    init(_ source: SourceText, mode: Recipe.Mode, pluginVerbs: Set<String>) {
        bytes = source.utf8
        self.mode = mode
        self.pluginVerbs = pluginVerbs
        lexer = Lexer(bytes: bytes)
        tokens = []
        tokens.reserveCapacity(bytes.count / 4)
        tokens.append(lexer.next())
    }

    /// The present token.
    @inline(__always)
    var token: Token { tokens[position] }

    /// A later token, 1 being the next; `end` behind the end.
    mutating func peek(_ distance: Int) -> Token {
        while position + distance >= tokens.count {
            if let last = tokens.last, last.kind == .end { return last }
            tokens.append(lexer.next())
        }
        return tokens[position + distance]
    }

    /// Takes the present token for something and goes to the next.
    @discardableResult
    mutating func advance(_ role: TokenRole = .plain) -> Token {
        if role != .plain { tokens[position].role = role }
        let taken = tokens[position]
        if taken.kind == .end { return taken }
        position += 1
        if position == tokens.count { tokens.append(lexer.next()) }
        return taken
    }

    func text(_ token: Token) -> String {
        String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
    }

    /// True where the token is a name with that spelling.
    func isWord(_ token: Token, _ word: StaticString) -> Bool {
        guard token.kind == .name, Int(token.end - token.start) == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<letters.count where bytes[Int(token.start) + index] != letters[index] { return false }
            return true
        }
    }

    /// Where the token before the present one ends.
    var previousEnd: Int { position > 0 ? Int(tokens[position - 1].end) : 0 }

    /// From an offset to the end of what has been read.
    func range(from start: Int) -> SourceRange { SourceRange(start, Swift.max(start, previousEnd)) }

    /// True where the present token cannot belong to the line before it.
    var beginsLine: Bool { token.newlineBefore && !newlineIsBlank }

    /// True where a line goes on when the next one begins with an operator.
    var continuesLines: Bool { mode == .file || bracketDepth > 0 }
}
