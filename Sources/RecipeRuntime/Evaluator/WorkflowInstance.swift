// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// One workflow with the parameters of a run and what is known of its steps; made for one question and thrown away.
final class WorkflowInstance {
    let code: WorkflowCode
    let scope: ScopeInstance
    let state: WorkflowState
    private let known: KnownSteps
    private var expansions: [Int: Expansion] = [:]
    /// Set when something was looked at that waits for steps to end.
    var hasMetWaiting = false
    /// The steps for whose end loops, conditions and keys wait.
    private(set) var waitsFor: Set<Address> = []
    /// What loops, conditions and keys depend on that no step will tell.
    private(set) var openOrigins: [String] = []

    struct Step {
        let address: Address
        let index: Int
        let key: String?
        let scope: ScopeInstance
        /// Stands in `finally`.
        let isFinal: Bool
    }

    /// True while steps of `finally` are expanded.
    private var isFinal = false

    private enum Expansion {
        case open
        case done([Step], isComplete: Bool)
    }

    init(_ code: WorkflowCode, around module: ModuleInstance, parameters: ObjectValue, state: WorkflowState) {
        self.code = code
        self.state = state
        known = state.memory.value(where: { $0.fits(code, module, parameters) }) {
            KnownSteps(code, around: module, parameters: parameters)
        }
        scope = known.scope
    }

    /// The steps of a declaration that are known, and whether these are all.
    func steps(
        of declaration: Int, _ session: EvaluationSession
    ) throws(EvaluationError) -> (steps: [Step], isComplete: Bool) {
        let position = code.statementOfStep[declaration]
        if let steps = known.steps(of: declaration, at: position) { return (steps, true) }
        let (all, isComplete) = try expand(position, session)
        if !isComplete { hasMetWaiting = true }
        return (all.filter { $0.index == declaration }, isComplete)
    }

    /// A step of a declaration; nil where it is not known.
    func step(
        _ address: Address, of declaration: Int, _ session: EvaluationSession
    ) throws(EvaluationError) -> Step? {
        let position = code.statementOfStep[declaration]
        if known.isKnown(position) { return known.step(address, at: position) }
        let (steps, isComplete) = try steps(of: declaration, session)
        return isComplete && known.isKnown(position)
            ? known.step(address, at: position) : steps.first { $0.address == address }
    }

    /// The steps of a statement that are known, and whether these are all.
    func expand(_ position: Int, _ session: EvaluationSession) throws(EvaluationError) -> (
        steps: [Step], isComplete: Bool
    ) {
        if let steps = known.steps(at: position) { return (steps, true) }
        switch expansions[position] {
        case .done(let steps, let isComplete): return (steps, isComplete)
        case .open:
            throw session.failure(
                .needsItself, "which steps there are depends on themselves", at: code.range, in: scope)
        case nil: break
        }
        expansions[position] = .open
        var steps: [Step] = []
        var seen: Set<Address> = []
        let isComplete: Bool
        do throws(EvaluationError) {
            (isComplete, _) = try session.recording { () throws(EvaluationError) in
                try session.inFrame { () throws(EvaluationError) in
                    try expand(code.statements[position], scope, &steps, &seen, session)
                }
            }
        } catch {
            // Whoever asks again is told the same.
            expansions[position] = nil
            throw error
        }
        expansions[position] = .done(steps, isComplete: isComplete)
        if isComplete, !isOpen(code.statements[position]) { known.take(steps, at: position) }
        return (steps, isComplete)
    }

    /// The end of the run decides what there is in its `finally`.
    private func isOpen(_ statement: StatementCode) -> Bool {
        if case .finally = statement { state.outcome == nil } else { false }
    }

    private func expand(
        _ statement: StatementCode, _ scope: ScopeInstance, _ steps: inout [Step], _ seen: inout Set<Address>,
        _ session: EvaluationSession
    ) throws(EvaluationError) -> Bool {
        switch statement {
        case .resource, .importModule, .rule: return true
        case .step(let index): return try add(index, scope, &steps, &seen, session)
        case .forLoop(let loop):
            guard let items = try decided(loop.collection, scope, session) else { return false }
            guard case .list(let list) = items else {
                if items.isNull { return true }
                throw session.failure(
                    .wrongValue, "a loop goes through a list, and this is \(items.phrase)", at: loop.range, in: scope)
            }
            var isComplete = true
            for (position, item) in list.enumerated() {
                let turn = ScopeInstance(
                    loop.scope, parent: scope, module: scope.module,
                    slots: loop.slots(position, item, Reads(), scope))
                for statement in loop.statements where try !expand(statement, turn, &steps, &seen, session) {
                    isComplete = false
                }
            }
            return isComplete
        case .ifElse(let branches):
            for branch in branches {
                if let condition = branch.condition {
                    guard let value = try decided(condition, scope, session) else { return false }
                    if value.isNull { return true }
                    guard try session.truth(value, branch.range, scope) else { continue }
                }
                let block = ScopeInstance(branch.scope, parent: scope, module: scope.module)
                var isComplete = true
                for statement in branch.statements where try !expand(statement, block, &steps, &seen, session) {
                    isComplete = false
                }
                return isComplete
            }
            return true
        case .finally(let branch):
            let outcome = state.outcome.map { Value.string($0) } ?? .unknown(UnknownValue(origin: "the run's end"))
            let block = ScopeInstance(
                branch.scope, parent: scope, module: scope.module,
                slots: branch.scope.slots.enumerated().map { $0.offset == 0 ? .settled(outcome, Reads()) : .own })
            isFinal = true
            defer { isFinal = false }
            var isComplete = true
            for statement in branch.statements where try !expand(statement, block, &steps, &seen, session) {
                isComplete = false
            }
            // What only the end of the run decides is open until then, and keeps nothing else from ending.
            return isComplete || state.outcome == nil
        }
    }

    /// What a loop or condition looks at; nil while it waits, null where it waits for a step that was skipped.
    private func decided(
        _ code: Code, _ scope: ScopeInstance, _ session: EvaluationSession
    ) throws(EvaluationError) -> Value? {
        let (value, found) = try session.recording { () throws(EvaluationError) in try session.evaluate(code, in: scope)
        }
        guard value.isUnknown else { return value }
        let isLost = found.steps.contains { state.skipped.contains($0) || state.failed.contains($0) }
        if isLost { return .null }
        if found.steps.isEmpty, found.ended.isEmpty, let unknown = value.firstUnknown {
            openOrigins.append(unknown.origin)
        }
        waitsFor.formUnion(found.steps)
        waitsFor.formUnion(found.ended)
        return nil
    }

    private func add(
        _ index: Int, _ scope: ScopeInstance, _ steps: inout [Step], _ seen: inout Set<Address>,
        _ session: EvaluationSession
    ) throws(EvaluationError) -> Bool {
        let step = code.steps[index]
        var key: String?
        if let code = step.key {
            guard let value = try decided(code, scope, session) else { return false }
            if value.isNull { return true }
            let text = try session.key(value, step.nameRange, scope)
            if text.isEmpty {
                throw session.failure(.badKey, "the key of '\(step.name)' is empty", at: step.nameRange, in: scope)
            }
            key = text
        }
        let address = step.address(key)
        guard seen.insert(address).inserted else {
            throw session.failure(.badKey, "the key of \(address) comes twice", at: step.nameRange, in: scope)
        }
        steps.append(Step(address: address, index: index, key: key, scope: scope, isFinal: isFinal))
        return true
    }
}

extension LoopCode {
    /// The slots of one turn.
    ///
    /// - Parameter found: What the collection was read from.
    func slots(_ position: Int, _ item: Value, _ found: Reads, _ scope: ScopeInstance) -> [ScopeInstance.Slot] {
        var slots = [ScopeInstance.Slot](repeating: .own, count: self.scope.slots.count)
        if case .list(let codes) = collection, codes.indices.contains(position) {
            slots[0] = .given(FieldCode(code: codes[position], range: range, keyRange: range), scope)
        } else if item.containsUnknown {
            slots[0] = .item(self, scope, position: position)
        } else {
            slots[0] = .settled(item, found)
        }
        return slots
    }
}

extension EvaluationSession {
    /// A step as something of which outputs are read, null where an `if` left it out, an object where steps have keys.
    func stepValue(_ index: Int, _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        guard let workflow else { return .null }
        let (steps, isComplete) = try workflow.steps(of: index, self)
        if workflow.code.steps[index].key == nil {
            if let step = steps.first { return step.value }
            return isComplete ? .null : .unknown(UnknownValue(origin: workflow.code.steps[index].name))
        }
        var object = ObjectValue()
        for step in steps { object[step.key ?? ""] = step.value }
        return .object(object)
    }

    /// An output of a step; nil where it has none of the name.
    func stepOutput(_ name: String, of address: Address, isOptional: Bool) -> Value? {
        guard let workflow else { return nil }
        let isGone = workflow.state.skipped.contains(address) || workflow.state.failed.contains(address)
        if isOptional { reads.ended.insert(address) } else { reads.steps.insert(address) }
        if let outputs = workflow.state.outputs[address] { return outputs[name] ?? .null }
        if isGone, isOptional { return .null }
        return .unknown(UnknownValue(origin: "\(address).\(name)"))
    }
}

extension WorkflowInstance.Step {
    static let type = "Step"

    /// Stands for the step inside of evaluation; it is no value that could leave it.
    var value: Value { .reference(Reference(type: Self.type, resource: nil, name: address.text)) }
}
