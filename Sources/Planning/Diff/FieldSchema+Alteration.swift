// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension FieldSchema {
    /// True where a change at a path makes the thing anew: of the field as a whole, or of a part of it.
    ///
    /// What is not known yet is taken for what can be done in place.
    func isReplaced(_ old: Value?, by new: Value?, at path: String) -> Bool {
        switch alteration {
        case .grows?: return !Self.isGrowth(old, new, allowed)
        case .parts(let names)?:
            let inside = path.split(separator: ".").dropFirst().first.map(String.init)
            if let inside { return !names.contains(inside) }
            let parts = (old?.object ?? [:]).keys + (new?.object ?? [:]).keys
            return new.map { !$0.isUnknown } ?? true && (parts.isEmpty || parts.contains { !names.contains($0) })
        default: return change == .replaces
        }
    }

    private static func isGrowth(_ old: Value?, _ new: Value?, _ order: [Value]) -> Bool {
        guard let old, !old.isNull else { return true }
        guard let new, !new.isNull else { return false }
        if new.containsUnknown { return true }
        if let before = old.list, let after = new.list { return before.allSatisfy(after.contains) }
        if let before = old.number, let after = new.number { return before <= after }
        guard let before = order.firstIndex(of: old), let after = order.firstIndex(of: new) else { return false }
        return before <= after
    }
}
