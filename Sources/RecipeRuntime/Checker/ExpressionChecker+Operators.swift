// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ExpressionChecker {
    func unary(_ unary: UnaryExpression) -> Checked {
        switch unary.op {
        case .not:
            return Checked(
                code: .not(condition(unary.operand, "the operand of `not`"), unary.range), type: .bool)
        case .negate:
            let operand = check(unary.operand)
            switch operand.type {
            case .int, .float, .duration, .size, .percent, .any, .poison:
                return fold(Checked(code: .negate(operand.code, unary.range), type: operand.type), [operand])
            default:
                report(
                    .operatorMismatch, "`-` has no meaning before \(operand.type.phrase)", at: unary.range)
                return .poison
            }
        }
    }

    func binary(_ binary: BinaryExpression, _ wanted: RecipeType?) -> Checked {
        switch binary.op {
        case .and, .or: return logical(binary)
        case .coalesce: return coalesce(binary, wanted)
        case .add, .subtract, .multiply, .divide, .modulo: return arithmetic(binary, wanted)
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: return comparison(binary)
        }
    }

    // MARK: and, or

    private func logical(_ binary: BinaryExpression) -> Checked {
        let isAnd = binary.op == .and
        var operands: [Expression] = []
        var rest: Expression = .binary(binary)
        while case .binary(let node) = rest, node.op == binary.op {
            operands.append(node.right)
            rest = node.left
        }
        operands.append(rest)
        var checker = self
        var codes: [Code] = []
        for operand in operands.reversed() {
            codes.append(checker.condition(operand, "an operand of `\(binary.op.rawValue)`"))
            checker.narrowed.formUnion(Self.narrowing(operand, holds: isAnd))
        }
        return Checked(code: .logical(isAnd: isAnd, codes, binary.range), type: .bool)
    }

    /// The paths that are not null where the condition holds, or where it does not.
    static func narrowing(_ condition: Expression, holds: Bool) -> Set<String> {
        switch condition {
        case .binary(let node):
            switch (node.op, holds) {
            case (.and, true), (.or, false):
                return narrowing(node.left, holds: holds).union(narrowing(node.right, holds: holds))
            case (.notEqual, true), (.equal, false):
                if case .literal(let literal) = node.right, literal.value == .null, let path = Self.path(node.left) {
                    return [path]
                }
                if case .literal(let literal) = node.left, literal.value == .null, let path = Self.path(node.right) {
                    return [path]
                }
                return []
            default: return []
            }
        case .unary(let node) where node.op == .not: return narrowing(node.operand, holds: !holds)
        default: return []
        }
    }

    /// `a.b.c` as a text; nil for anything else.
    static func path(_ expression: Expression) -> String? {
        switch expression {
        case .name(let name): name.text
        case .member(let member): path(member.base).map { $0 + "." + member.name.text }
        default: nil
        }
    }

    // MARK: ??

    private func coalesce(_ binary: BinaryExpression, _ wanted: RecipeType?) -> Checked {
        var operands: [Expression] = []
        var rest: Expression = .binary(binary)
        while case .binary(let node) = rest, node.op == .coalesce {
            operands.append(node.left)
            rest = node.right
        }
        operands.append(rest)
        var codes: [Code] = []
        var type = RecipeType.never
        for (offset, operand) in operands.enumerated() {
            var checker = self
            checker.toleratesAbsence = offset < operands.count - 1
            let checked = checker.checkTolerantly(operand, wanted)
            codes.append(checked.code)
            type = type.unwrapped.joined(with: checked.type)
        }
        return Checked(code: .coalesce(codes), type: type)
    }

    private func checkTolerantly(_ expression: Expression, _ wanted: RecipeType?) -> Checked {
        switch expression {
        case .name, .member, .index: path(expression)
        default: check(expression, wanted)
        }
    }

    // MARK: Arithmetic

    private func arithmetic(_ binary: BinaryExpression, _ wanted: RecipeType?) -> Checked {
        var steps: [BinaryExpression] = []
        var rest: Expression = .binary(binary)
        while case .binary(let node) = rest, node.op.isArithmetic {
            steps.append(node)
            rest = node.left
        }
        let first = check(rest, binary.op == .add ? wanted : nil)
        var all = [first]
        var type = first.type
        var codes: [ArithmeticStep] = []
        for node in steps.reversed() {
            let operand = check(node.right)
            all.append(operand)
            codes.append(ArithmeticStep(op: node.op, operand: operand.code, range: node.range))
            if case .poison = type { continue }
            guard let result = resultType(node.op, type, operand.type) else {
                reportOperands(node, type, operand.type)
                type = .poison
                continue
            }
            type = result
        }
        return fold(Checked(code: .arithmetic(first: first.code, rest: codes), type: type), all)
    }

    /// The type of `left op right`; nil where it has no meaning.
    private func resultType(_ op: BinaryOperator, _ left: RecipeType, _ right: RecipeType) -> RecipeType? {
        switch (op, left, right) {
        case (_, .poison, _), (_, _, .poison): return .poison
        case (_, .any, _) where !right.holdsSecret, (_, _, .any) where !left.holdsSecret: return .any
        case (_, .either, _), (_, _, .either): return left.holdsSecret || right.holdsSecret ? nil : .any
        case (.divide, .int, .int): return .float
        case (.modulo, .int, .int): return .int
        case (.modulo, _, _): return nil
        case (_, .int, .int): return .int
        case (_, .int, .float), (_, .float, .int), (_, .float, .float): return .float
        case (.add, .string, .string), (.add, .string, .url), (.add, .url, .string): return .string
        case (.add, .list(let a), .list(let b)): return .list(a.joined(with: b))
        case (.add, .duration, .duration), (.subtract, .duration, .duration): return .duration
        case (.add, .size, .size), (.subtract, .size, .size): return .size
        case (.add, .percent, .percent), (.subtract, .percent, .percent): return .percent
        case (.add, .date, .duration), (.subtract, .date, .duration), (.add, .duration, .date): return .date
        case (.add, .time, .duration), (.subtract, .time, .duration), (.add, .duration, .time): return .time
        case (.subtract, .date, .date), (.subtract, .time, .time): return .duration
        case (.divide, .duration, .duration), (.divide, .size, .size), (.divide, .percent, .percent): return .float
        case (.multiply, .duration, .int), (.multiply, .duration, .float), (.divide, .duration, .int),
            (.divide, .duration, .float), (.multiply, .int, .duration), (.multiply, .float, .duration),
            (.multiply, .duration, .percent), (.multiply, .percent, .duration):
            return .duration
        case (.multiply, .size, .int), (.multiply, .size, .float), (.divide, .size, .int), (.divide, .size, .float),
            (.multiply, .int, .size), (.multiply, .float, .size), (.multiply, .size, .percent),
            (.multiply, .percent, .size):
            return .size
        case (.multiply, .percent, .int), (.multiply, .percent, .float), (.multiply, .int, .percent),
            (.multiply, .float, .percent):
            return .float
        case (.divide, .percent, .int), (.divide, .percent, .float): return .percent
        default: return nil
        }
    }

    private func reportOperands(_ node: BinaryExpression, _ left: RecipeType, _ right: RecipeType) {
        if left.holdsSecret || right.holdsSecret {
            report(
                .secretUsed, "a secret is an operand of `\(node.op.rawValue)`", at: node.range,
                notes: ["secrets pass and interpolate; they are never compared, measured or branched on"])
            return
        }
        if left.unwrapped != left || right.unwrapped != right,
            resultType(node.op, left.unwrapped, right.unwrapped) != nil
        {
            report(
                .mayBeNull, "an operand of `\(node.op.rawValue)` may be null", at: node.range,
                help: ["say what counts then: `(… ?? value)`"])
            return
        }
        var help: [String] = []
        if node.op == .add, left == .string || right == .string {
            help = ["write \"${…}\" to put values into a text"]
        }
        if node.op == .add, left.isObject, right.isObject { help = ["merge(…, …) joins two objects"] }
        report(
            .operatorMismatch, "`\(node.op.rawValue)` has no meaning between \(left.phrase) and \(right.phrase)",
            at: node.range, help: help)
    }

    /// The value itself where all operands are constants; what cannot be computed is reported.
    private func fold(_ checked: Checked, _ operands: [Checked]) -> Checked {
        guard operands.allSatisfy({ $0.code.constant != nil }), checked.type != .poison else { return checked }
        let session = EvaluationSession(library: library)
        do {
            let value = try session.evaluate(checked.code, in: ScopeInstance(constantsOf: source))
            return Checked(code: .constant(value), type: checked.type)
        } catch {
            if let diagnostic = error.diagnostic { module.session.report.add(diagnostic) }
            return .poison
        }
    }

    // MARK: Comparison

    private func comparison(_ binary: BinaryExpression) -> Checked {
        let left = check(binary.left)
        let right = check(binary.right)
        let code = Code.comparison(binary.op, left.code, right.code, binary.range)
        if left.type == .poison || right.type == .poison { return Checked(code: code, type: .bool) }
        if left.type.holdsSecret || right.type.holdsSecret {
            report(
                .secretUsed, "a secret is compared", at: binary.range,
                notes: ["secrets pass and interpolate; they are never compared, measured or branched on"])
            return .poison
        }
        if isMeaningful(binary.op, left.type, right.type) { return Checked(code: code, type: .bool) }
        if binary.op != .isIn, isMeaningful(binary.op, left.type.unwrapped, right.type.unwrapped) {
            report(
                .mayBeNull, "an operand of `\(binary.op.rawValue)` may be null", at: binary.range,
                help: ["say what counts then: `(… ?? value)`"])
            return .poison
        }
        let helps: [String] =
            binary.op == .isIn ? ["on the right of `in` stands a list, or an object for its keys"] : []
        report(
            .operatorMismatch,
            "`\(binary.op.rawValue)` has no meaning between \(left.type.phrase) and \(right.type.phrase)",
            at: binary.range, help: helps)
        return .poison
    }

    private func isMeaningful(_ op: BinaryOperator, _ left: RecipeType, _ right: RecipeType) -> Bool {
        switch op {
        case .equal, .notEqual:
            if case .step = left { return false }
            if case .step = right { return false }
            return left.isComparable(with: right)
        case .isIn:
            switch right {
            case .any: return true
            case .list(let element): return left.isComparable(with: element)
            case .map, .object, .record, .shape: return left == .string || left == .any
            default: return false
            }
        default:
            switch (left, right) {
            case (.any, _), (_, .any): return true
            case (.int, .int), (.int, .float), (.float, .int), (.float, .float), (.string, .string),
                (.duration, .duration), (.size, .size), (.percent, .percent), (.date, .date), (.time, .time):
                return true
            case (.either(let types), _): return types.contains { isMeaningful(op, $0, right) }
            case (_, .either(let types)): return types.contains { isMeaningful(op, left, $0) }
            default: return false
            }
        }
    }
}

extension BinaryOperator {
    var isArithmetic: Bool {
        switch self {
        case .add, .subtract, .multiply, .divide, .modulo: true
        default: false
        }
    }
}
