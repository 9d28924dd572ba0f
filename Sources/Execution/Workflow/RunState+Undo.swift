// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Taking back what a run did, by the steps that `@undo` names: the newest first, one at a time.
extension RunState {
    /// The step that takes back the newest one that was done; none while one is under way, and once all is taken back.
    mutating func takeUndoing() -> [KnownStep] {
        while underWay == 0, let owner = undoable.popLast() {
            guard let undo = steps[owner]?.node.undo, let token = ended[owner]?.token else { continue }
            do throws(Diagnostics) {
                var step = try evaluated(undo)
                if step.isWanted == false {
                    settle(undo, Ended(status: .skipped, outputs: [:], failure: nil))
                    continue
                }
                if let open = step.reads.first(where: { workflowState.outputs[$0] == nil }) {
                    let isInDoubt = ended[open]?.isCutOff == true
                    let reason =
                        isInDoubt
                        ? "it was cut off, so that nobody knows whether it happened, and \(undo) reads what it would have given"
                        : "\(undo) reads \(open), which gave nothing"
                    let problem = notTakenBack(owner, because: reason, step)
                    guard open == owner, isInDoubt else { throw Diagnostics([problem]) }
                    // What came before it is known, and stands beside what may never have been.
                    fails(problem)
                    continue
                }
                step.takesBack = token
                let known = KnownStep(step)
                steps[undo] = known
                begun.insert(undo)
                takenBackBy[undo] = owner
                underWay += 1
                return [known]
            } catch {
                for problem in error.all { fails(problem) }
                // What was done before may only be taken back after this.
                undoable = []
            }
        }
        return []
    }

    /// Takes the ends of steps that an earlier process did and to which this one did not come: what rests on nothing that
    /// came anew is known, and all of them are to be taken back.
    private mutating func takeUnvisited() {
        var left = order.filter { ended[$0] == nil && !begun.contains($0) && past.done($0) != nil }
        while true {
            let count = left.count
            left = left.filter { address in
                guard let step = steps[address]?.node, let operation = past.done(address) else { return false }
                let counts =
                    step.reads.allSatisfy { workflowState.outputs[$0] != nil }
                    && past.known(step, owner: nil, isTakingBack: isTakingBack) != nil
                guard isTakingBack || step.undo != nil || counts, !step.isFinal, !step.isUndo else { return true }
                settle(
                    address,
                    Ended(
                        status: operation.status, outputs: operation.outputs, token: operation.token,
                        before: past.end(of: address), isCutOff: operation.isCutOff))
                return false
            }
            if left.count == count { return }
        }
    }

    /// Finds what is to be taken back: what earlier processes did first, in the order in which it ended.
    mutating func collectUndoable() {
        takeUnvisited()
        if !mayTakeBack { return undoable = [] }
        let ends = undoable.enumerated().map { offset, address in
            (address: address, before: ended[address]?.before, offset: offset)
        }
        undoable = ends.sorted { left, right in
            switch (left.before, right.before) {
            case (let first?, let second?): first < second
            case (_?, nil): true
            case (nil, _?): false
            default: left.offset < right.offset
            }
        }.map(\.address)
    }

    /// Takes what became of the parts.
    mutating func take(_ parts: WorkflowRunner.PartsTakenBack) {
        hasTakenBackParts = true
        insideTakenBack = parts.inside
        for problem in parts.failures { fails(problem) }
        for step in parts.steps {
            ended[step]?.status = .undone
            workflowState.outputs[step] = nil
            workflowState.failed.insert(step)
        }
    }

    /// Takes the end of a step that takes another one back.
    mutating func endUndoing(_ undo: Address, _ result: Ended) {
        guard let owner = takenBackBy[undo] else { return }
        settle(undo, result)
        switch result.status {
        case .succeeded:
            ended[owner]?.status = .undone
            workflowState.outputs[owner] = nil
            workflowState.failed.insert(owner)
        default:
            ended[owner]?.status = .undoing
            undoable = []
        }
    }

    /// Whether an earlier process was cut off while it took a step back.
    func isCutOff(_ step: StepNode) -> Bool {
        guard stage == .steps, !isTakingBack, let undo = step.undo else { return false }
        return cutOff.contains(undo)
            || !begun.contains(undo) && past.beingTakenBack(step.address) != nil && past.interrupted(undo) != nil
    }

    /// Steps that an earlier process had begun to take back: that is finished before they are done again.
    mutating func takeCutOff() -> [KnownStep] {
        if isTakingBack || !mayHaveCutOff { return [] }
        mayHaveCutOff = false
        var found: [KnownStep] = []
        for address in order {
            guard let owner = steps[address]?.node, isCutOff(owner), let undo = owner.undo,
                var step = steps[undo]?.node,
                !begun.contains(undo), let token = past.beingTakenBack(address)
            else { continue }
            step.takesBack = token
            begun.insert(undo)
            cutOff.insert(undo)
            underWay += 1
            found.append(KnownStep(step))
        }
        return found
    }

    mutating func endCutOff(_ undo: Address, _ result: Ended) {
        cutOff.remove(undo)
        begun.remove(undo)
        if result.status == .succeeded {
            for address in order where steps[address]?.node.undo == undo { candidates.insert(address) }
        } else {
            settle(undo, result)
            // What is older is left alone.
            mayTakeBack = false
        }
    }

    /// Ends the steps that have nothing to take back.
    mutating func skipUndoings() {
        for address in order where ended[address] == nil && steps[address]?.node.isUndo == true {
            settle(address, Ended(status: .skipped, outputs: [:], failure: nil))
        }
    }

    /// Steps that were done and would still have to be taken back.
    var notTakenBack: [Address] {
        guard hasTakenBack else { return [] }
        return order.filter { address in
            guard steps[address]?.node.undo != nil else { return false }
            guard let status = ended[address]?.status else { return past.beingTakenBack(address) != nil }
            return status == .succeeded || status == .undoing
                || ended[address]?.isCutOff == true && status != .undone
        }
    }

    private func notTakenBack(_ owner: Address, because reason: String, _ step: StepNode) -> Diagnostic {
        Diagnostic(
            .notTakenBack, "\(owner) was not taken back: \(reason)", labels: [DiagnosticLabel(step.place)],
            help: ["take it back by hand"])
    }
}
