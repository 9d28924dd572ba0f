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
        let rules = EntryRules(bracket: .parenthesis, newlineSeparates: false, comma: .comma, closer: .closeGroup)
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

    /// `[…]`: a list or a comprehension.
    private mutating func list() -> Expression {
        let start = Int(token.start)
        var elements: [Expression] = []
        var clause: ComprehensionClause?
        let rules = EntryRules(bracket: .bracket, newlineSeparates: true, comma: .separator, closer: .closeList)
        entries(rules, opener: .openList) { parser in
            elements.append(parser.expression())
            if let read = parser.comprehensionClause(behind: elements.count) { clause = read }
        }
        height += 1
        if let clause, let element = elements.first {
            return .listComprehension(ListComprehension(element: element, clause: clause, range: range(from: start)))
        }
        return .list(ListExpression(elements: elements, range: range(from: start)))
    }

    /// `for name in expression if expression` behind the only entry of a list or an object.
    private mutating func comprehensionClause(behind entries: Int) -> ComprehensionClause? {
        guard !isRecovering, token.kind == .forWord, peek(1).kind != .colon else { return nil }
        let start = token
        if entries > 1 { note(.forAfterSeveral, start.range) }
        let tallest = height
        tokens[position].flags.insert(.startsClause)
        advance(.keyword)
        guard let variable = name() else { return nil }
        guard token.kind == .isIn else {
            failExpecting("in")
            return nil
        }
        advance(.keyword)
        let collection = expression()
        height = Swift.max(tallest, height)
        var condition: Expression?
        if !isRecovering, token.kind == .ifWord, peek(1).kind != .colon {
            let tallest = height
            tokens[position].flags.insert(.startsClause)
            advance(.keyword)
            condition = expression()
            height = Swift.max(tallest, height)
        }
        return ComprehensionClause(
            variable: variable, collection: collection, condition: condition, range: range(from: Int(start.start)))
    }

    /// `{…}` as a value: an object or a comprehension.
    private mutating func object() -> Expression {
        var clause: ComprehensionClause?
        let object = objectEntries(allowsMeta: false) { parser, entries in
            clause = parser.comprehensionClause(behind: entries.count) ?? clause
            guard clause != nil, entries.count == 1, case .computed? = entries.first?.key else {
                if clause != nil, entries.count == 1, let key = entries.first?.key.range {
                    parser.note(.computedKeyNeeded, key)
                }
                return
            }
        }
        height += 1
        if let clause, let entry = object.entries.first, case .computed(let key) = entry.key {
            return .objectComprehension(
                ObjectComprehension(key: key, value: entry.value, clause: clause, range: object.range))
        }
        return .object(object)
    }

    /// The braces and entries of an object; `behind` is called behind each entry.
    mutating func objectEntries(
        allowsMeta: Bool, behind: (inout Parser, [ObjectEntry]) -> Void = { _, _ in }
    ) -> ObjectExpression {
        let start = Int(token.start)
        let before = faults.count
        var entries: [ObjectEntry] = []
        let rules = EntryRules(bracket: .brace, newlineSeparates: true, comma: .separator, closer: .closeObject)
        self.entries(rules, opener: .openObject) { parser in
            guard let key = parser.objectKey(allowsMeta: allowsMeta) else { return }
            parser.height = 0
            if !parser.isRecovering { parser.expectColon() }
            let value = parser.isRecovering ? parser.invalid(from: parser.previousEnd) : parser.expression()
            entries.append(ObjectEntry(key: key, value: value))
            if !parser.isRecovering { behind(&parser, entries) }
        }
        return ObjectExpression(
            entries: entries, range: range(from: start), isWhole: faults.count == before && !isRecovering)
    }

    private mutating func expectColon() {
        if token.kind == .colon {
            advance(.colon)
        } else if token.kind == .assign, !beginsLine {
            note(.equalsInObject, token.range)
            advance(.colon)
        } else {
            failExpecting(":")
        }
    }

    private mutating func objectKey(allowsMeta: Bool) -> ObjectKey? {
        let start = token
        switch start.kind {
        case .meta:
            if !allowsMeta { note(.metaFieldHere, start.range) }
            advance(.meta)
            return .meta(Name(String(text(start).dropFirst()), start.range))
        case .string, .stringOpen:
            return plainString(.key, mayBeginLine: true).map(ObjectKey.text)
        case .openBracket:
            return indexed().map(ObjectKey.computed)
        case _ where start.kind.isWord:
            advance(.key)
            return .name(Name(text(start), start.range))
        default:
            fail(.expected("a key"), missingPlace)
            return nil
        }
    }
}
