// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures

/// What the steps of a simulated flow are, as far as it can be told.
extension SimulatedFlow: DeferredEvaluation {
    static let sum = kind("Sum")
    static let wait = kind("Wait")
    static let run = kind("Run")

    private static func kind(_ name: String) -> StepKindSchema {
        StepKindSchema(
            name: name, doc: "gives a number", example: "",
            fields: [
                FieldSchema("terms", .list(.int), "what it adds"),
                .optional("made", .list(.any), default: [], "by which executions they were made"),
                .optional("outcome", .optional(.string), default: nil, "how the run ends"),
                .optional("takes", .any, default: nil, "the execution that it takes back"),
                .optional("seconds", .optional(.int), default: nil, "how long it waits"),
                .optional("signal", .optional(.string), default: nil, "what it waits for"),
                .optional("workflow", .optional(.string), default: nil, "what it runs"),
                .optional("params", .object, default: [:], "what it runs that with")
            ], outputs: [.output("value", .int, "the number"), .output("made", .any, "the execution that gave it")])
    }

    private static func address(_ number: Int) -> Address { Address("s\(number)") }
    private static func turn(_ number: Int) -> Address { Address("turn[\"\(number)\"]") }
    private static func final(_ number: Int) -> Address { Address("f\(number)") }
    private static func undo(of address: Address) -> Address { Address("undo_\(address)") }
    private static let last = Address("last")

    /// The number that a step gave; nil while it has not.
    private static func value(of step: Address, _ state: WorkflowState) -> Int64? {
        let outputs = state.outputs[step]
        return outputs?["value"]?.int ?? outputs?["outputs"]?.object?["value"]?.int
    }

    private static func made(by step: Address, _ state: WorkflowState) -> Value {
        state.outputs[step].map { $0["made"] ?? .null } ?? .unknown(UnknownValue(origin: step.text))
    }

    /// How often the loop turns; nil while that cannot be told.
    private func turns(_ workflow: Workflow, _ state: WorkflowState) -> Int? {
        guard let source = workflow.source else { return 0 }
        return Self.value(of: Self.address(source), state).map { Int($0 % 5) }
    }

    private func node(
        _ address: Address, _ number: Int, reads: [Address], needs: [Address] = [], attempts: Int = 1,
        _ state: WorkflowState
    ) -> StepNode {
        let terms = reads.map { other in
            Self.value(of: other, state).map { Value.int($0) } ?? .unknown(UnknownValue(origin: other.text))
        }
        return StepNode(
            address: address, kind: Self.sum, reads: reads, needs: needs,
            inputs: [
                "terms": .list([.int(Int64(number))] + terms), "made": .list(reads.map { Self.made(by: $0, state) })
            ], isWanted: true,
            retry: attempts > 1 ? RetryRule(attempts: attempts, backoff: .seconds(1), on: ["any"]) : .none,
            timeout: nil, onFailure: .stop, place: NotesModule.place)
    }

    private func node(_ step: Step, _ number: Int, _ base: Int, _ state: WorkflowState) -> StepNode {
        var node = node(
            Self.address(number), base + number, reads: step.reads.map(Self.address),
            needs: step.needs.map(Self.address), attempts: step.attempts, state)
        node.onFailure = step.isSoft ? .continue : .stop
        switch step.work {
        case .sum: break
        case .wait(let seconds, let signal):
            node.kind = Self.wait
            node.inputs["seconds"] = seconds.map { .int(Int64($0)) } ?? .null
            node.inputs["signal"] = signal.map { .string($0) } ?? .null
        case .part(let workflow):
            node.kind = Self.run
            node.inputs["workflow"] = .string(workflow)
            node.inputs["params"] = .object(["base": .int(Int64(base + 10_000 * (number + 1)))])
        }
        if step.isUndoable { node.undo = Self.undo(of: node.address) }
        return node
    }

    /// The step that takes another one back.
    private func undo(of owner: StepNode, _ number: Int, _ state: WorkflowState) -> StepNode? {
        guard let address = owner.undo else { return nil }
        var node = node(address, 500 + number, reads: [owner.address], attempts: 1 + number % 2, state)
        node.isUndo = true
        node.inputs["takes"] = Self.made(by: owner.address, state)
        return node
    }

    /// - Parameter only: The step that is looked for; nil for all.
    func nodes(
        of name: String, _ parameters: ObjectValue, _ state: WorkflowState, only: Address? = nil
    ) -> [StepNode] {
        guard let workflow = workflow(name) else { return [] }
        let base = Int(parameters["base"]?.int ?? 0)
        let isWanted = { (number: Int, letter: String) in only.map { $0.text.hasSuffix("\(letter)\(number)") } ?? true }
        var nodes: [StepNode] = []
        for (number, step) in workflow.steps.enumerated() where isWanted(number, "s") {
            let own = self.node(step, number, base, state)
            nodes += [own] + [undo(of: own, number, state)].compactMap(\.self)
        }
        let isOfLoop = only.map { !$0.text.hasPrefix("s") && !$0.text.hasPrefix("f") } ?? true
        if isOfLoop, let source = workflow.source, let turns = turns(workflow, state) {
            for number in 0..<turns {
                var turn = node(
                    Self.turn(number), base + 100 + number, reads: [Self.address(source)], attempts: 2, state)
                if workflow.hasUndoableTurns { turn.undo = Self.undo(of: turn.address) }
                nodes += [turn] + [undo(of: turn, 100 + number, state)].compactMap(\.self)
            }
            nodes.append(
                node(
                    Self.last, base + 1000, reads: (0..<turns).map(Self.turn), needs: [Self.address(0)], state))
        }
        for (number, final) in workflow.finals.enumerated()
        where (final.outcome == nil || final.outcome == state.outcome) && isWanted(number, "f") {
            let needs = final.needs.filter { workflow.finals[$0].outcome == nil }
            var node = node(
                Self.final(number), base + 700 + number, reads: final.reads.map(Self.address),
                needs: needs.map(Self.final), attempts: 2, state)
            node.isFinal = true
            node.inputs["outcome"] =
                state.outcome.map { .string($0) } ?? .unknown(UnknownValue(origin: "the run's end"))
            nodes.append(node)
        }
        return nodes
    }

    func parameters(
        of workflow: String, arguments: ObjectValue, clock: RunClock
    ) throws(Diagnostics) -> ObjectValue { arguments }

    func expansion(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> WorkflowExpansion {
        let source = self.workflow(workflow)?.source
        let isComplete = self.workflow(workflow).map { turns($0, state) != nil } ?? true
        // Where the step that tells is lost, there is no loop.
        let isLost = source.map { state.failed.contains(Self.address($0)) || state.skipped.contains(Self.address($0)) }
        return WorkflowExpansion(
            steps: nodes(of: workflow, parameters, state), isComplete: isComplete || isLost == true,
            hasFinally: self.workflow(workflow)?.finals.isEmpty == false,
            waitsFor: isComplete ? [] : Set(source.map { [Self.address($0)] } ?? []))
    }

    func step(
        _ address: Address, of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> StepNode {
        let nodes = nodes(of: workflow, parameters, state, only: address)
        if let found = nodes.first(where: { $0.address == address }) { return found }
        throw Diagnostics([Diagnostic(.callNotFound, "there is no step \(address)")])
    }

    func outputs(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> ObjectValue {
        let steps = nodes(of: workflow, parameters, state).filter { !$0.isFinal && !$0.isUndo }
        let values = steps.map { ($0.address.text, Self.value(of: $0.address, state)) }
        let sum = values.reduce(Int64(3)) { ($0 * 31 + ($1.1 ?? 0)) % 10_007 }
        return ObjectValue([("value", .int(sum))] + values.map { ($0.0, $0.1.map { .int($0) } ?? .null) })
    }

    func place(of field: String, in step: Address, of workflow: String) -> SourcePlace? { nil }

    // MARK: There is nothing else

    func inputs(of resource: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue { [:] }
    func parameters(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue { [:] }
    func outputs(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue { [:] }
    func outputs(in state: ResourceState) throws(Diagnostics) -> ObjectValue { [:] }

    func findings(
        on resource: Address, at stage: PolicyStage, in state: ResourceState
    ) throws(Diagnostics) -> [PolicyFinding] { [] }

    func arguments(
        ofTrigger trigger: Int, of workflow: String, event: ObjectValue
    ) throws(Diagnostics) -> ObjectValue { [:] }

    func condition(
        ofTrigger trigger: Int, of workflow: String, in state: ResourceState
    ) throws(Diagnostics) -> Bool? { nil }
}
