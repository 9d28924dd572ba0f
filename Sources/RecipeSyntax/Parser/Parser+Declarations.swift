// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Parser {
    /// The declaration that begins with the present word.
    mutating func declaration(_ word: StatementWord, _ surroundings: Surroundings) -> Statement? {
        if !word.contexts.contains(surroundings.context) {
            note(.notAllowed(word.rawValue, in: surroundings.context), token.range)
        } else {
            checkDeclarationPlace(surroundings)
        }
        let start = Int(advance(.keyword).start)
        switch word {
        case .param: return param(from: start).map(Statement.param)
        case .let: return letBinding(from: start).map(Statement.letBinding)
        case .def: return def(from: start).map(Statement.def)
        case .resource: return resource(from: start).map(Statement.resource)
        case .step: return step(from: start).map(Statement.step)
        case .workflow: return workflow(from: start).map(Statement.workflow)
        case .import: return importModule(from: start).map(Statement.importModule)
        case .policy: return policy(from: start).map(Statement.policy)
        case .deny: return rule(.deny, from: start).map(Statement.rule)
        case .warn: return rule(.warn, from: start).map(Statement.rule)
        case .ensure: return rule(.ensure, from: start).map(Statement.rule)
        case .output: return output(from: start, surroundings.context).map(Statement.output)
        case .capability: return capability(from: start).map(Statement.capability)
        case .feature: return feature(from: start).map(Statement.feature)
        case .offers: return names().map { .offers(OffersStatement(facets: $0, range: range(from: start))) }
        case .access: return names().map { .access(AccessStatement(levels: $0, range: range(from: start))) }
        case .shape: return shape(from: start).map(Statement.shape)
        case .mapping: return mapping(from: start).map(Statement.mapping)
        case .lacks: return lacks(from: start).map(Statement.lacks)
        case .environment: return environment(from: start).map(Statement.environment)
        case .use: return use(from: start).map(Statement.use)
        case .set: return set(from: start).map(Statement.set)
        case .budget: return budget(from: start).map(Statement.budget)
        case .on: return trigger(from: start).map(Statement.on)
        case .finally: return .finally(FinallyStatement(body: block(.workflow), range: range(from: start)))
        case .test: return test(from: start).map(Statement.test)
        case .expect: return expectation(from: start).map(Statement.expect)
        case .expectError: return expectedError(from: start).map(Statement.expectError)
        }
    }

    /// Reports, once, a declaration behind the first command of a file.
    mutating func checkDeclarationPlace(_ surroundings: Surroundings) {
        guard mode == .file, surroundings.block == nil, hasSeenCommand, !hasReportedLateDeclaration else { return }
        hasReportedLateDeclaration = true
        note(.declarationAfterCommand, token.range)
    }

    private mutating func param(from start: Int) -> ParamDeclaration? {
        guard let name = name() else { return nil }
        let type = declaredType()
        var isCreateOnly = false
        var defaultValue: Expression?
        var condition: Expression?
        if takeModifier("create_only") { isCreateOnly = true }
        if !isRecovering, token.kind == .assign, !beginsLine {
            advance(.assign)
            defaultValue = assignedValue()
        }
        if takeModifier("create_only") { isCreateOnly = true }
        if !isRecovering, isWord(token, "where"), !beginsLine || continuesLines && peek(1).kind != .colon {
            advance(.keyword)
            condition = expression()
        }
        let doc = doc()
        return ParamDeclaration(
            name: name, type: type, isCreateOnly: isCreateOnly, defaultValue: defaultValue, condition: condition,
            doc: doc, range: range(from: start))
    }

    /// `: type`, or a missing type after a report.
    private mutating func declaredType() -> TypeExpression {
        if expect(.colon, ":", .colon), let type = type() { return type }
        let place = missingPlace
        return TypeExpression(name: DottedName("", place), arguments: [], isOptional: false, range: place)
    }

    private mutating func takeModifier(_ word: StaticString) -> Bool {
        guard !isRecovering, isWord(token, word), !beginsLine else { return false }
        advance(.keyword)
        return true
    }

    /// The doc line that may end a declaration, on its line.
    mutating func doc() -> PlainText? {
        guard !isRecovering, token.kind == .string || token.kind == .stringOpen, !beginsLine else { return nil }
        return plainString(.doc)
    }

    private mutating func letBinding(from start: Int) -> LetDeclaration? {
        guard let name = name() else { return nil }
        let value = requiredValue()
        return LetDeclaration(name: name, value: value, range: range(from: start))
    }

    /// `= expression`
    mutating func requiredValue() -> Expression {
        guard expect(.assign, "=", .assign) else { return .invalid(missingPlace) }
        return assignedValue()
    }

    private mutating func def(from start: Int) -> DefDeclaration? {
        guard let name = name() else { return nil }
        var parameters: [DefParameter] = []
        if token.kind == .openParenthesis, !beginsLine {
            let rules = EntryRules(bracket: .parenthesis, comma: .comma, closer: .closeCall)
            entries(rules, opener: .openCall) { parser in
                guard let name = parser.name() else { return }
                parameters.append(DefParameter(name: name, type: parser.declaredType()))
            }
        } else {
            failExpecting("(")
        }
        var result = TypeExpression(
            name: DottedName("", missingPlace), arguments: [], isOptional: false, range: missingPlace)
        if expect(.thinArrow, "->", .infix), let type = type() { result = type }
        let body = requiredValue()
        return DefDeclaration(name: name, parameters: parameters, result: result, body: body, range: range(from: start))
    }

    private mutating func resource(from start: Int) -> ResourceDeclaration? {
        guard let name = name() else { return nil }
        let (key, kind, fields) = instance()
        return ResourceDeclaration(name: name, key: key, kind: kind, fields: fields, range: range(from: start))
    }

    private mutating func step(from start: Int) -> StepDeclaration? {
        guard let name = name() else { return nil }
        let (key, kind, fields) = instance()
        return StepDeclaration(name: name, key: key, kind: kind, fields: fields, range: range(from: start))
    }

    /// `[key]: kind { fields }`
    private mutating func instance() -> (key: Expression?, kind: DottedName, fields: ObjectExpression) {
        let key = token.kind == .openBracket && !beginsLine ? indexed() : nil
        var kind = DottedName("", missingPlace)
        if expect(.colon, ":", .colon), let read = dottedName(.kind) { kind = read }
        guard !isRecovering, opensBody() else {
            return (key, kind, ObjectExpression(entries: [], range: missingPlace, isWhole: false))
        }
        return (key, kind, objectEntries(allowsMeta: true))
    }

    /// True at the `{` of a body, on its line or, after a report, on the next.
    mutating func opensBody() -> Bool {
        if isRecovering { return false }
        guard token.kind == .openBrace else {
            fail(.expectedBody, missingPlace)
            return false
        }
        if beginsLine { note(.braceOnOwnLine, token.range) }
        return true
    }

    /// An object that may end a statement, on its line.
    mutating func optionalObject(allowsMeta: Bool = false) -> ObjectExpression? {
        guard !isRecovering, token.kind == .openBrace, !beginsLine || mode == .file else { return nil }
        if beginsLine { note(.braceOnOwnLine, token.range) }
        return objectEntries(allowsMeta: allowsMeta)
    }

    private mutating func importModule(from start: Int) -> ImportStatement? {
        guard let path = plainString(), expect(word: "as"), let alias = name() else { return nil }
        let parameters = optionalObject(allowsMeta: true)
        return ImportStatement(path: path, alias: alias, parameters: parameters, range: range(from: start))
    }

    private mutating func output(from start: Int, _ context: StatementContext) -> OutputDeclaration? {
        guard let name = name() else { return nil }
        var type: TypeExpression?
        if context == .capability || token.kind == .colon { type = declaredType() }
        let isOperational = takeModifier("operational")
        var feature: Name?
        if takeModifier("of") { feature = self.name() }
        var value: Expression?
        if context != .capability {
            value = requiredValue()
        } else if !isRecovering, token.kind == .assign, !beginsLine {
            note(.valueInCapability, token.range)
            advance(.assign)
            _ = expression()
        }
        let doc = doc()
        return OutputDeclaration(
            name: name, type: type, isOperational: isOperational, feature: feature, value: value, doc: doc,
            range: range(from: start))
    }
}
