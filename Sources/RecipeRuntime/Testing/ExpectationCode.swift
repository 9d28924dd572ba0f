// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// A checked `expect`.
struct ExpectationCode: Sendable {
    /// In the test's body.
    var position: Int
    var condition: Code
    /// Both sides of a comparison, so that a failure can tell them.
    var sides: [Code]
    var reason: Code?
    var range: SourceRange
}

extension ModuleChecker {
    /// Checks what the test expects from which the module is looked at.
    func checkExpectations(of test: TestDeclaration) -> [ExpectationCode] {
        surroundings = .test
        defer { surroundings = .module }
        let checker = ExpressionChecker(module: self, scope: root)
        return test.body.statements.enumerated().compactMap { position, statement in
            guard case .expect(let node) = statement else { return nil }
            var sides: [Code] = []
            if case .binary(let comparison) = node.condition, comparison.op.isComparison {
                sides = [comparison.left, comparison.right].map { checker.check($0).code }
            }
            return ExpectationCode(
                position: position, condition: checker.condition(node.condition, "what is expected"), sides: sides,
                reason: node.reason.map { checker.check(.string($0), as: .string, "the reason") }, range: node.range)
        }
    }
}

extension BinaryOperator {
    fileprivate var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn: true
        default: false
        }
    }
}

extension ProgramEvaluation {
    func expectation(
        _ position: Int, in state: ResourceState
    ) throws(Diagnostics) -> ExpectationResult? {
        guard let code = root.code.expectations.first(where: { $0.position == position }) else { return nil }
        let session = session(state)
        do throws(EvaluationError) {
            return try session.inFrame { () throws(EvaluationError) in
                var sides: [Value] = []
                for side in code.sides { sides.append(try session.evaluate(side, in: root.body)) }
                return ExpectationResult(
                    value: try session.evaluate(code.condition, in: root.body), sides: sides,
                    reason: try code.reason.map { (reason) throws(EvaluationError) in
                        try session.evaluate(reason, in: root.body).string ?? ""
                    } ?? "", place: root.code.source.place(code.range))
            }
        } catch {
            throw Diagnostics(error.all)
        }
    }
}
