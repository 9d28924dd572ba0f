// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Commands are cut by rules of their own: the parser goes back to the bytes behind the verb, makes tokens of words,
/// and lends itself to strings and objects.
extension Parser {
    /// A command, after a report where none may stand; nil then.
    mutating func checkedCommand(verbParts: Int, _ surroundings: Surroundings) -> Statement? {
        if surroundings.allowsCommands { return command(verbParts: verbParts, surroundings).map(Statement.command) }
        note(.commandInBlock(text(token)), token.range)
        _ = command(verbParts: verbParts, surroundings)
        return nil
    }

    /// The command whose verb begins at the present token and has that many parts with dots between them.
    mutating func command(verbParts: Int, _ surroundings: Surroundings) -> CommandStatement? {
        if surroundings.block == nil { hasSeenCommand = true }
        let start = token
        let verbEnd = Int(peek(2 * (verbParts - 1)).end)
        tokens.removeSubrange(position...)
        lexer.rewind(to: verbEnd)
        put(.verb, from: Int(start.start), to: verbEnd, start.flags)
        let verb = DottedName(text(tokens[position - 1]), tokens[position - 1].range)
        var arguments: [CommandArgument] = []
        var isBackground = false
        if verb.text == "sql" {
            if let template = restOfLine() { arguments.append(template) }
        } else {
            var line = CommandLine()
            while !isRecovering, let argument = argument(&line) { arguments.append(argument) }
            isBackground = line.isBackground
        }
        tokens.append(lexer.next())
        return CommandStatement(
            verb: verb, arguments: arguments, isBackground: isBackground, range: range(from: Int(start.start)))
    }

    /// What one command's line has shown so far.
    private struct CommandLine {
        var isBackground = false
        /// False behind `--`.
        var takesFlags = true
    }

    /// Makes a token of a part of the line.
    private mutating func put(_ role: TokenRole, from start: Int, to end: Int, _ flags: Token.Flags) {
        tokens.append(Token(.word, start, end, flags: flags, role: role))
        position += 1
        lexer.offset = end
    }

    /// The next argument; nil at the end of the command.
    private mutating func argument(_ line: inout CommandLine) -> CommandArgument? {
        var flags: Token.Flags = skipSpaces() ? .blankBefore : []
        while takeBackground(&line, flags) { flags = skipSpaces() ? .blankBefore : [] }
        let start = lexer.offset
        switch lexer.byte(start) {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ";"), UInt8(ascii: "#"):
            return nil
        case UInt8(ascii: "}"):
            if open.braces > 0 { return nil }
            note(.unexpectedCloser("}"), SourceRange(start, start + 1))
            lexer.skipLine()
            return nil
        case 0 where start >= bytes.count:
            return nil
        case UInt8(ascii: "-") where line.takesFlags && lexer.byte(start + 1) == UInt8(ascii: "-"):
            if let flag = flag(at: start, flags) { return flag }
            line.takesFlags = !endsWord(start + 2)
        default:
            if let value = quotedOrBraced(flags) {
                switch value {
                case .string(let string): return .string(string)
                case .object(let object): return .object(object)
                case .word(let word): return .word(word)
                }
            }
            if isRecovering { return nil }
            if let pair = pair(at: start, flags) { return pair }
        }
        let end = wordEnd(from: start)
        put(.word, from: start, to: end, flags)
        return .word(PlainText(text(tokens[position - 1]), SourceRange(start, end)))
    }

    /// Takes an `&` that is a word of its own; reported where it is not the last one.
    private mutating func takeBackground(_ line: inout CommandLine, _ flags: Token.Flags) -> Bool {
        let start = lexer.offset
        guard lexer.byte(start) == UInt8(ascii: "&"), endsWord(start + 1) else { return false }
        put(.word, from: start, to: start + 1, flags)
        skipSpaces()
        if !endsCommand(lexer.offset), !line.isBackground { note(.backgroundNotAtEnd, SourceRange(start, start + 1)) }
        line.isBackground = true
        return true
    }

    /// `--name` or `--name=value`; nil where the hyphens begin a plain word.
    private mutating func flag(at start: Int, _ flags: Token.Flags) -> CommandArgument? {
        var end = start + 2
        guard isNameStart(lexer.byte(end)) else { return nil }
        while isNamePart(lexer.byte(end)) || lexer.byte(end) == UInt8(ascii: "-") { end += 1 }
        let name = Name(String(decoding: bytes[(start + 2)..<end], as: UTF8.self), SourceRange(start, end))
        if lexer.byte(end) == UInt8(ascii: "=") {
            put(.flag, from: start, to: end + 1, flags)
            return .flag(name, gluedValue())
        }
        guard endsWord(end) else { return nil }
        put(.flag, from: start, to: end, flags)
        return .flag(name, nil)
    }

    /// `name=value`; nil where the word is none.
    private mutating func pair(at start: Int, _ flags: Token.Flags) -> CommandArgument? {
        var end = start
        guard isNameStart(lexer.byte(end)) else { return nil }
        while isNamePart(lexer.byte(end)) { end += 1 }
        guard lexer.byte(end) == UInt8(ascii: "="), lexer.byte(end + 1) != UInt8(ascii: "=") else { return nil }
        let name = Name(String(decoding: bytes[start..<end], as: UTF8.self), SourceRange(start, end))
        put(.flag, from: start, to: end + 1, flags)
        return .pair(name, gluedValue())
    }

    /// What touches a `=`; an empty word where nothing does.
    private mutating func gluedValue() -> CommandValue {
        if let value = quotedOrBraced([]) { return value }
        let start = lexer.offset
        let end = isRecovering ? start : wordEnd(from: start)
        if end > start { put(.word, from: start, to: end, []) }
        return .word(PlainText(String(decoding: bytes[start..<end], as: UTF8.self), SourceRange(start, end)))
    }

    /// A string or an object at the present offset, read by the rules of expressions.
    private mutating func quotedOrBraced(_ flags: Token.Flags) -> CommandValue? {
        let first = lexer.byte(lexer.offset)
        let isRaw = first == UInt8(ascii: "r") && lexer.byte(lexer.offset + 1) == UInt8(ascii: "\"")
        if first == UInt8(ascii: "{") {
            return byTokens(flags) { parser in .object(parser.objectEntries(allowsMeta: false)) }
        }
        if first == UInt8(ascii: "\"") || isRaw {
            return byTokens(flags) { parser in parser.string().map(CommandValue.string) }
        }
        return nil
    }

    /// Reads a part of the line as tokens, then goes back to its end.
    private mutating func byTokens(
        _ flags: Token.Flags, _ read: (inout Parser) -> CommandValue?
    ) -> CommandValue? {
        var first = lexer.next()
        first.flags.formUnion(flags)
        tokens.append(first)
        let value = read(&self)
        let end = previousEnd
        tokens.removeSubrange(position...)
        lexer.rewind(to: end)
        return value
    }

    /// What follows `sql`: one string, or the rest of the line as text with holes.
    private mutating func restOfLine() -> CommandArgument? {
        let flags: Token.Flags = skipSpaces() ? .blankBefore : []
        let start = lexer.offset
        if start >= bytes.count || lexer.isLineEnd(start) { return nil }
        let before = (position, faults.count, tokens.count)
        if bytes[start] != UInt8(ascii: "{"), case .string(let string)? = quotedOrBraced(flags) {
            skipSpaces()
            if lexer.offset >= bytes.count || lexer.isLineEnd(lexer.offset)
                || lexer.byte(lexer.offset) == UInt8(ascii: "#")
            {
                return .string(string)
            }
        } else if isRecovering {
            return nil
        }
        // A quoted column, say, and not one string: the text begins at the quote.
        position = before.0
        faults.removeSubrange(before.1...)
        tokens.removeSubrange(before.2...)
        lexer.rewind(to: start)
        tokens.append(lexer.beginRestOfLine())
        let template = string()
        let end = previousEnd
        tokens.removeSubrange(position...)
        lexer.rewind(to: end)
        return template.map(CommandArgument.template)
    }
}
