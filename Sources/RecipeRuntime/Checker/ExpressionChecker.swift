// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// An expression as it was found to be.
struct Checked {
    var code: Code
    var type: RecipeType

    static let poison = Checked(code: .invalid, type: .poison)
}

/// Checks expressions at one place of a text and turns them into code.
struct ExpressionChecker {
    let module: ModuleChecker
    let scope: NameScope
    /// True in the default of a parameter: the one place where the clock may be read.
    var allowsClock = false
    /// The variables of enclosing lambdas, comprehensions and definitions.
    var locals: [(name: String, type: RecipeType)] = []
    /// What a condition around the expression has shown not to be null.
    var narrowed: Set<String> = []
    /// True for the left side of `??`: what is absent is null.
    var toleratesAbsence = false

    var library: ContractLibrary { module.session.library }
    var source: SourceText { scope.source }

    func report(
        _ code: DiagnosticCode, _ message: String, at range: SourceRange, _ label: String = "", notes: [String] = [],
        help: [String] = []
    ) {
        module.session.report.add(
            Diagnostic(code, message, at: source.place(range), label, notes: notes, help: help))
    }

    /// The value for a place that wants a type; `wanted` decides what a string literal is.
    ///
    /// - Parameter subject: What is given, for messages: `'retention' of DataLakeStorage`.
    func check(
        _ expression: Expression, as wanted: RecipeType, allowed: [Value] = [], _ subject: String
    ) -> Code {
        let checked = check(expression, wanted)
        return convert(checked, to: wanted, allowed: allowed, subject, expression)
    }

    /// The expression as it is.
    ///
    /// - Parameter wanted: The type that the surroundings would like; nil where they have no wish.
    func check(_ expression: Expression, _ wanted: RecipeType? = nil) -> Checked {
        var checker = self
        checker.toleratesAbsence = false
        switch expression {
        case .invalid: return .poison
        case .literal(let literal): return checker.literal(literal)
        case .string(let string): return checker.string(string, wanted)
        case .name, .member, .index: return path(expression)
        case .list(let list): return checker.list(list, wanted)
        case .object(let object): return checker.object(object, wanted)
        case .listComprehension(let node): return checker.comprehension(node, wanted)
        case .objectComprehension(let node): return checker.comprehension(node, wanted)
        case .call(let call): return checker.call(call)
        case .unary(let unary): return checker.unary(unary)
        case .binary(let binary): return checker.binary(binary, wanted)
        case .conditional(let node): return checker.conditional(node, wanted)
        case .lambda(let lambda):
            report(
                .functionMisplaced, "a function `\(lambda.parameter.text) => …` stands where a value is wanted",
                at: lambda.range, help: ["pass it to map, filter, any, all or sort"])
            return .poison
        case .lookup(let lookup): return checker.lookup(lookup)
        }
    }

    private func literal(_ literal: Literal) -> Checked {
        let value = Value(literal.value)
        return Checked(code: .constant(value), type: RecipeType(of: value))
    }

    private func conditional(_ node: ConditionalExpression, _ wanted: RecipeType?) -> Checked {
        let condition = self.condition(node.condition, "the condition of `if`")
        var then = self
        then.narrowed.formUnion(Self.narrowing(node.condition, holds: true))
        var otherwise = self
        otherwise.narrowed.formUnion(Self.narrowing(node.condition, holds: false))
        let left = then.check(node.consequence, wanted)
        let right = otherwise.check(node.alternative, wanted)
        return Checked(
            code: .conditional(condition, left.code, right.code, node.condition.range),
            type: left.type.joined(with: right.type))
    }

    /// An expression that must be true or false.
    func condition(_ expression: Expression, _ subject: String) -> Code {
        let checked = check(expression)
        switch checked.type {
        case .bool, .poison: return checked.code
        case .secret:
            report(
                .secretUsed, "a secret is branched on", at: expression.range,
                notes: ["secrets pass and interpolate; they are never compared, measured or branched on"])
            return .invalid
        default: return convert(checked, to: .bool, subject, expression)
        }
    }

    private func list(_ list: ListExpression, _ wanted: RecipeType?) -> Checked {
        let element = wanted?.listElement
        let items = list.elements.map { item($0, as: element) }
        let type = RecipeType.list(.joined(items.map(\.type)))
        let constants = items.compactMap(\.code.constant)
        if constants.count == items.count { return Checked(code: .constant(.list(constants)), type: type) }
        return Checked(code: .list(items.map(\.code)), type: type)
    }

    /// A part of a list or object: of the wanted type where there is one, else any value.
    func item(_ expression: Expression, as wanted: RecipeType?) -> Checked {
        if let wanted { return Checked(code: check(expression, as: wanted, "the item"), type: wanted) }
        let checked = check(expression)
        return Checked(code: checked.code, type: checked.type.value(in: self, expression))
    }

    private func comprehension(_ node: ListComprehension, _ wanted: RecipeType?) -> Checked {
        let (clause, inner) = clause(node.clause)
        let element = inner.item(node.element, as: wanted?.listElement)
        return Checked(code: .listComprehension(clause, element: element.code), type: .list(element.type))
    }

    private func comprehension(_ node: ObjectComprehension, _ wanted: RecipeType?) -> Checked {
        let (clause, inner) = clause(node.clause)
        let key = inner.check(node.key, as: .string, "the key")
        let value = inner.item(node.value, as: wanted?.mapElement)
        return Checked(code: .objectComprehension(clause, key: key, value: value.code), type: .map(value.type))
    }

    private func clause(_ node: ComprehensionClause) -> (ComprehensionCode, ExpressionChecker) {
        let collection = check(node.collection)
        let element = self.element(of: collection.type, node.collection)
        var inner = self
        inner.locals.append((node.variable.text, element))
        let condition = node.condition.map { inner.condition($0, "the condition of the comprehension") }
        if let condition = node.condition { inner.narrowed.formUnion(Self.narrowing(condition, holds: true)) }
        let code = ComprehensionCode(
            local: locals.count, collection: collection.code, condition: condition, range: node.range)
        return (code, inner)
    }

    /// The type of what a loop over a collection goes through: a list's items, an object's values' keys.
    func element(of type: RecipeType, _ expression: Expression) -> RecipeType {
        switch type {
        case .poison: return .poison
        case .any: return .any
        case .list(let element): return element
        case .map, .object, .record, .shape:
            report(
                .notLoopable, "a loop goes through a list, and this is \(type.phrase)", at: expression.range,
                help: ["keys(…) for its keys, values(…) for its values"])
            return .poison
        case .optional(let inner) where inner.listElement != nil:
            report(
                .mayBeNull, "the list may be null", at: expression.range, help: ["write `… ?? []`"])
            return .poison
        default:
            report(.notLoopable, "a loop goes through a list, and this is \(type.phrase)", at: expression.range)
            return .poison
        }
    }
}

extension RecipeType {
    var listElement: RecipeType? {
        switch self {
        case .list(let element): element
        case .optional(let inner): inner.listElement
        case .either(let types): types.lazy.compactMap(\.listElement).first
        default: nil
        }
    }

    var mapElement: RecipeType? {
        switch self {
        case .map(let element): element
        case .optional(let inner): inner.mapElement
        case .either(let types): types.lazy.compactMap(\.mapElement).first
        default: nil
        }
    }

    /// The type where a value is wanted: a step or module is none, which is reported.
    func value(in checker: ExpressionChecker, _ expression: Expression) -> RecipeType {
        switch self {
        case .step, .module:
            checker.report(
                .noValue, "\(description) is no value", at: expression.range, help: ["read one of its outputs"])
            return .poison
        default: return self
        }
    }
}
