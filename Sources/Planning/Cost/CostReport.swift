// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What one thing costs now and what it will cost.
package struct CostItem: Sendable, Hashable {
    /// A capability that is declared.
    package struct Capability: Sendable, Hashable {
        package var name: String
        package var address: Address

        package init(name: String, address: Address) {
            self.name = name
            self.address = address
        }
    }

    package var module: String
    package var address: Address
    package var kind: String
    package var owner: String?
    package var labels: ObjectValue
    /// The one that it helps to fulfil; nil for a thing that is declared by itself.
    package var capability: Capability?
    /// Nil where it is not there yet.
    package var before: ThingCost?
    /// Nil where it goes.
    package var after: ThingCost?
    /// True where a plan changes it.
    package var isChanged: Bool

    package init(
        module: String, address: Address, kind: String, owner: String? = nil, labels: ObjectValue = [:],
        capability: Capability? = nil, before: ThingCost?, after: ThingCost?,
        isChanged: Bool = false
    ) {
        self.module = module
        self.address = address
        self.kind = kind
        self.owner = owner
        self.labels = labels
        self.capability = capability
        self.before = before
        self.after = after
        self.isChanged = isChanged
    }
}

/// A monthly estimate of several things.
package struct CostReport: Sendable, Hashable {
    /// By what costs are summed up.
    package enum Grouping: Sendable, Hashable {
        case resource, kind, capability, owner, module
        case label(String)

        /// `kind`, `label:team`; nil for another word.
        package init?(_ text: String) {
            switch text {
            case "resource": self = .resource
            case "kind": self = .kind
            case "capability": self = .capability
            case "owner": self = .owner
            case "module": self = .module
            case let other where other.hasPrefix("label:") && other.utf8.count > 6:
                self = .label(String(other.dropFirst(6)))
            default: return nil
            }
        }

        package static let words = ["resource", "kind", "capability", "owner", "module", "label:NAME"]

        /// What an item belongs to.
        func name(of item: CostItem) -> String {
            switch self {
            case .resource: item.address.text
            case .kind: item.kind
            case .capability: item.capability?.name ?? "(none)"
            case .owner: item.owner ?? "(none)"
            case .module: item.module
            case .label(let name): item.labels[name].map { $0.string ?? $0.literal } ?? "(none)"
            }
        }
    }

    /// Costs of several things together.
    package struct Sum: Sendable, Hashable {
        package var name: String
        package var things = 0
        package var before = Money()
        package var after = Money()
        /// The things of which something is not known, and why.
        package var unknown: [String] = []

        package init(_ name: String) { self.name = name }

        mutating func add(_ item: CostItem) {
            if item.after != nil { things += 1 }
            before.add(item.before?.known ?? Money())
            after.add(item.after?.known ?? Money())
            for reason in item.after?.unknown ?? [] {
                unknown.append("\(item.address) (\(reason))")
            }
        }
    }

    package var items: [CostItem]

    package init(_ items: [CostItem]) { self.items = items }

    package var total: Sum {
        var sum = Sum("total")
        for item in items { sum.add(item) }
        return sum
    }

    /// In the order in which the groups first appear.
    package func sums(by grouping: Grouping) -> [Sum] {
        var sums: [Sum] = []
        var places: [String: Int] = [:]
        for item in items {
            let name = grouping.name(of: item)
            // Things of several modules may have one address.
            let key = grouping == .resource ? item.module + "\n" + name : name
            let place = places[key] ?? sums.count
            if place == sums.count { sums.append(Sum(name)) }
            places[key] = place
            sums[place].add(item)
        }
        return sums
    }

    /// The prices that the estimate goes by, each table once: its source and its day.
    package var sources: [(source: String, date: CalendarDate)] {
        var seen: [String: CalendarDate] = [:]
        for item in items {
            for charge in (item.after?.charges ?? []) + (item.before?.charges ?? []) {
                guard let line = charge.line else { continue }
                seen[line.source] = max(seen[line.source] ?? line.date, line.date)
            }
        }
        return seen.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// True where there is nothing to tell: all of it is known to be for nothing.
    package var isFree: Bool { total.unknown.isEmpty && total.before.isZero && total.after.isZero }
}
