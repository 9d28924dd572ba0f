// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Execution
import Planning

/// Executes the steps of a simulated flow on the remote, and sees to what must hold when a step begins.
struct SimulatedStep: StepExecutor {
    let process: SimulatedProcess
    let flow: SimulatedFlow
    let kind: String

    private var remote: SimulatedRemote { process.remote }

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        StepResponse(outputs: try effect(request))
    }

    func advance(_ request: StepRequest) async throws(CallError) -> StepProgress {
        if process.isAlive { check(request) }
        await process.comesToEffect()
        switch request.inputs["workflow"]?.string {
        case let workflow?:
            return try await request.host.perform(
                .run(workflow: workflow, parameters: request.inputs["params"]?.object ?? [:]), for: request)
        case nil where kind == SimulatedFlow.wait.name: return try await wait(request)
        case nil: return .finished(try await execute(request))
        }
    }

    private func effect(_ request: StepRequest) throws(CallError) -> ObjectValue {
        let (token, inputs) = (request.context.token, request.inputs)
        return try remote.effect(
            "execute \(request.context.run) \(request.context.operation)", token, mayBePartial: false, from: process
        ) { [remote] state, _ in
            if let made = state.things.values.first(where: { $0.madeBy == token }) { return .success(made.outputs) }
            state.count += 1
            state.creations[token, default: 0] += 1
            let sum = (inputs["terms"]?.list ?? []).reduce(Int64(7)) { ($0 * 31 + ($1.int ?? 0)) % 10_007 }
            let outputs: ObjectValue = ["value": .int(sum), "made": .string(token.text)]
            state.things["<\(state.count)>"] = SimulatedRemote.Thing(
                id: "<\(state.count)>", madeBy: token, inputs: inputs, outputs: outputs, lastToken: token,
                isWhole: true, shownFrom: remote.clock.now())
            return .success(outputs)
        }
    }

    /// As `Wait` does: the end of a duration is recorded when it begins.
    private func wait(_ request: StepRequest) async throws(CallError) -> StepProgress {
        let signal = request.inputs["signal"]?.string
        let outputs: ObjectValue = ["value": 1, "made": .string(request.context.token.text)]
        if let signal, try await request.host.signal(signal, request.context) != nil {
            remote.trace.note("  \(request.context.operation) got '\(signal)'")
            return .finished(StepResponse(outputs: outputs))
        }
        var end: Timestamp?
        if let seconds = request.inputs["seconds"]?.int {
            if let known = request.handle.flatMap({ Int64($0) }) {
                end = Timestamp(nanoseconds: known)
            } else {
                let first = remote.clock.now().advanced(by: .seconds(seconds))
                try await request.host.record(handle: String(first.nanoseconds), request.context)
                end = first
            }
        }
        if let end, end <= remote.clock.now() {
            remote.trace.note("  \(request.context.operation) waited long enough")
            return .finished(StepResponse(outputs: outputs))
        }
        return .paused(StepPause(until: end, signal: signal, text: "something"))
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
        let address = Address(request.context.operation)
        guard let run = RecordedRun(request.context.run, in: process.disk.content) else {
            return violation("\(address) begins in no run")
        }
        let own = run.operations.lastIndex { $0.token == request.context.token && $0.status == .intended }
        if own == nil { violation("\(address) begins and its intent is not written") }
        let outcome = request.inputs["outcome"]?.string
        let nodes = flow.nodes(
            of: run.record.workflow ?? "", run.record.parameters, run.state(outcome: outcome))
        guard let node = nodes.first(where: { $0.address == address }) else {
            return violation("\(address) begins and what tells of it is not recorded")
        }
        if let done = run.operations[..<(own ?? 0)].lastIndex(where: {
            $0.name == address.text && $0.status == .succeeded
        }), !mayRepeat(node, done, run) {
            violation("\(address) had ended and is executed again")
        }
        if node.inputs != request.inputs {
            let (given, right) = (Value.object(request.inputs).literal, Value.object(node.inputs).literal)
            violation("\(address) is given \(given), not \(right)")
        }
        if node.isUndo { return checkUndoing(node, run) }
        // What is not taken back to the end is told to those for the end of the run.
        for other in node.reads where !run.isDone(other) && !(node.isFinal && run.newest(other)?.status == .undoing) {
            violation("\(address) begins before the end of \(other) is recorded")
        }
        if node.isFinal {
            checkOutcome(outcome, nodes, run)
        } else {
            for other in node.needs where !run.isDone(other) {
                let counting = run.settled(
                    { flow.nodes(of: run.record.workflow ?? "", run.record.parameters, $0) }, outcome: outcome)
                if hasGivenUp(other, nodes, run, counting) { continue }
                violation("\(address) begins before the end of \(other) is recorded")
            }
        }
    }

    /// Whether the run goes on without a step: it may fail, or reads what such a one did not give.
    private func hasGivenUp(
        _ address: Address, _ nodes: [StepNode], _ run: RecordedRun, _ counting: WorkflowState
    ) -> Bool {
        guard let node = nodes.first(where: { $0.address == address }) else { return false }
        if node.onFailure == .continue, run.newest(address)?.status == .failed { return true }
        return node.reads.contains { counting.outputs[$0] == nil && hasGivenUp($0, nodes, run, counting) }
    }

    /// Whether a step that had ended rests on something that came after it.
    private func mayRepeat(_ node: StepNode, _ done: Int, _ run: RecordedRun) -> Bool {
        if node.isFinal {
            // What was told at one end of the run is not what another one is.
            let isOfOtherEnd = run.operations[done...].contains {
                $0.name == node.address.text && $0.inputs["outcome"] != node.inputs["outcome"]
            }
            if isOfOtherEnd || !run.isAfterAllOthers(done) { return true }
        }
        // Something else is taken back by then.
        if node.isUndo {
            let takes = node.inputs["takes"]
            return takes == .null || run.operations[done].inputs["takes"] != takes
        }
        // A part that is being taken back.
        let part = process.disk.content.runs.first { $0.id == run.operations[done].handle }
        if let part, node.kind == SimulatedFlow.run, part.status != .succeeded { return true }
        return node.reads.contains { (run.latest[$0] ?? -1) > done }
    }

    private func checkUndoing(_ node: StepNode, _ run: RecordedRun) {
        for owner in node.reads where run.newest(owner)?.status != .undoing {
            violation("\(node.address) begins and it is not recorded that \(owner) is taken back")
        }
    }

    private func checkOutcome(_ outcome: String?, _ nodes: [StepNode], _ run: RecordedRun) {
        let open = nodes.filter { !$0.isFinal && !$0.isUndo && !run.isDone($0.address) }.map(\.address)
        switch outcome {
        case "succeeded" where !open.isEmpty: violation("the end is said to be good while \(open) are not done")
        case "failed" where open.isEmpty: violation("the end is said to be bad while all is done")
        case "succeeded", "failed", "cancelled": break
        default: violation("the end is \(outcome ?? "unknown")")
        }
    }

    private func violation(_ text: String) { remote.trace.violation(text) }
}

/// The way to the executors.
struct SimulatedSteps: StepGateway {
    let process: SimulatedProcess
    let flow: SimulatedFlow

    var services: any HostServices { FakeServices(clock: process.remote.clock) }

    func executor(of kind: String, plugin: String?) throws(CallError) -> any StepExecutor {
        SimulatedStep(process: process, flow: flow, kind: kind)
    }
}
