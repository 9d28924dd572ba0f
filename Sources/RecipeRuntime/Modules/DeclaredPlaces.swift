// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ResourceInstance {
    /// The resource that the recipe itself, or a module that it imports, declares: for the child of a capability the
    /// capability, however many mappings are between them.
    var declared: ResourceInstance {
        var instance = self
        while let owner = instance.home.owner { instance = owner }
        return instance
    }

    /// Where whoever wrote the recipe gives a field its value: for the child of a capability the field of the
    /// capability from which the mapping makes it. Nil where the mapping decides by itself.
    func declaredPlace(of position: Int) -> (range: SourceRange, source: SourceText)? {
        if let (field, giver) = override(code.contract.fields[position].name) {
            return home.owner.flatMap { $0.declaredPlace(of: field, in: giver) }
        }
        return code.fields[position].flatMap { declaredPlace(of: $0, in: scope) }
    }

    /// - Parameter giver: The scope in which the field is written.
    private func declaredPlace(
        of field: FieldCode, in giver: ScopeInstance
    ) -> (range: SourceRange, source: SourceText)? {
        guard let owner = giver.module?.owner, let mapping = owner.mapping else {
            return (field.range, giver.code.source)
        }
        return mapping.parameters(readBy: field.code).lazy.compactMap { owner.declaredPlace(of: $0) }.first
    }
}

extension ModuleInstance {
    /// The parameters of the capability that an expression of its mapping reads, through `let`s too.
    fileprivate func parameters(readBy code: Code) -> [Int] {
        var found: [Int] = []
        var seen: Set<Int> = []
        var queue = [code]
        while let next = queue.popLast() {
            next.visit { part in
                guard case .slot(let place) = part else { return }
                if place.level == scope.level {
                    if !found.contains(place.index) { found.append(place.index) }
                } else if place.level == body.level, seen.insert(place.index).inserted,
                    case .binding(let value)? = body.code.slots[safe: place.index]?.form
                {
                    queue.append(value)
                }
            }
        }
        return found
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
