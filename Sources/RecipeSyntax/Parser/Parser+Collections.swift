// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// `[…]`: a list or a comprehension.
    mutating func list() -> Expression {
        let start = Int(token.start)
        var elements: [Expression] = []
        var clause: ComprehensionClause?
        let rules = EntryRules(bracket: .bracket, newlineSeparates: true, comma: .separator, closer: .closeList)
        entries(rules, opener: .openList) { parser in
            if clause != nil { parser.note(.forAfterSeveral, parser.token.range) }
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
    mutating func object() -> Expression {
        let (object, clause) = braces(allowsMeta: false, allowsClause: true)
        height += 1
        guard let clause, let entry = object.entries.first else { return .object(object) }
        guard case .computed(let key) = entry.key else { return .invalid(object.range) }
        return .objectComprehension(
            ObjectComprehension(key: key, value: entry.value, clause: clause, range: object.range))
    }

    /// The braces and entries of an object that is no comprehension.
    mutating func objectEntries(allowsMeta: Bool) -> ObjectExpression {
        braces(allowsMeta: allowsMeta, allowsClause: false).object
    }

    private mutating func braces(
        allowsMeta: Bool, allowsClause: Bool
    ) -> (object: ObjectExpression, clause: ComprehensionClause?) {
        let start = Int(token.start)
        let before = faults.count
        var read: [ObjectEntry] = []
        var clause: ComprehensionClause?
        let rules = EntryRules(bracket: .brace, newlineSeparates: true, comma: .separator, closer: .closeObject)
        entries(rules, opener: .openObject) { parser in
            if clause != nil { parser.note(.forAfterSeveral, parser.token.range) }
            guard let key = parser.objectKey(allowsMeta: allowsMeta) else { return }
            parser.height = 0
            if !parser.isRecovering { parser.expectColon() }
            let value = parser.isRecovering ? parser.invalid(from: parser.previousEnd) : parser.expression()
            read.append(ObjectEntry(key: key, value: value))
            guard allowsClause, let found = parser.comprehensionClause(behind: read.count) else { return }
            clause = found
            if read.count == 1, key.plain != nil { parser.note(.computedKeyNeeded, key.range) }
        }
        let isWhole = faults.count == before && !isRecovering
        return (ObjectExpression(entries: read, range: range(from: start), isWhole: isWhole), clause)
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
