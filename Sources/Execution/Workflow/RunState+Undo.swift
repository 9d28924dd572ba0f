// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Taking back what a run did, by the steps that `@undo` names: the newest first, one at a time.
extension RunState {
    /// The step that takes back the newest one that was done; none while one is under way, and once all is taken back.
    mutating func takeUndoing() -> [StepNode] {
        while underWay == 0, let owner = undoable.popLast() {
            guard let undo = steps[owner]?.undo, let token = ended[owner]?.token else { continue }
            do throws(Diagnostics) {
                var step = try evaluated(undo)
                if step.isWanted == false {
                    settle(undo, Ended(status: .skipped, outputs: [:], failure: nil))
                    continue
                }
                if let open = step.reads.first(where: { workflowState.outputs[$0] == nil }) {
                    throw Diagnostics([notTakenBack(owner, because: "\(undo) reads \(open), which gave nothing", step)])
                }
                step.takesBack = token
                steps[undo] = step
                begun.insert(undo)
                takenBackBy[undo] = owner
                underWay += 1
                return [step]
            } catch {
                for problem in error.all { fails(problem) }
                // What was done before may only be taken back after this.
                undoable = []
            }
        }
        return []
    }

    /// Takes that the parts of these steps were taken back, and what went wrong with others.
    mutating func takeBackParts(_ steps: [Address], _ problems: [Diagnostic]) {
        hasTakenBackParts = true
        for problem in problems { fails(problem) }
        for step in steps {
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

    /// Steps that an earlier process had begun to take back: that is finished before they are done again.
    mutating func takeCutOff() -> [StepNode] {
        if isTakingBack || !mayHaveCutOff { return [] }
        mayHaveCutOff = false
        var found: [StepNode] = []
        for address in order {
            guard let owner = steps[address], let undo = owner.undo, var step = steps[undo], !begun.contains(undo),
                let token = past.beingTakenBack(address), past.interrupted(undo) != nil
            else { continue }
            step.takesBack = token
            begun.insert(undo)
            cutOff.insert(undo)
            underWay += 1
            found.append(step)
        }
        return found
    }

    mutating func endCutOff(_ undo: Address, _ result: Ended) {
        cutOff.remove(undo)
        begun.remove(undo)
        if result.status == .succeeded {
            for address in order where steps[address]?.undo == undo { candidates.insert(address) }
        } else {
            settle(undo, result)
        }
    }

    /// Ends the steps that have nothing to take back.
    mutating func skipUndoings() {
        for address in order where ended[address] == nil && steps[address]?.isUndo == true {
            settle(address, Ended(status: .skipped, outputs: [:], failure: nil))
        }
    }

    /// Steps that were done and would still have to be taken back.
    var notTakenBack: [Address] {
        guard stage != .steps else { return [] }
        return order.filter { address in
            guard steps[address]?.undo != nil, let status = ended[address]?.status else { return false }
            return status == .succeeded || status == .undoing
        }
    }

    private func notTakenBack(_ owner: Address, because reason: String, _ step: StepNode) -> Diagnostic {
        Diagnostic(
            .notTakenBack, "\(owner) was not taken back: \(reason)", labels: [DiagnosticLabel(step.place)],
            help: ["take it back by hand"])
    }
}
