// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension EvaluationSession {
    /// The rules of a native resource's kind that its inputs break, and those that they do not decide yet.
    ///
    /// - Parameter positions: The rules to decide.
    func problems(
        of instance: ResourceInstance, _ positions: [Int], _ inputs: ObjectValue
    ) -> (broken: [Diagnostic], open: [Int]) {
        let contract = instance.code.contract
        let rules = library.compiledRules(of: contract)
        let values = contract.fields.map { inputs[$0.name] ?? .null }
        var broken: [Diagnostic] = []
        var open: [Int] = []
        for (position, verdict) in verdicts(rules, positions, on: values) {
            switch verdict {
            case .holds: continue
            case .open: open.append(position)
            case .broken(let message):
                let field = rules.rules[position].schema.field
                let (range, scope) = instance.origin(of: contract.fieldIndex[field])
                let isInside = instance.home.owner != nil
                broken.append(
                    rules.diagnostic(
                        position, message, at: scope.code.source.place(range),
                        notes: isInside ? ["it is `\(field)` of \(instance.address), a \(contract.name)"] : []))
            }
        }
        return (broken, open)
    }
}

extension ResourceInstance {
    /// Where the value of a field was written: for the children of a mapping in the declaration that they fulfil, as
    /// far as the mapping hands a parameter on; else that declaration itself.
    fileprivate func origin(of position: Int?) -> (SourceRange, ScopeInstance) {
        if let position, let (field, scope) = override(code.contract.fields[position].name) {
            return (field.range, scope)
        }
        let field = position.flatMap { code.fields[$0] }
        guard let owner = home.owner else { return (field?.range ?? code.nameRange, scope) }
        var slots: Set<SlotPlace> = []
        field?.code.visitSlots { slots.insert($0) }
        if slots.count == 1, let slot = slots.first, slot.level == 0,
            owner.code.contract.fields.indices.contains(slot.index)
        {
            return owner.origin(of: slot.index)
        }
        return owner.origin(of: nil)
    }
}
