// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// A literal, a name, or something in brackets.
    mutating func primary() -> Expression {
        height = 1
        let start = token
        switch start.kind {
        case .name:
            advance(.name)
            return .name(Name(text(start), start.range))
        case .int, .float, .percent, .duration, .size, .date, .time: return number()
        case .string, .stringOpen: return string().map(Expression.string) ?? invalid(from: Int(start.start))
        case .nullWord: return constant(.null)
        case .trueWord: return constant(.bool(true))
        case .falseWord: return constant(.bool(false))
        case .openBracket: return list()
        case .openBrace: return object()
        case .openParenthesis: return group()
        case .lookupWord: return lookup()
        case .version:
            note(.unexpectedVersion, start.range)
            advance(.number)
            return .invalid(start.range)
        case .badNumber, .invalid:
            advance()
            return .invalid(start.range)
        default:
            if start.kind == .end || start.kind == .brokenString {
                fail(.expectedExpression, missingPlace)
            } else {
                fail(.expectedExpression, start.range)
            }
            return .invalid(missingPlace)
        }
    }

    private mutating func constant(_ value: LiteralValue) -> Expression {
        let taken = advance(.constant)
        return .literal(Literal(value, taken.range))
    }

    private mutating func number() -> Expression {
        let taken = advance(.number)
        do throws(SyntaxFault) {
            return .literal(Literal(try value(of: taken), taken.range))
        } catch {
            note(error, taken.range)
            return .invalid(taken.range)
        }
    }

    private func value(of token: Token) throws(SyntaxFault) -> LiteralValue {
        let digits = bytes[Int(token.start)..<Int(token.end)]
        switch token.kind {
        case .int: return .int(try NumberReader.int(digits))
        case .float: return .float(try NumberReader.float(digits))
        case .percent: return .percent(try NumberReader.float(digits.dropLast()))
        case .date: return .date(try DateReader.date(digits))
        case .time: return .time(try DateReader.time(digits))
        default:
            let amount = try NumberReader.amount(digits)
            return amount.unit.isTime ? .duration(nanoseconds: amount.count) : .size(bytes: amount.count)
        }
    }

    /// `(expression)`
    private mutating func group() -> Expression {
        var result: Expression?
        let opener = token
        let before = faults.count
        var isParameterList = false
        let rules = EntryRules(bracket: .parenthesis, isSingle: true, comma: .comma, closer: .closeGroup)
        entries(rules, opener: .openGroup) { parser in
            let value = parser.expression()
            if result != nil { isParameterList = true }
            if result == nil, parser.token.kind == .comma, !parser.isRecovering {
                parser.note(.unexpectedComma(isParameterList: true), parser.token.range)
            }
            result = result ?? value
        }
        if isParameterList, !isRecovering, token.kind == .fatArrow {
            advance(.infix)
            _ = expression()
        }
        if result == nil, faults.count == before { note(.expectedExpression, range(from: Int(opener.start))) }
        return result ?? invalid(from: Int(opener.start))
    }

    private mutating func lookup() -> Expression {
        let start = token
        advance(.keyword)
        let kind = dottedName(.kind) ?? DottedName("", missingPlace)
        guard !isRecovering else { return invalid(from: Int(start.start)) }
        guard token.kind == .openBrace, !beginsLine else {
            failExpecting("{")
            return invalid(from: Int(start.start))
        }
        let query = objectEntries(allowsMeta: false)
        return .lookup(LookupExpression(kind: kind, query: query, range: range(from: Int(start.start))))
    }
}
