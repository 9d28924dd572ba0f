// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// A name on this line; nil, with a report, where there is none.
    mutating func name(_ role: TokenRole = .name) -> Name? {
        if isRecovering { return nil }
        guard token.kind == .name, canFollow else {
            if token.kind.isReserved, canFollow {
                fail(.reservedWord(text(token)), token.range)
            } else {
                fail(.expectedName, missingPlace)
            }
            return nil
        }
        let taken = advance(role)
        return Name(text(taken), taken.range)
    }

    /// True where the present token may belong to the statement's header: on its line, or on the next behind something
    /// that makes a line go on.
    var canFollow: Bool {
        guard beginsLine, position > 0 else { return true }
        switch tokens[position - 1].kind {
        case .comma, .colon, .assign, .thinArrow, .dot, .less, .greaterOrEqual: return true
        default: return false
        }
    }

    /// `name.name.name`
    mutating func dottedName(_ role: TokenRole) -> DottedName? {
        guard let first = name(role) else { return nil }
        var text = first.text
        while token.kind == .dot, !isRecovering {
            if beginsLine, !continuesLines { break }
            advance(.dot)
            guard let next = name(role) else { break }
            text += "." + next.text
        }
        return DottedName(text, range(from: Int(first.range.lower)))
    }

    /// Takes a word that is no reserved one; false, with a report, where another token stands.
    mutating func expect(word: StaticString) -> Bool {
        if isRecovering { return false }
        if isWord(token, word), !beginsLine {
            advance(.keyword)
            return true
        }
        failExpecting(String(describing: word))
        return false
    }

    /// Takes a token of a kind; false, with a report, where another one stands.
    mutating func expect(_ kind: TokenKind, _ spelling: String, _ role: TokenRole) -> Bool {
        if isRecovering { return false }
        if token.kind == kind, !beginsLine {
            advance(role)
            return true
        }
        failExpecting(spelling)
        return false
    }

    /// A type.
    mutating func type() -> TypeExpression? {
        if isRecovering { return nil }
        let opener = token
        guard let name = dottedName(.kind) else { return nil }
        var arguments: [TypeExpression] = []
        if token.kind == .less, !beginsLine { arguments = typeArguments(opener) }
        var isOptional = false
        if !isRecovering, token.kind == .question, !beginsLine {
            advance(.question)
            isOptional = true
        }
        return TypeExpression(
            name: name, arguments: arguments, isOptional: isOptional, range: range(from: Int(name.range.lower)))
    }

    private mutating func typeArguments(_ opener: Token) -> [TypeExpression] {
        let isAllowed = enter(opener)
        defer { leave() }
        let wasBlank = newlineIsBlank
        defer { newlineIsBlank = wasBlank }
        newlineIsBlank = true
        advance(.openAngle)
        if !isAllowed { isRecovering = true }
        var arguments: [TypeExpression] = []
        while let argument = type() {
            arguments.append(argument)
            guard !isRecovering, token.kind == .comma else { break }
            advance(.comma)
        }
        if !isRecovering { closeAngle() }
        return arguments
    }

    /// Takes `>`, also where it was read as one token with the `=` behind it.
    private mutating func closeAngle() {
        switch token.kind {
        case .greater:
            advance(.closeAngle)
        case .greaterOrEqual:
            let start = Int(token.start)
            let flags = token.flags
            let halves = [
                Token(.greater, start, start + 1, flags: flags, role: .closeAngle),
                Token(.assign, start + 1, start + 2)
            ]
            tokens.replaceSubrange(position...position, with: halves)
            position += 1
        default:
            if newlineIsBlank, token.kind != .end { fail(.expected(">"), token.range) } else { failExpecting(">") }
        }
    }
}
