// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// The string at the present token; nil where it breaks off inside a hole.
    mutating func string() -> StringLiteral? {
        let opener = token
        guard opener.kind == .stringOpen else {
            advance(.string)
            return assemble(opener.range, isClosed: !opener.isReported, nil)
        }
        var pieces: [StringAssembly.Piece] = []
        var tallest = 0
        advance(.string)
        while true {
            switch token.kind {
            case .stringText:
                pieces.append(.text(token.range))
                advance(.string)
            case .holeOpen:
                pieces.append(hole())
                tallest = Swift.max(tallest, height)
            case .stringClose:
                advance(.string)
                height = tallest + 1
                return assemble(range(from: Int(opener.start)), isClosed: true, pieces)
            case .brokenString:
                breakOff()
                return nil
            default:
                isRecovering = true
                return nil
            }
            if isRecovering {
                if token.kind == .brokenString { breakOff() }
                return nil
            }
        }
    }

    private mutating func assemble(
        _ range: SourceRange, isClosed: Bool, _ pieces: [StringAssembly.Piece]?
    ) -> StringLiteral {
        var assembly = StringAssembly(bytes, range, isClosed: isClosed)
        let literal = assembly.assemble(pieces)
        for fault in assembly.faults { note(fault.fault, fault.range) }
        return literal
    }

    /// True where a string around the present hole broke off, and the hole with it.
    private var isCutOff: Bool { token.kind == .brokenString && Int(token.depth) < 2 * holeDepth - 1 }

    /// True where the present hole ends because a string in it or around it broke off.
    var isHoleBroken: Bool { token.kind == .brokenString && Int(token.depth) < 2 * holeDepth }

    /// Leaves a string whose line ends inside it. Each string and each hole around the present one is one mode of the
    /// lexer, so the token's depth tells which string is the outermost that ends here; that one takes the token.
    private mutating func breakOff() {
        isRecovering = true
        skipsToStatementWord = true
        if Int(token.depth) >= 2 * holeDepth { advance() }
    }

    /// `${ expression }`
    private mutating func hole() -> StringAssembly.Piece {
        let opener = token
        let isAllowed = enter(opener)
        let outer = (newlineIsBlank, open)
        newlineIsBlank = true
        open = OpenBrackets()
        holeDepth += 1
        bracketDepth += 1
        advance(.string)
        let value = isAllowed ? holeValue(opener) : .invalid(opener.range)
        skipToHoleEnd()
        (newlineIsBlank, open) = outer
        holeDepth -= 1
        bracketDepth -= 1
        leave()
        return .hole(value, range(from: Int(opener.start)))
    }

    private mutating func holeValue(_ opener: Token) -> Expression {
        if token.kind == .holeClose {
            note(.emptyHole, opener.range.union(token.range))
            return .invalid(opener.range)
        }
        let value = expression()
        if !isRecovering, token.kind != .holeClose { fail(.expected("}"), token.range) }
        return value
    }

    private mutating func skipToHoleEnd() {
        var nested = 0
        while token.kind != .end, !isCutOff {
            if token.kind == .brokenString {
                // A string inside broke off, and the hole that it stood in with it: this one, or one that is skipped.
                nested = Int(token.depth) / 2 - holeDepth
                advance()
                if nested >= 0 { continue }
                isRecovering = false
                skipsToStatementWord = false
                return
            }
            if token.kind == .holeOpen { nested += 1 }
            if token.kind == .holeClose {
                if nested == 0 {
                    advance(.string)
                    isRecovering = false
                    skipsToStatementWord = false
                    return
                }
                nested -= 1
            }
            advance()
        }
        isRecovering = true
    }

    /// A string that may not have holes; nil, with a report, where something else stands.
    mutating func plainString(_ role: TokenRole = .string, mayBeginLine: Bool = false) -> PlainText? {
        let start = token
        guard start.kind == .string || start.kind == .stringOpen, mayBeginLine || !beginsLine else {
            failExpecting("a string")
            return nil
        }
        let literal = string()
        if start.kind == .string { tokens[position - 1].role = role }
        guard let literal else { return nil }
        if literal.plainText == nil { note(.holeInPlainString, start.range) }
        return PlainText(literal.plainText ?? "", literal.range)
    }
}
