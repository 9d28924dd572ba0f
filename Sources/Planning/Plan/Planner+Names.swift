// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A name that a platform knows once goes over from a thing that is declared no more to one that is declared anew.
extension Planner {
    /// The changes, those that make a thing behind the one that takes away who has its name.
    ///
    /// - Throws: Where what has the name can only go once the new thing is there.
    func freeingNames(
        _ changes: [PlannedChange], _ nodes: [Address: ResourceNode]
    ) throws(Diagnostics) -> [PlannedChange] {
        let kinds = Dictionary(
            program.resources.compactMap(\.kindSchema).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var holders: [Name: Address] = [:]
        for change in changes where change.action == .delete && change.successor == nil {
            guard let record = snapshot.records[change.address] else { continue }
            for name in Self.names(record.inputs, of: kinds[record.kind], at: record.provider) {
                holders[name] = change.address
            }
        }
        if holders.isEmpty { return changes }
        var changes = changes
        var behind = Dictionary(
            changes.map { ($0.address, $0.dependencies + $0.after) }, uniquingKeysWith: { first, _ in first })
        var problems: [Diagnostic] = []
        for (position, change) in changes.enumerated() where change.action == .create || change.action == .replace {
            for name in Self.names(change.inputs, of: kinds[change.kind], at: change.provider) {
                guard let holder = holders[name] else { continue }
                if Self.waits(holder, for: change.address, behind) {
                    problems.append(nameHeld(name.field, by: holder, change, nodes[change.address]))
                    continue
                }
                changes[position].after.append(holder)
                behind[change.address, default: []].append(holder)
            }
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
        return changes
    }

    private struct Name: Hashable {
        let kind: String
        let alias: String
        let field: String
        let value: Value
    }

    private static func names(
        _ inputs: ObjectValue, of kind: ResourceKindSchema?, at provider: ProviderUse
    ) -> [Name] {
        guard let kind else { return [] }
        return kind.fields.compactMap { field in
            guard field.isUnique, let value = inputs[field.name], !value.isNull, !value.containsUnknown else {
                return nil
            }
            return Name(kind: kind.name, alias: provider.alias, field: field.name, value: value)
        }
    }

    private func nameHeld(
        _ field: String, by holder: Address, _ change: PlannedChange, _ node: ResourceNode?
    ) -> Diagnostic {
        Diagnostic(
            .planUniqueName,
            "the new \(change.address) cannot be made beside \(holder), which is declared no more: both would have the "
                + "same `\(field)`",
            labels: node.map { [DiagnosticLabel($0.fieldPlaces[field] ?? $0.place)] } ?? [],
            notes: ["what uses \(holder) lets go of it only once \(change.address) is there"],
            help: [
                "say `@formerly: \(holder)` in the declaration, if it is the same thing",
                "give the new one another `\(field)`"
            ])
    }
}
