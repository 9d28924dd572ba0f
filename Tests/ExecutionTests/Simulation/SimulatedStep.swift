// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Execution
import Planning

/// Executes the steps of a simulated flow on the remote, and sees to what must hold when a step begins.
struct SimulatedStep: StepExecutor {
    let process: SimulatedProcess
    let flow: SimulatedFlow

    let kind = SimulatedFlow.kind.name

    private var remote: SimulatedRemote { process.remote }

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        if process.isAlive { check(request) }
        await process.comesToEffect()
        return StepResponse(outputs: try effect(request))
    }

    private func effect(_ request: StepRequest) throws(CallError) -> ObjectValue {
        let (token, inputs) = (request.context.token, request.inputs)
        return try remote.effect(
            "execute \(request.context.operation)", token, mayBePartial: false, from: process
        ) { [remote] state, _ in
            if let made = state.things.values.first(where: { $0.madeBy == token }) { return .success(made.outputs) }
            state.count += 1
            state.creations[token, default: 0] += 1
            let sum = (inputs["terms"]?.list ?? []).reduce(Int64(7)) { ($0 * 31 + ($1.int ?? 0)) % 10_007 }
            let outputs: ObjectValue = ["value": .int(sum)]
            state.things["<\(state.count)>"] = SimulatedRemote.Thing(
                id: "<\(state.count)>", madeBy: token, inputs: inputs, outputs: outputs, lastToken: token,
                isWhole: true, shownFrom: remote.clock.now())
            return .success(outputs)
        }
    }

    /// Asks the remote, which does not always know of what was asked for a moment ago.
    func recover(_ request: StepRequest) async throws(CallError) -> StepRecovery {
        let token = request.context.token
        remote.clock.advance(by: .seconds(3))
        let made = remote.with { state in state.things.values.first { $0.madeBy == token } }
        remote.trace.note("  recover \(request.context.operation): \(made == nil ? "again" : "finished")")
        return made.map { .finished(StepResponse(outputs: $0.outputs)) } ?? .executeAgain
    }

    // MARK: What must hold

    private func check(_ request: StepRequest) {
        let address = request.context.operation
        let operations = process.disk.content.operations.filter { $0.run == request.context.run }
        func isDone(_ step: String) -> Bool {
            operations.contains {
                $0.identity.address.text == "\(SimulatedFlow.name).\(step)" && $0.status == .succeeded
            }
        }
        if !operations.contains(where: { $0.token == request.context.token && $0.status == .intended }) {
            violation("\(address) begins and its intent is not written")
        }
        if isDone(address) { violation("\(address) had ended and is executed again") }
        let outputs = Dictionary(
            operations.filter { $0.status == .succeeded }.map { operation in
                let name = operation.identity.address.text.dropFirst(SimulatedFlow.name.count + 1)
                return (Address(String(name)), operation.outputs)
            }, uniquingKeysWith: { _, last in last })
        let nodes = flow.nodes(WorkflowState(resources: ResourceState(), outputs: outputs))
        guard let node = nodes.first(where: { $0.address.text == address }) else {
            return violation("\(address) begins and what tells of it is not recorded")
        }
        for other in node.reads + node.needs where !isDone(other.text) {
            violation("\(address) begins before the end of \(other) is recorded")
        }
        if node.inputs != request.inputs { violation("\(address) is given \(request.inputs), not \(node.inputs)") }
    }

    private func violation(_ text: String) { remote.trace.violation(text) }
}

/// The way to the one executor.
struct SimulatedSteps: StepGateway {
    let executor: SimulatedStep

    var services: any HostServices { FakeServices(clock: executor.process.remote.clock) }

    func executor(of kind: String, plugin: String?) throws(CallError) -> any StepExecutor { executor }
}
