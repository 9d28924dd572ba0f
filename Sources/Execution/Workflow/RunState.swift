// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// What a run knows: the steps that ended and those that may begin.
///
/// A run goes through three stages: its steps; where one has failed, the steps that take back what was done; and those
/// of `finally`.
struct RunState {
    struct Ended: Sendable {
        var status: OperationRecord.Status
        var outputs: ObjectValue
        var failure: Diagnostic?
        /// Of the operation that did it; nil where none was begun.
        var token: OperationToken?
        /// When it ended in an earlier process; nil where it ended in this one.
        var before: PastOperations.End?
        /// True where nobody knows whether it happened, and it is taken back all the same.
        var isCutOff = false
    }

    enum Stage: Int, Comparable {
        case steps, undoing, finally, over

        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    let program: Program
    let workflow: String
    let parameters: ObjectValue
    /// What earlier processes did in the run.
    var past: PastOperations
    /// True: no step begins but those that take others back, and those of `finally`.
    let isTakingBack: Bool
    var stage = Stage.steps
    var workflowState: WorkflowState
    var ended: [Address: Ended] = [:]
    var steps: [Address: KnownStep] = [:]
    /// Addresses in the order of declaration.
    private(set) var order: [Address] = []
    var begun: Set<Address> = []
    /// Begun, and admitted to be executed.
    private(set) var inFlight: Set<Address> = []
    private(set) var isComplete = false
    /// The steps of which one must end before more can be told.
    private var waitsFor: Set<Address> = []
    /// What loops and conditions depend on that no step will tell.
    private(set) var openOrigins: [String] = []
    /// What `@when` depends on of steps that nothing else keeps from beginning.
    var openConditions: [Address: String] = [:]
    private var mayTellMore = true
    private var hasFinally = false
    /// No further step begins: one has failed, or was stopped.
    private(set) var mustStop = false
    var newlySkipped: [Address] = []
    /// Before `finally` comes what other workflows did as parts of the run; true once that is taken back, or there is none.
    var hasTakenBackParts = false
    /// True once the run has begun to take back what it did.
    private(set) var hasTakenBack = false
    var insideTakenBack: [Address] = []
    /// Steps that may have become ready since the last look.
    var candidates: Set<Address> = []
    private var dependants: [Address: [Address]] = [:]
    private var position: [Address: Int] = [:]
    private var admissions = AdmissionQueue()
    /// Steps that failed and wait for the one that stands in for them.
    private(set) var awaiting: [Address: Ended] = [:]
    /// The step that waits, by the one that stands in for it.
    private(set) var ownerOf: [Address: Address] = [:]
    /// Steps that were executed and can be taken back, the newest last.
    var undoable: [Address] = []
    /// The step that is taken back, by the one that does so.
    var takenBackBy: [Address: Address] = [:]
    /// Steps that take others back and were cut off in an earlier process: they end before anything else of theirs begins.
    var cutOff: Set<Address> = []
    /// False where one of those could not: nothing that is older is taken back.
    var mayTakeBack = true
    /// True where such ones are still to be looked for.
    var mayHaveCutOff = false
    /// Steps that wait for a time or a signal; not under way.
    var paused: [Address: Paused] = [:]
    /// Begun, and neither ended nor paused.
    var underWay = 0
    /// Of the steps that failed for good, in their order; steps that were stopped on request did not fail.
    private(set) var failures: [Diagnostic] = []

    /// - Parameter isTakingBack: True to take back what was done and to go on with nothing.
    init(
        program: Program, workflow: String, parameters: ObjectValue, resources: ResourceState, past: PastOperations,
        isTakingBack: Bool = false
    ) {
        self.program = program
        self.workflow = workflow
        self.parameters = parameters
        self.past = past
        self.isTakingBack = isTakingBack
        workflowState = WorkflowState(resources: resources)
    }

    // MARK: What may begin

    /// The steps that can begin now, each once, with their inputs evaluated; skipped ones are ended here, and so are
    /// those that an earlier process finished.
    mutating func takeReady() throws(Diagnostics) -> [KnownStep] {
        while stage < .over {
            let ready =
                switch stage {
                case .steps: try takeSteps()
                case .undoing: takeUndoing()
                default: try takeFinal()
                }
            if !ready.isEmpty { return ready }
            guard isStageOver else { return [] }
            if stage == .undoing, !hasTakenBackParts { return [] }
            try leaveStage()
        }
        return []
    }

    private mutating func takeSteps() throws(Diagnostics) -> [KnownStep] {
        if mustStop { return [] }
        if !isComplete, mayTellMore { try expand() }
        var ready = takeCutOff() + (try takeEvaluated { !$0.isFinal && !$0.isUndo })
        // What has ended may tell of more of them.
        if mayHaveCutOff { ready += takeCutOff() }
        if ready.isEmpty, underWay == 0, paused.isEmpty, try isComplete ? skipUnusedStandIns() : tellMore() {
            return try takeSteps()
        }
        return ready
    }

    private mutating func takeFinal() throws(Diagnostics) -> [KnownStep] {
        let ready = try takeEvaluated { $0.isFinal }
        if ready.isEmpty, underWay == 0, skipUnusedStandIns() { return try takeFinal() }
        return ready
    }

    /// Those of the candidates that may begin.
    private mutating func takeEvaluated(_ isOfStage: (StepNode) -> Bool) throws(Diagnostics) -> [KnownStep] {
        var ready: [KnownStep] = []
        var queue = try takeCandidates()
        while let address = queue.popLast() {
            guard !begun.contains(address), ended[address] == nil, let known = steps[address]?.node, isOfStage(known)
            else { continue }
            if known.isStandIn, ownerOf[address] == nil { continue }
            if isCutOff(known) { continue }
            guard (known.reads + known.needs).allSatisfy({ hasEnded($0) }) else { continue }
            guard known.reads.allSatisfy({ workflowState.outputs[$0] != nil }) else {
                settle(address, Ended(status: .skipped, outputs: [:], failure: nil))
                queue += try takeCandidates()
                continue
            }
            let step = try evaluated(address)
            switch step.isWanted {
            case false?:
                settle(address, Ended(status: .skipped, outputs: [:], failure: nil))
                queue += try takeCandidates()
            case true?:
                let told = KnownStep(step)
                steps[address] = told
                if let operation = past.known(step, owner: ownerOf[address], isTakingBack: isTakingBack) {
                    begun.insert(address)
                    underWay += 1
                    end(
                        address,
                        Ended(
                            status: operation.status, outputs: operation.outputs,
                            failure: operation.failure?.diagnostic(at: step.place), token: operation.token,
                            before: past.end(of: address), isCutOff: operation.isCutOff))
                    queue += try takeCandidates()
                } else if !isTakingBack || stage == .finally || past.cutOff(step) != nil {
                    begun.insert(address)
                    underWay += 1
                    ready.append(told)
                }
            case nil: leaveOpen(step)
            }
        }
        return ready.sorted { (position[$0.node.address] ?? 0) < (position[$1.node.address] ?? 0) }
    }

    func evaluated(_ address: Address) throws(Diagnostics) -> StepNode {
        try program.evaluation.step(address, of: workflow, parameters: parameters, in: workflowState)
    }

    /// Whether nothing of a step is waited for any more: it has ended, or it never will.
    private func hasEnded(_ address: Address) -> Bool {
        ended[address] != nil || stage == .finally && steps[address]?.node.isFinal != true
    }

    /// Those of the ready steps that begin now, and those held back before whose turn has come.
    ///
    /// - Parameter limit: How many are under way at once.
    mutating func admit(_ ready: [KnownStep], limit: Int, now: Timestamp) -> [Admitted] {
        admissions.add(ready)
        if stage == .steps, mustStop { return [] }
        return admissions.take(max(0, limit - inFlight.count), now: now).map { known in
            let step = known.node
            inFlight.insert(step.address)
            let (attempts, interrupted) = past.begins(step, owner: ownerOf[step.address])
            return Admitted(
                known: known, attemptsBefore: attempts, interrupted: interrupted,
                isAskedOnly: isTakingBack && stage == .steps,
                earlierHandle: past.handle(of: step.address))
        }
    }

    mutating func expand() throws(Diagnostics) {
        let expansion = try program.evaluation.expansion(of: workflow, parameters: parameters, in: workflowState)
        isComplete = expansion.isComplete
        waitsFor = expansion.waitsFor
        openOrigins = expansion.openOrigins
        hasFinally = expansion.hasFinally
        mayTellMore = false
        order = expansion.steps.map(\.address)
        for (offset, address) in order.enumerated() { position[address] = offset }
        mayHaveCutOff = !past.isEmpty
        for step in expansion.steps where steps[step.address] == nil {
            candidates.insert(step.address)
            for other in Set(step.reads + step.needs) { dependants[other, default: []].append(step.address) }
            steps[step.address] = KnownStep(step)
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

    // MARK: Stages

    private var isStageOver: Bool {
        switch stage {
        case .steps: mustStop || isTakingBack ? inFlight.isEmpty : underWay == 0 && hasNothingLeft
        case .undoing: underWay == 0 && undoable.isEmpty
        default: underWay == 0
        }
    }

    /// Goes on to what comes after the present stage.
    mutating func leaveStage() throws(Diagnostics) {
        switch stage {
        case .steps where isTakingBack || hasFailed:
            stage = .undoing
            hasTakenBack = true
            collectUndoable()
            // What was begun and held back is not executed any more.
            underWay = 0
            admissions = AdmissionQueue()
            paused = [:]
        case .steps where mustStop: stage = .over
        case .steps:
            skipUndoings()
            try enterFinally(failures.isEmpty ? "succeeded" : "failed")
        case .undoing: try enterFinally(isTakingBack && failures.isEmpty ? "cancelled" : "failed")
        default: stage = .over
        }
    }

    /// A step has failed for good, and the run stops because of it.
    private var hasFailed: Bool { mustStop && !failures.isEmpty || hasProblem }

    /// True where the steps cannot be told any more.
    private(set) var hasProblem = false

    /// Ends the present stage because of what cannot be evaluated.
    mutating func giveUp() {
        switch stage {
        case .steps:
            mustStop = true
            hasProblem = true
        case .undoing: undoable = []
        default: stage = .over
        }
    }

    private mutating func enterFinally(_ outcome: String) throws(Diagnostics) {
        stage = .finally
        past.enterFinally { steps[$0].map { !$0.node.isFinal } ?? false }
        workflowState.outcome = outcome
        for address in order where ended[address] == nil && steps[address]?.node.isFinal == false {
            workflowState.failed.insert(address)
        }
        let known = isComplete
        if known, !hasFinally { return }
        try expand()
        isComplete = isComplete || known
        candidates.formUnion(order.filter { steps[$0]?.node.isFinal == true })
    }

    // MARK: Ends

    /// Takes the end of a step that had begun.
    mutating func end(_ address: Address, _ result: Ended) {
        _ = leave(address)
        if cutOff.contains(address) { return endCutOff(address, result) }
        if takenBackBy[address] != nil { return endUndoing(address, result) }
        guard result.status == .failed, let recovery = steps[address]?.node.recovery, ended[recovery] == nil,
            ownerOf[recovery] == nil
        else { return settle(address, result) }
        awaiting[address] = result
        ownerOf[recovery] = address
        candidates.insert(recovery)
    }

    /// A step that had begun is not under way any more.
    mutating func leave(_ address: Address) -> KnownStep? {
        admissions.leave(address)
        inFlight.remove(address)
        underWay -= 1
        return steps[address]
    }

    mutating func comeBack(_ address: Address) {
        inFlight.insert(address)
        underWay += 1
    }

    func nextTurn(_ now: Timestamp) -> Timestamp? { mustStop && stage == .steps ? nil : admissions.nextTurn(now) }

    /// Takes the end of a step, and of those that it stood in for.
    mutating func settle(_ address: Address, _ result: Ended) {
        ended[address] = result
        if waitsFor.contains(address) { mayTellMore = true }
        candidates.formUnion(dependants[address] ?? [])
        switch result.status {
        case .undoing where result.isCutOff: workflowState.failed.insert(address)
        case .succeeded, .reused, .recovered, .undoing: workflowState.outputs[address] = result.outputs
        case .skipped:
            workflowState.skipped.insert(address)
            newlySkipped.append(address)
        default: workflowState.failed.insert(address)
        }
        let isInDoubt = result.failure?.code == .cannotTell
        if result.status == .succeeded || result.status == .undoing || isInDoubt, steps[address]?.node.undo != nil {
            undoable.append(address)
            if isInDoubt { ended[address]?.isCutOff = true }
        }
        if let recovery = steps[address]?.node.recovery, ownerOf[recovery] == nil, ended[recovery] == nil,
            steps[recovery] != nil
        {
            settle(recovery, Ended(status: .skipped, outputs: [:], failure: nil))
        }
        if let owner = ownerOf[address], let failed = awaiting.removeValue(forKey: owner) {
            settle(owner, after: address, result, failed)
        } else if result.status == .failed || result.status == .cancelled, ownerOf[address] == nil,
            steps[address]?.node.onFailure != .continue, stage == .steps
        {
            mustStop = true
        }
        if result.status == .failed, let failure = result.failure { failures.append(failure) }
    }

    /// Ends a step that had failed by what became of the one that stood in for it.
    private mutating func settle(_ owner: Address, after recovery: Address, _ result: Ended, _ failed: Ended) {
        switch result.status {
        case .succeeded, .reused, .recovered, .undoing:
            let outputs = steps[owner].map { owner in
                steps[recovery].map { owner.node.outputs($0.node, result.outputs) } ?? [:]
            }
            settle(owner, Ended(status: .recovered, outputs: outputs ?? [:], failure: nil))
        case .cancelled:
            // Whether it can be stood in for is open: the run goes on with that.
            settle(owner, Ended(status: .cancelled, outputs: [:], failure: failed.failure))
        default: settle(owner, failed)
        }
    }

    mutating func fails(_ failure: Diagnostic) { failures.append(failure) }

    /// With those that only what has ended tells of.
    private mutating func takeCandidates() throws(Diagnostics) -> [Address] {
        if !isComplete, mayTellMore { try expand() }
        defer { candidates = [] }
        return candidates.sorted()
    }

    /// Ends the steps that nobody can need any more to stand in.
    ///
    /// - Returns: Whether there were any.
    private mutating func skipUnusedStandIns() -> Bool {
        let unused = left.filter { address in
            guard let step = steps[address]?.node else { return false }
            return step.isStandIn && step.isFinal == (stage == .finally) && ownerOf[address] == nil
        }
        for address in unused where ended[address] == nil {
            settle(address, Ended(status: .skipped, outputs: [:], failure: nil))
        }
        return !unused.isEmpty
    }
}
