// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// Answers what a program says once outputs are known.
final class ProgramEvaluation: DeferredEvaluation {
    let program: ProgramInstance
    let root: ModuleInstance
    /// The recipe's own, then those of its imports.
    let workflows: [PlacedWorkflow]
    let policies: PolicyTable

    /// Makes the program anew in another state; nil where every state gives the same.
    private let anew: (@Sendable (ResourceState) throws(Diagnostics) -> Program)?
    /// The module that imports the environment's policies.
    private let packs: ModuleInstance?

    /// - Parameter root: With everything expanded.
    init(
        _ program: ProgramInstance, _ root: ModuleInstance, _ packs: ModuleInstance? = nil,
        anew: (@Sendable (ResourceState) throws(Diagnostics) -> Program)? = nil
    ) {
        self.program = program
        self.root = root
        workflows = PlacedWorkflow.all(of: root)
        policies = PolicyTable(PlacedPolicy.all(of: root) + (packs.map { PlacedPolicy.all(of: $0) } ?? []))
        self.packs = packs
        self.anew = anew
    }

    func session(_ resources: ResourceState) -> EvaluationSession {
        EvaluationSession(library: program.library, program: program, resources: resources)
    }

    private func resource(_ address: Address) throws(Diagnostics) -> ResourceInstance {
        if let found = program.resource(address) { return found }
        throw Diagnostics([Diagnostic(.absent, "the recipe declares no resource \(address)")])
    }

    func program(in state: ResourceState) throws(Diagnostics) -> Program? { try anew?(state) }

    // MARK: Resources

    func inputs(of address: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        let instance = try resource(address)
        if let inputs = instance.inputs, !hasOpenRules(around: instance), instance.openRules.isEmpty { return inputs }
        let session = session(state)
        do throws(EvaluationError) {
            try checkOpenRules(around: instance, session)
            if let inputs = instance.inputs { return try checked(inputs, of: instance, session) }
            var inputs = instance.code.contract.defaults
            for (position, rule) in instance.code.contract.fields.enumerated() where instance.gives(position) {
                inputs[rule.name] = try session.field(position, of: instance)
            }
            return try checked(inputs, of: instance, session)
        } catch {
            throw Diagnostics(error.all)
        }
    }

    /// The inputs, where they break no rule of their kind that was open until now.
    private func checked(
        _ inputs: ObjectValue, of instance: ResourceInstance, _ session: EvaluationSession
    ) throws(EvaluationError) -> ObjectValue {
        if instance.openRules.isEmpty { return inputs }
        let broken = session.problems(of: instance, instance.openRules, inputs).broken
        if let first = broken.first { throw .failed(first) }
        return inputs
    }

    private func hasOpenRules(around instance: ResourceInstance) -> Bool {
        var module: ModuleInstance? = instance.home
        while let present = module {
            if !present.openRules.isEmpty { return true }
            module = present.outer
        }
        return false
    }

    /// Rules of the modules around that could not be told when the program was built.
    private func checkOpenRules(
        around instance: ResourceInstance, _ session: EvaluationSession
    ) throws(EvaluationError) {
        var module: ModuleInstance? = instance.home
        while let present = module {
            for rule in present.openRules { _ = try session.holds(rule) }
            module = present.outer
        }
    }

    func parameters(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        let instance = try resource(composite)
        guard let mapping = instance.mapping else { return try inputs(of: composite, in: state) }
        let session = session(state)
        var values = ObjectValue()
        do throws(EvaluationError) {
            for (position, rule) in instance.code.contract.fields.enumerated() {
                values[rule.name] = try session.slot(SlotPlace(level: 0, index: position), mapping.scope)
            }
        } catch {
            throw Diagnostics(error.all)
        }
        return values
    }

    func outputs(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        guard let mapping = try resource(composite).mapping else { return [:] }
        return try outputs(of: mapping, session(state))
    }

    func outputs(in state: ResourceState) throws(Diagnostics) -> ObjectValue {
        try outputs(of: root, session(state))
    }

    private func outputs(
        of module: ModuleInstance, _ session: EvaluationSession
    ) throws(Diagnostics) -> ObjectValue {
        var values = ObjectValue()
        do throws(EvaluationError) {
            for output in module.code.outputs { values[output.name] = try module.output(output.name, session) ?? .null }
        } catch {
            throw Diagnostics(error.all)
        }
        return values
    }
}

extension EvaluationError {
    /// The diagnostics to throw on.
    var all: [Diagnostic] { diagnostic.map { [$0] } ?? [] }
}
