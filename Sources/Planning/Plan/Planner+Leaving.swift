// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Platforms refuse to delete what is still used: old things go in the reverse order of their dependence, those that make
/// room for their successors as well as those whose successors are there.
extension Planner {
    /// The changes, with those that take away the old selves of what is made anew.
    ///
    /// One that is made before its old self goes has it taken away once everything uses the new one. One whose old self
    /// goes first, and uses something that is made anew in that order too, goes before that does.
    func leaving(_ changes: [PlannedChange]) -> [PlannedChange] {
        let replaced = changes.filter { $0.action == .replace }
        if replaced.isEmpty { return changes }
        // By the address that the old self is recorded under.
        let used = Dictionary(
            replaced.map { ($0.movedFrom ?? $0.address, $0) }, uniquingKeysWith: { first, _ in first })
        var leaving: [Address: PlannedChange] = [:]
        for change in replaced {
            let olds = oldNeeds(of: change).compactMap { used[$0] }.filter { $0.address != change.address }
            if change.createsFirst {
                leaving[change.address] = goingLast(change, among: changes)
            } else if let first = olds.first(where: { !$0.createsFirst }) {
                leaving[change.address] = goingFirst(change, before: first)
            }
        }
        if leaving.isEmpty { return changes }
        let order = DependencyGraph(replaced.map { ($0.address, oldNeeds(of: $0).compactMap { used[$0]?.address }) })
        // Rows that were recorded at different times may use one another in a circle: nothing tells which comes first.
        guard case .success(let inOrder) = order.order() else {
            return changes + leaving.values.filter { !$0.goesFirst }
        }
        var changes = changes
        var positions: [Address: Int] = [:]
        for (position, change) in changes.enumerated() { positions[change.address] = position }
        for address in inOrder {
            guard let position = positions[address] else { continue }
            let users = order.dependants(of: address).compactMap { leaving[$0] }
            if var own = leaving[address] {
                own.after += users.filter { $0.goesFirst || !own.goesFirst }.map(\.address)
                leaving[address] = own
                if own.goesFirst { changes[position].after.append(own.address) }
            }
            if !changes[position].createsFirst { changes[position].after += users.filter(\.goesFirst).map(\.address) }
        }
        let ordered = inOrder.reversed().compactMap { leaving[$0] }
        return ordered.filter(\.goesFirst) + changes + ordered.filter { !$0.goesFirst }
    }

    /// What the old self of a thing uses, by recorded addresses.
    private func oldNeeds(of change: PlannedChange) -> [Address] {
        snapshot.records[change.movedFrom ?? change.address]?.dependencies ?? []
    }

    /// The change that takes the old thing away once everything uses the new one.
    private func goingLast(_ change: PlannedChange, among changes: [PlannedChange]) -> PlannedChange? {
        let users = changes.filter { $0.dependencies.contains(change.address) && $0.action != .unchanged }
        var leaving = goingAway(
            change, because: "it is the old \(change.address), which goes once everything uses the new one")
        leaving?.dependencies = [change.address] + users.map(\.address)
        return leaving
    }

    /// The change that takes the old thing away before what it uses goes.
    private func goingFirst(_ change: PlannedChange, before used: PlannedChange) -> PlannedChange? {
        var leaving = goingAway(
            change, because: "it is the old \(change.address), which uses the old \(used.address) and goes before it")
        leaving?.goesFirst = true
        return leaving
    }

    private func goingAway(_ change: PlannedChange, because reason: String) -> PlannedChange? {
        guard let record = snapshot.records[change.movedFrom ?? change.address] else { return nil }
        var leaving = PlannedChange(
            address: formerAddress(of: change.address), kind: record.kind, provider: record.provider,
            schemaVersion: record.schemaVersion, action: .delete, reasons: [reason], inputs: [:], dependencies: [],
            isProtected: false)
        leaving.successor = change.address
        leaving.mark = change.mark
        return leaving
    }

    /// The address of a thing whose successor has its own.
    private func formerAddress(of address: Address) -> Address {
        var number = 1
        while snapshot.records[Address("\(address.text)~\(number)")] != nil { number += 1 }
        return Address("\(address.text)~\(number)")
    }

    /// Adds what is declared no more: it waits until what used it lets go of it, and that of what an earlier replacement
    /// left behind for the successor. What it uses and is made anew waits for it in turn; the plan says where that is a circle.
    func deleting(_ deletions: [PlannedChange], behind changes: [PlannedChange]) -> [PlannedChange] {
        if deletions.isEmpty { return changes }
        let leaving = Dictionary(
            changes.compactMap { change in change.successor.map { ($0, change) } },
            uniquingKeysWith: { first, _ in first })
        var users: [Address: [Address]] = [:]
        for change in changes where change.action.isEffect && change.successor == nil {
            for used in oldNeeds(of: change) {
                users[used, default: []].append(leaving[change.address]?.address ?? change.address)
            }
        }
        let deletions = deletions.map { deletion in
            var deletion = deletion
            deletion.dependencies += users[deletion.address] ?? []
            guard let mark = deletion.address.text.lastIndex(of: "~") else { return deletion }
            let successor = Address(String(deletion.address.text[..<mark]))
            deletion.dependencies += changes.filter { change in
                change.action != .unchanged
                    && (change.address == successor || change.dependencies.contains(successor))
            }.map(\.address)
            return deletion
        }
        return waiting(changes, leaving, for: deletions) + deletions
    }

    /// Lets old things that are used by what is declared no more wait until that is gone.
    private func waiting(
        _ changes: [PlannedChange], _ leaving: [Address: PlannedChange], for deletions: [PlannedChange]
    ) -> [PlannedChange] {
        let replaced = Dictionary(
            changes.filter { $0.action == .replace }.map { ($0.movedFrom ?? $0.address, $0.address) },
            uniquingKeysWith: { first, _ in first })
        if replaced.isEmpty { return changes }
        var changes = changes
        var positions: [Address: Int] = [:]
        for (position, change) in changes.enumerated() { positions[change.address] = position }
        var behind = Dictionary(
            (changes + deletions).map { ($0.address, $0.dependencies + $0.after) },
            uniquingKeysWith: { first, _ in first })
        for deletion in deletions {
            for used in snapshot.records[deletion.address]?.dependencies ?? [] {
                guard let successor = replaced[used] else { continue }
                let old = leaving[successor]?.address ?? successor
                guard let position = positions[old] else { continue }
                if Self.waits(deletion.address, for: old, behind) {
                    changes[position].reasons.append(Self.goingEarly(changes[position], before: deletion.address))
                    continue
                }
                changes[position].after.append(deletion.address)
                behind[old, default: []].append(deletion.address)
            }
        }
        return changes
    }

    /// No order keeps the old thing until all that uses it is gone: the plan says so before the platform does.
    private static func goingEarly(_ change: PlannedChange, before user: Address) -> String {
        "the old one goes before \(user), which uses it and is let go of only once the new one is there; where the platform"
            + " refuses that"
            + (change.action == .replace
                ? ", say `@replace: \"create_first\"`" : ", delete \(user) by an apply of its own first")
    }

    /// Whether a change comes after another one, whatever lies between.
    static func waits(_ change: Address, for other: Address, _ behind: [Address: [Address]]) -> Bool {
        var (seen, left): (Set<Address>, [Address]) = ([], [change])
        while let next = left.popLast() {
            if next == other { return true }
            if seen.insert(next).inserted { left += behind[next] ?? [] }
        }
        return false
    }
}
