// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// One statement of a file, a block or the prompt.
///
/// After an error a statement whose name could be read is kept, so that nothing that uses it is reported: what could
/// not be read stands as `Expression.invalid`, as a kind or type whose name `isMissing`, or as an object that is not
/// `isWhole`.
package indirect enum Statement: Sendable, Hashable {
    case param(ParamDeclaration)
    case letBinding(LetDeclaration)
    case def(DefDeclaration)
    case resource(ResourceDeclaration)
    case step(StepDeclaration)
    case workflow(WorkflowDeclaration)
    case forLoop(ForStatement)
    case ifElse(IfStatement)
    case finally(FinallyStatement)
    case importModule(ImportStatement)
    case policy(PolicyDeclaration)
    case rule(PolicyRule)
    case output(OutputDeclaration)
    case capability(CapabilityDeclaration)
    case feature(FeatureDeclaration)
    case offers(OffersStatement)
    case access(AccessStatement)
    case shape(ShapeDeclaration)
    case mapping(MappingDeclaration)
    case lacks(LacksStatement)
    case environment(EnvironmentDeclaration)
    case use(UseStatement)
    case set(SetStatement)
    case budget(BudgetStatement)
    case on(OnTrigger)
    case test(TestDeclaration)
    case expect(ExpectStatement)
    case expectError(ExpectErrorStatement)
    case command(CommandStatement)
    /// At the prompt only.
    case expression(ExpressionStatement)

    /// The whole statement, body included.
    package var range: SourceRange {
        switch self {
        case .param(let node): node.range
        case .letBinding(let node): node.range
        case .def(let node): node.range
        case .resource(let node): node.range
        case .step(let node): node.range
        case .workflow(let node): node.range
        case .forLoop(let node): node.range
        case .ifElse(let node): node.range
        case .finally(let node): node.range
        case .importModule(let node): node.range
        case .policy(let node): node.range
        case .rule(let node): node.range
        case .output(let node): node.range
        case .capability(let node): node.range
        case .feature(let node): node.range
        case .offers(let node): node.range
        case .access(let node): node.range
        case .shape(let node): node.range
        case .mapping(let node): node.range
        case .lacks(let node): node.range
        case .environment(let node): node.range
        case .use(let node): node.range
        case .set(let node): node.range
        case .budget(let node): node.range
        case .on(let node): node.range
        case .test(let node): node.range
        case .expect(let node): node.range
        case .expectError(let node): node.range
        case .command(let node): node.range
        case .expression(let node): node.range
        }
    }

    /// True for what declares or arranges; false for commands and expressions.
    package var isDeclaration: Bool {
        switch self {
        case .command, .expression: false
        default: true
        }
    }
}

/// `{ statements }`
package struct Block: Sendable, Hashable {
    package var statements: [Statement]
    /// With the braces.
    package var range: SourceRange
}

/// `expression` or `= expression` at the prompt.
package struct ExpressionStatement: Sendable, Hashable {
    package var expression: Expression
    /// Written with `=`.
    package var isMarked: Bool
    package var range: SourceRange
}
