// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    mutating func policy(from start: Int) -> PolicyDeclaration? {
        guard let name = name() else { return nil }
        var target = DottedName("", missingPlace)
        if expect(.forWord, "for", .keyword), let read = dottedName(.kind) { target = read }
        let body = block(.policy)
        return PolicyDeclaration(name: name, target: target, body: body, range: range(from: start))
    }

    mutating func rule(_ effect: PolicyRule.Effect, from start: Int) -> PolicyRule? {
        if effect != .ensure, !expect(word: "when") { return nil }
        let condition = valueOnLine()
        guard let reason = reason() else { return nil }
        return PolicyRule(effect: effect, condition: condition, reason: reason, range: range(from: start))
    }

    /// The reason that a rule must give, on its line; holes are allowed.
    private mutating func reason() -> StringLiteral? {
        if isRecovering { return nil }
        guard standsString else {
            fail(.expectedReason, missingPlace)
            return nil
        }
        return string()
    }

    mutating func capability(from start: Int) -> CapabilityDeclaration? {
        guard let name = name(.kind) else { return nil }
        let body = block(.capability)
        return CapabilityDeclaration(name: name, body: body, range: range(from: start))
    }

    mutating func feature(from start: Int) -> FeatureDeclaration? {
        guard let name = name() else { return nil }
        var condition: Expression?
        if isWord(token, "when"), !beginsLine {
            advance(.keyword)
            condition = valueOnLine()
        }
        let doc = doc()
        return FeatureDeclaration(name: name, condition: condition, doc: doc, range: range(from: start))
    }

    /// Names with commas between them.
    mutating func names() -> [Name]? {
        guard let first = name() else { return nil }
        var names = [first]
        while token.kind == .comma, !beginsLine {
            advance(.comma)
            guard let next = name() else { break }
            names.append(next)
        }
        return names
    }

    mutating func shape(from start: Int) -> ShapeDeclaration? {
        guard let name = name(.kind) else { return nil }
        let body = block(.shape)
        return ShapeDeclaration(name: name, body: body, range: range(from: start))
    }

    mutating func mapping(from start: Int) -> MappingDeclaration? {
        guard let capability = name(.kind), expect(word: "on"), let provider = name(), expect(word: "service"),
            let service = plainString(), expect(word: "version")
        else { return nil }
        let number = token
        guard expect(.int, "a version number", .number) else { return nil }
        var version: Int64 = 0
        do throws(SyntaxFault) {
            version = try NumberReader.int(bytes[Int(number.start)..<Int(number.end)])
        } catch {
            note(error, number.range)
        }
        let body = block(.mapping)
        return MappingDeclaration(
            capability: capability, provider: provider, service: service, version: version, versionRange: number.range,
            body: body, range: range(from: start))
    }

    mutating func lacks(from start: Int) -> LacksStatement? {
        guard let feature = name(), let reason = reason() else { return nil }
        return LacksStatement(feature: feature, reason: reason, range: range(from: start))
    }

    mutating func environment(from start: Int) -> EnvironmentDeclaration? {
        guard let name = name() else { return nil }
        let body = block(.environment)
        return EnvironmentDeclaration(name: name, body: body, range: range(from: start))
    }

    mutating func use(from start: Int) -> UseStatement? {
        guard let provider = name() else { return nil }
        var version: PlainText?
        if token.kind == .greaterOrEqual, !beginsLine {
            advance(.infix)
            version = versionText()
        }
        var alias: Name?
        if !isRecovering, isWord(token, "as"), !beginsLine {
            advance(.keyword)
            alias = name()
        }
        let settings = optionalObject()
        return UseStatement(
            provider: provider, version: version, alias: alias, settings: settings, range: range(from: start))
    }

    /// `1.10`: what reads as a float elsewhere is text here.
    private mutating func versionText() -> PlainText? {
        let number = token
        let digits = text(number)
        guard number.kind == .version || number.kind == .float, !digits.contains(where: { !$0.isNumber && $0 != "." })
        else {
            failExpecting("a version such as 1.10")
            return nil
        }
        advance(.number)
        return PlainText(digits, number.range)
    }

    mutating func set(from start: Int) -> SetStatement? {
        guard let name = name() else { return nil }
        let value = requiredValue()
        return SetStatement(name: name, value: value, range: range(from: start))
    }

    mutating func budget(from start: Int) -> BudgetStatement? {
        guard let amount = plainString() else { return nil }
        let options = optionalObject()
        return BudgetStatement(amount: amount, options: options, range: range(from: start))
    }
}
