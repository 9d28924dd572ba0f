// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// `.x`, `?.x`, `[e]` and `(…)` behind an expression.
    mutating func postfix(_ base: Expression, from start: Token) -> Expression {
        var result = base
        var links = 0
        var tallest = height
        while !isRecovering {
            switch token.kind {
            case .dot, .questionDot:
                if beginsLine, !continuesLines { return result }
            case .openBracket, .openParenthesis:
                if beginsLine { return result }
            default:
                return result
            }
            links += 1
            if links > Recipe.longestChain {
                fail(.expressionTooLong, token.range)
                return invalid(from: Int(start.start))
            }
            let link = token
            height = 0
            switch link.kind {
            case .openBracket: result = index(result, from: start)
            case .openParenthesis: result = call(result, from: start)
            default: result = member(result, from: start)
            }
            tallest = Swift.max(tallest, height)
            guard grow(above: tallest, at: link) else { return invalid(from: Int(start.start)) }
            tallest = height
        }
        return result
    }

    private mutating func member(_ base: Expression, from start: Token) -> Expression {
        let isOptional = token.kind == .questionDot
        advance(.dot)
        guard token.kind.isWord else {
            if token.kind == .end || beginsLine {
                fail(.expectedName, missingPlace)
            } else {
                fail(.expectedName, token.range)
            }
            return base
        }
        let name = Name(text(token), token.range)
        advance(.name)
        return .member(
            MemberExpression(base: base, name: name, isOptional: isOptional, range: range(from: Int(start.start))))
    }

    private mutating func index(_ base: Expression, from start: Token) -> Expression {
        guard let index = indexed() else { return base }
        return .index(IndexExpression(base: base, index: index, range: range(from: Int(start.start))))
    }

    /// `[expression]` behind a value or a name.
    mutating func indexed() -> Expression? {
        var result: Expression?
        let opener = token
        let before = faults.count
        let rules = EntryRules(bracket: .bracket, isSingle: true, comma: .comma, closer: .closeIndex)
        entries(rules, opener: .openIndex) { parser in
            if result != nil {
                parser.note(.unexpectedComma(isParameterList: false), parser.tokens[parser.position - 1].range)
            }
            let value = parser.expression()
            result = result ?? value
        }
        if result == nil, faults.count == before { note(.expectedExpression, range(from: Int(opener.start))) }
        return result
    }

    private mutating func call(_ function: Expression, from start: Token) -> Expression {
        var arguments: [Argument] = []
        var isNamed = false
        let rules = EntryRules(bracket: .parenthesis, comma: .comma, closer: .closeCall)
        entries(rules, opener: .openCall) { parser in
            var label: Name?
            if parser.token.kind.isWord, parser.peek(1).kind == .colon {
                label = Name(parser.text(parser.token), parser.token.range)
                parser.advance(.key)
                parser.advance(.colon)
            } else if isNamed {
                parser.note(.positionalAfterNamed, parser.token.range)
            }
            isNamed = isNamed || label != nil
            arguments.append(Argument(label: label, value: parser.expression()))
        }
        return .call(CallExpression(function: function, arguments: arguments, range: range(from: Int(start.start))))
    }
}
