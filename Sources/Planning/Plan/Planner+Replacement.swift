// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Planner {
    /// Orders replacements: which new things are made before their old ones go.
    ///
    /// Where something is made anew first, so is everything that it needs and that is made anew too: its old self uses
    /// their old selves until it goes.
    func replacing(
        _ changes: [PlannedChange], _ nodes: [Address: ResourceNode]
    ) throws(Diagnostics) -> [PlannedChange] {
        var positions: [Address: Int] = [:]
        for (position, change) in changes.enumerated() { positions[change.address] = position }
        var changes = changes
        var problems: [Diagnostic] = []
        var queue: [(position: Int, wisher: ResourceNode)] = []
        for (position, change) in changes.enumerated() where change.action == .replace {
            guard let node = nodes[change.address] else { continue }
            let isUsual = node.replacement == nil && node.kindSchema?.createsFirst == true
            if isUsual, !canCreateFirst(position, changes, positions, nodes) { continue }
            if node.replacement == .createFirst || isUsual { queue.append((position, node)) }
        }
        while let (position, wisher) = queue.popLast() {
            let change = changes[position]
            if change.createsFirst { continue }
            guard let node = nodes[change.address] else { continue }
            if node.replacement == .deleteFirst {
                problems.append(Self.contrary(node, wisher))
                continue
            }
            if let problem = nameTaken(change, node) {
                problems.append(problem)
                continue
            }
            changes[position].createsFirst = true
            if node.address != wisher.address {
                changes[position].reasons.append(
                    "the new one is made before the old one goes, as \(wisher.address) asks for")
            } else if node.replacement == nil {
                changes[position].reasons.append(
                    "the new one is made before the old one goes, as is the rule for \(change.kind)")
            }
            for dependency in change.dependencies {
                guard let next = positions[dependency], changes[next].action == .replace else { continue }
                queue.append((next, wisher))
            }
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
        return leaving(changes)
    }

    /// True where neither the thing nor what it needs and is made anew too is against being made before its old self goes.
    private func canCreateFirst(
        _ position: Int, _ changes: [PlannedChange], _ positions: [Address: Int], _ nodes: [Address: ResourceNode]
    ) -> Bool {
        var seen: Set<Int> = []
        var queue = [position]
        while let next = queue.popLast() {
            guard seen.insert(next).inserted else { continue }
            let change = changes[next]
            guard let node = nodes[change.address], node.replacement != .deleteFirst, nameTaken(change, node) == nil
            else { return false }
            queue += change.dependencies.compactMap { positions[$0] }.filter { changes[$0].action == .replace }
        }
        return true
    }

    /// Wishes for the order of replacement that cannot both come true, wherever both things are made anew.
    package static func contraryWishes(of program: Program) -> [Diagnostic] {
        let wishers = program.resources.filter { $0.replacement == .createFirst }
        if wishers.isEmpty { return [] }
        let others = Dictionary(
            program.resources.filter { $0.replacement == .deleteFirst }.map { ($0.address, $0) },
            uniquingKeysWith: { first, _ in first })
        return wishers.flatMap { wisher in
            wisher.dependencies.compactMap { others[$0] }.map { contrary($0, wisher) }
        }
    }

    private static func contrary(_ node: ResourceNode, _ wisher: ResourceNode) -> Diagnostic {
        Diagnostic(
            .planContrary,
            "\(wisher.address) is made anew before its old self goes, and \(node.address), which it needs, after",
            labels: [DiagnosticLabel(wisher.place, "create_first"), DiagnosticLabel(node.place, "delete_first")],
            notes: ["the old \(wisher.address) would be left without the old \(node.address)"],
            help: ["say `@replace: \"create_first\"` at both, or at neither"])
    }

    /// A name that the platform knows once, and that old and new would have at the same time.
    private func nameTaken(_ change: PlannedChange, _ node: ResourceNode) -> Diagnostic? {
        guard let kind = node.kindSchema, let record = snapshot.records[change.movedFrom ?? change.address],
            record.kind == kind.name, record.provider.alias == change.provider.alias
        else { return nil }
        let taken = kind.fields.first { field in
            guard field.isUnique, let value = change.inputs[field.name], !value.isNull else { return false }
            return record.inputs[field.name] == value
        }
        guard let taken else { return nil }
        return Diagnostic(
            .planUniqueName,
            "the new \(change.address) cannot be made beside the old one: both would have the same `\(taken.name)`",
            labels: [DiagnosticLabel(node.fieldPlaces[taken.name] ?? node.place)], notes: change.reasons,
            help: [
                "give the new one another `\(taken.name)`",
                "leave `\(taken.name)` out, so that each gets one of its own",
                "@replace: \"delete_first\""
            ])
    }
}
