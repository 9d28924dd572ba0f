// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// The steps of the loops and conditions of a run of which all are known: found once, and kept for the whole run.
///
/// Their scopes are only read from then on.
final class KnownSteps: Sendable {
    typealias Step = WorkflowInstance.Step

    /// With the parameters of the run.
    let scope: ScopeInstance
    private let code: WorkflowCode
    private let module: ModuleInstance
    private let parameters: ObjectValue
    private let statements = Mutex<[Int: Statement]>([:])

    private struct Statement: Sendable {
        let steps: [Step]
        let ofDeclaration: [Int: [Step]]
        let positions: [Address: Int]

        init(_ steps: [Step]) {
            self.steps = steps
            ofDeclaration = Dictionary(grouping: steps, by: \.index)
            positions = Dictionary(
                steps.enumerated().map { ($1.address, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    init(_ code: WorkflowCode, around module: ModuleInstance, parameters: ObjectValue) {
        (self.code, self.module, self.parameters) = (code, module, parameters)
        let slots = code.scope.slots.map { slot -> ScopeInstance.Slot in
            guard case .parameter = slot.form else { return .own }
            return .settled(parameters[slot.name] ?? .null, Reads())
        }
        scope = ScopeInstance(code.scope, parent: module.scope, module: module, slots: slots)
    }

    func fits(_ code: WorkflowCode, _ module: ModuleInstance, _ parameters: ObjectValue) -> Bool {
        code === self.code && module === self.module && parameters == self.parameters
    }

    func take(_ steps: [Step], at position: Int) {
        // A single step is told again as fast as it is found.
        if case .step = code.statements[position] { return }
        statements.withLock { $0[position] = Statement(steps) }
    }

    func isKnown(_ position: Int) -> Bool { statements.withLock { $0[position] != nil } }

    func steps(at position: Int) -> [Step]? { statements.withLock { $0[position]?.steps } }

    /// - Parameter position: Of the statement in which it stands.
    func steps(of declaration: Int, at position: Int) -> [Step]? {
        statements.withLock { $0[position].map { $0.ofDeclaration[declaration] ?? [] } }
    }

    func step(_ address: Address, at position: Int) -> Step? {
        statements.withLock { statements in
            statements[position].flatMap { known in known.positions[address].map { known.steps[$0] } }
        }
    }
}
