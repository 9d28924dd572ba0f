// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures

/// A workflow as a seed has it: steps of which each gives a number that what it reads determines, and maybe a loop whose
/// length only one of them tells.
struct SimulatedFlow: Sendable {
    struct Step: Sendable {
        var reads: [Int] = []
        var needs: [Int] = []
        var attempts = 1
    }

    private(set) var steps: [Step] = []
    /// The step that tells how long the loop is.
    private(set) var source: Int?

    static let name = "work"
    static let kind = StepKindSchema(
        name: "Sum", doc: "adds up", example: "", fields: [FieldSchema("terms", .list(.int), "what it adds")],
        outputs: [.output("value", .int, "the sum")])

    init(seed: UInt64) {
        var generator = SeededGenerator.of(seed, "flow", 0)
        let isChain = generator.chance(30)
        for number in 0..<(1 + generator.below(8)) {
            var step = Step()
            if number > 0, isChain || generator.chance(70) {
                let other = isChain ? number - 1 : generator.below(number)
                if generator.chance(70) { step.reads.append(other) } else { step.needs.append(other) }
            }
            if number > 1, generator.chance(30) { step.needs.append(generator.below(number)) }
            if generator.chance(60) { step.attempts = 1 + generator.below(4) }
            steps.append(step)
        }
        if generator.chance(40) { source = generator.below(steps.count) }
    }

    var program: Program {
        Program(
            environment: "default", module: "flow", recipeFolder: "/", resources: [],
            workflows: [
                WorkflowNode(
                    name: Self.name, parameters: [], resources: [], recipeFolder: "/", place: NotesModule.place)
            ], outputs: [], providers: [], parameters: [:], evaluation: self)
    }

    // MARK: Steps

    private static func address(_ number: Int) -> Address { Address("s\(number)") }
    private static func turn(_ number: Int) -> Address { Address("turn[\"\(number)\"]") }
    private static let last = Address("last")

    /// How often the loop turns; nil while that cannot be told.
    private func turns(_ state: WorkflowState) -> Int? {
        guard let source else { return 0 }
        return state.outputs[Self.address(source)]?["value"]?.int.map { Int($0 % 5) }
    }

    private func node(
        _ address: Address, _ number: Int, reads: [Address], needs: [Address], attempts: Int, _ state: WorkflowState
    ) -> StepNode {
        let terms = reads.map { state.outputs[$0]?["value"] ?? .unknown(UnknownValue(origin: $0.text)) }
        return StepNode(
            address: address, kind: Self.kind, reads: reads, needs: needs,
            inputs: ["terms": .list([.int(Int64(number))] + terms)], isWanted: true,
            retry: attempts > 1 ? RetryRule(attempts: attempts, backoff: .seconds(1), on: ["any"]) : .none,
            timeout: nil, onFailure: .stop, place: NotesModule.place)
    }

    func nodes(_ state: WorkflowState) -> [StepNode] {
        var nodes = steps.enumerated().map { number, step in
            node(
                Self.address(number), number, reads: step.reads.map(Self.address), needs: step.needs.map(Self.address),
                attempts: step.attempts, state)
        }
        guard let source, let turns = turns(state) else { return nodes }
        for number in 0..<turns {
            nodes.append(
                node(
                    Self.turn(number), 100 + number, reads: [Self.address(source)], needs: [], attempts: 2, state))
        }
        nodes.append(
            node(Self.last, 1000, reads: (0..<turns).map(Self.turn), needs: [Self.address(0)], attempts: 1, state))
        return nodes
    }

    func isComplete(_ state: WorkflowState) -> Bool { turns(state) != nil }
}

extension SimulatedFlow: DeferredEvaluation {
    func parameters(
        of workflow: String, arguments: ObjectValue, now: Timestamp
    ) throws(Diagnostics) -> ObjectValue { [:] }

    func expansion(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> WorkflowExpansion {
        WorkflowExpansion(
            steps: nodes(state), isComplete: isComplete(state),
            waitsFor: isComplete(state) ? [] : Set(source.map { [Self.address($0)] } ?? []))
    }

    func step(
        _ address: Address, of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> StepNode {
        if let found = nodes(state).first(where: { $0.address == address }) { return found }
        throw Diagnostics([Diagnostic(.callNotFound, "there is no step \(address)")])
    }

    func outputs(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> ObjectValue {
        ObjectValue(nodes(state).map { ($0.address.text, state.outputs[$0.address]?["value"] ?? .null) })
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
