// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// What a run knows: the steps that ended and those that may begin.
struct RunState {
    struct Ended: Sendable {
        var status: OperationRecord.Status
        var outputs: ObjectValue
        var failure: Diagnostic?
    }

    private let program: Program
    private let workflow: String
    private let parameters: ObjectValue
    private(set) var workflowState: WorkflowState
    private(set) var ended: [Address: Ended] = [:]
    private(set) var steps: [Address: StepNode] = [:]
    /// Addresses in the order of declaration.
    private(set) var order: [Address] = []
    private var begun: Set<Address> = []
    private var isComplete = false
    /// The steps of which one must end before more can be told.
    private var waitsFor: Set<Address> = []
    private var mayTellMore = true
    private var mustStop = false
    private var newlySkipped: [Address] = []
    /// Steps that may have become ready since the last look.
    private var candidates: Set<Address> = []
    private var dependants: [Address: [Address]] = [:]
    private var position: [Address: Int] = [:]
    private var groups = ConcurrencyGroups()
    /// Steps that failed and wait for the one that stands in for them.
    private var awaiting: [Address: Ended] = [:]
    /// The step that waits, by the one that stands in for it.
    private var ownerOf: [Address: Address] = [:]
    private var underWay = 0
    /// Of the steps that failed for good, in their order; steps that were stopped on request did not fail.
    private(set) var failures: [Diagnostic] = []

    init(program: Program, workflow: String, parameters: ObjectValue, resources: ResourceState) {
        self.program = program
        self.workflow = workflow
        self.parameters = parameters
        workflowState = WorkflowState(resources: resources)
    }

    /// The steps that can begin now, each once, with their inputs evaluated; skipped ones are ended here.
    mutating func takeReady() throws(Diagnostics) -> [StepNode] {
        if mustStop { return [] }
        if !isComplete, mayTellMore { try expand() }
        var ready: [StepNode] = []
        var queue = candidates.sorted()
        candidates = []
        while let address = queue.popLast() {
            guard !begun.contains(address), ended[address] == nil, let known = steps[address] else { continue }
            if known.isStandIn, ownerOf[address] == nil { continue }
            guard (known.reads + known.needs).allSatisfy({ ended[$0] != nil }) else { continue }
            guard known.reads.allSatisfy({ workflowState.outputs[$0] != nil }) else {
                settle(address, Ended(status: .skipped, outputs: [:], failure: nil))
                queue += takeCandidates()
                continue
            }
            let step = try program.evaluation.step(
                address, of: workflow, parameters: parameters, in: workflowState)
            switch step.isWanted {
            case false?:
                settle(address, Ended(status: .skipped, outputs: [:], failure: nil))
                queue += takeCandidates()
                if !isComplete, mayTellMore { try expand() }
            case true?:
                steps[address] = step
                begun.insert(address)
                underWay += 1
                ready.append(step)
            case nil: candidates.insert(address)
            }
        }
        if ready.isEmpty, underWay == 0, try isComplete ? skipUnusedStandIns() : tellMore() { return try takeReady() }
        return ready.sorted { (position[$0.address] ?? 0) < (position[$1.address] ?? 0) }
    }

    /// Those of the ready steps that may begin now, and those held back before whose turn has come; a step that is not
    /// given here is ended without having been under way.
    mutating func admit(_ ready: [StepNode]) -> [StepNode] { mustStop ? [] : groups.admit(ready) }

    private mutating func expand() throws(Diagnostics) {
        let expansion = try program.evaluation.expansion(of: workflow, parameters: parameters, in: workflowState)
        isComplete = expansion.isComplete
        waitsFor = expansion.waitsFor
        mayTellMore = false
        order = expansion.steps.map(\.address)
        for (offset, address) in order.enumerated() { position[address] = offset }
        for step in expansion.steps where steps[step.address] == nil {
            candidates.insert(step.address)
            for other in Set(step.reads + step.needs) { dependants[other, default: []].append(step.address) }
            steps[step.address] = step
        }
    }

    /// Looks once more for steps where nothing is left that could end.
    ///
    /// - Returns: Whether more is known than before.
    private mutating func tellMore() throws(Diagnostics) -> Bool {
        let known = steps.count
        try expand()
        return isComplete || steps.count > known
    }

    /// Takes the end of a step that had begun.
    mutating func end(_ address: Address, _ result: Ended) {
        groups.leave(address)
        underWay -= 1
        guard result.status == .failed, let recovery = steps[address]?.recovery, ended[recovery] == nil,
            ownerOf[recovery] == nil
        else { return settle(address, result) }
        awaiting[address] = result
        ownerOf[recovery] = address
        candidates.insert(recovery)
    }

    /// Takes the end of a step, and of those that it stood in for.
    private mutating func settle(_ address: Address, _ result: Ended) {
        ended[address] = result
        if waitsFor.contains(address) { mayTellMore = true }
        candidates.formUnion(dependants[address] ?? [])
        switch result.status {
        case .succeeded, .reused, .recovered: workflowState.outputs[address] = result.outputs
        case .skipped:
            workflowState.skipped.insert(address)
            newlySkipped.append(address)
        default: workflowState.failed.insert(address)
        }
        if let recovery = steps[address]?.recovery, ownerOf[recovery] == nil, ended[recovery] == nil,
            steps[recovery] != nil
        {
            settle(recovery, Ended(status: .skipped, outputs: [:], failure: nil))
        }
        if let owner = ownerOf[address], let failed = awaiting.removeValue(forKey: owner) {
            settle(owner, after: address, result, failed)
        } else if result.status == .failed || result.status == .cancelled, ownerOf[address] == nil,
            steps[address]?.onFailure != .continue
        {
            mustStop = true
        }
        if result.status == .failed, let failure = result.failure { failures.append(failure) }
    }

    /// Ends a step that had failed by what became of the one that stood in for it.
    private mutating func settle(_ owner: Address, after recovery: Address, _ result: Ended, _ failed: Ended) {
        switch result.status {
        case .succeeded, .reused, .recovered:
            let outputs = steps[owner].map { owner in
                steps[recovery].map { owner.outputs($0, result.outputs) } ?? [:]
            }
            settle(owner, Ended(status: .recovered, outputs: outputs ?? [:], failure: nil))
        case .cancelled:
            // Whether it can be stood in for is open: the run goes on with that.
            settle(owner, Ended(status: .cancelled, outputs: [:], failure: failed.failure))
        default: settle(owner, failed)
        }
    }

    private mutating func takeCandidates() -> Set<Address> {
        defer { candidates = [] }
        return candidates
    }

    /// Ends the steps that nobody can need any more to stand in.
    ///
    /// - Returns: Whether there were any.
    private mutating func skipUnusedStandIns() -> Bool {
        let unused = left.filter { steps[$0]?.isStandIn == true && ownerOf[$0] == nil }
        for address in unused where ended[address] == nil {
            settle(address, Ended(status: .skipped, outputs: [:], failure: nil))
        }
        return !unused.isEmpty
    }

    /// Failures of steps that nothing stood in for any more because the run ended.
    var openFailures: [Diagnostic] { order.compactMap { awaiting[$0]?.failure } }

    /// How a step ended, as far as it did.
    func status(of address: Address) -> OperationRecord.Status? {
        ended[address]?.status ?? awaiting[address]?.status
    }

    /// The steps that were skipped since they were asked for last.
    mutating func takeSkipped() -> [StepNode] {
        defer { newlySkipped = [] }
        return newlySkipped.compactMap { steps[$0] }
    }

    /// Steps that were neither begun nor skipped.
    var left: [Address] { order.filter { ended[$0] == nil } }

    /// True where every step ended; false while something is left that was not kept from starting.
    var isDone: Bool { isComplete && left.isEmpty }

    /// Why nothing can begin although nothing failed.
    func circle(of workflow: String) -> Diagnostic {
        let help = ["take one of the references or `@needs` between them out"]
        guard !left.isEmpty else {
            return Diagnostic(
                .stepsStuck, "a loop or condition of \(workflow) waits for a step that waits for it",
                labels: program.workflow(workflow).map { [DiagnosticLabel($0.place)] } ?? [], help: help)
        }
        var places: Set<SourcePlace> = []
        let labels = left.compactMap { steps[$0]?.place }.filter { places.insert($0).inserted }
        return Diagnostic(
            .stepsStuck, "these steps wait for one another: \(left.map(\.text).joined(separator: ", "))",
            labels: labels.prefix(3).map { DiagnosticLabel($0, "waits") }, help: help)
    }

    /// The workflow's outputs; only once every step has ended well enough to give them.
    func outputs() throws(Diagnostics) -> ObjectValue {
        try program.evaluation.outputs(of: workflow, parameters: parameters, in: workflowState)
    }
}
