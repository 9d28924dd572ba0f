// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

extension Code {
    /// Calls `look` for the code and everything that it is made of, from the outside in.
    func visit(_ look: (Code) -> Void) {
        look(self)
        for part in parts { part.visit(look) }
    }

    /// What it is directly made of.
    private var parts: [Code] {
        switch self {
        case .constant, .invalid, .local, .slot, .resource, .step, .module, .runOutputs, .secret: []
        case .lookup(let lookup): lookup.query.map(\.value)
        case .path(let base, let steps):
            [base]
                + steps.compactMap { step in
                    if case .index(let index) = step.form { index } else { nil }
                }
        case .text(let text):
            text.parts.compactMap { part in
                if case .hole(let hole, _) = part { hole } else { nil }
            }
        case .list(let items), .coalesce(let items), .builtin(_, let items, _), .pluginFunction(_, let items, _),
            .definition(_, let items), .logical(_, let items, _):
            items
        case .object(let entries):
            entries.flatMap { entry in
                if case .computed(let key, _) = entry.key { [key, entry.value] } else { [entry.value] }
            }
        case .listComprehension(let clause, let element): clause.parts + [element]
        case .objectComprehension(let clause, let key, let value): clause.parts + [key, value]
        case .not(let inner, _), .negate(let inner, _), .lambda(_, let inner): [inner]
        case .convert(let conversion): [conversion.code]
        case .arithmetic(let first, let rest): [first] + rest.map(\.operand)
        case .comparison(_, let left, let right, _): [left, right]
        case .conditional(let condition, let left, let right, _): [condition, left, right]
        }
    }
}

extension ComprehensionCode {
    fileprivate var parts: [Code] { [collection] + [condition].compactMap(\.self) }
}
