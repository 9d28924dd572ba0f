// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Draws monthly estimates.
package struct CostRenderer: Sendable {
    private let style: TextStyle
    private let width: Int?

    package init(style: TextStyle, width: Int? = nil) {
        self.style = style
        self.width = width
    }

    /// What a plan says of its cost; empty where all is known to be for nothing and no budget asks.
    package func text(_ cost: PlanCost) -> String {
        let total = cost.report.total
        if cost.budget == nil, cost.report.isFree { return "" }
        var text = style(.heading, "Cost a month") + "\n"
        let changed = cost.report.items.filter { $0.isChanged || $0.after != $0.before }
        for item in changed where !Self.isUnknownAlone(item) { text += line(item) }
        text += unknown(changed.filter(Self.isUnknownAlone))
        text += "  total  \(change(total))\n"
        if let budget = cost.budget {
            let open = cost.undecided(by: budget)
            text += "  budget of \(cost.environment)  \(cost.used(of: budget).shown) of \(budget.shown) used"
            text += open.isEmpty ? "\n" : ", and what is not known:\n"
            for reason in open { text += style(.dim, "      \(reason)") + "\n" }
        } else if !total.unknown.isEmpty {
            let things = cost.report.items.count { !($0.after?.unknown ?? []).isEmpty }
            text += style(.dim, "  and what is not known of \(Self.things(things))") + "\n"
        }
        return text
    }

    private static func isFree(_ item: CostItem) -> Bool {
        (item.before?.known.isZero ?? true) && (item.after?.known.isZero ?? true)
    }

    private static func isUnknownAlone(_ item: CostItem) -> Bool {
        isFree(item) && !(item.after?.unknown ?? []).isEmpty
    }

    /// Things of which nothing is known, those of one kind and reason in one line.
    private func unknown(_ items: [CostItem]) -> String {
        struct Reason: Hashable {
            let kind: String
            let texts: [String]
        }
        var order: [Reason] = []
        var things: [Reason: [CostItem]] = [:]
        for item in items {
            let reason = Reason(kind: item.kind, texts: item.after?.unknown ?? [])
            if things[reason] == nil { order.append(reason) }
            things[reason, default: []].append(item)
        }
        return order.map { reason in
            let found = things[reason] ?? []
            let head = found.count == 1 ? found[0].address.text : "\(found.count) things"
            return "  \(head)" + style(.dim, "  \(reason.kind)") + "  unknown"
                + style(.dim, ": " + reason.texts.joined(separator: "; ")) + "\n"
        }.joined()
    }

    private func line(_ item: CostItem) -> String {
        let unknown = item.after?.unknown ?? []
        if Self.isFree(item), unknown.isEmpty { return "" }
        var sum = CostReport([item]).total
        sum.name = item.address.text
        var text = "  \(item.address)" + style(.dim, "  \(item.kind)")
        text += "  \(change(sum))"
        return text + "\n" + unknown.map { style(.dim, "      not known: \($0)") + "\n" }.joined()
    }

    /// `12.00 EUR -> 37.50 EUR`, or one of them where both are the same.
    private func change(_ sum: CostReport.Sum) -> String {
        let (before, after) = (sum.before.shown, sum.after.shown)
        let rest = sum.unknown.isEmpty ? "" : " + unknown"
        guard let after else {
            return before.map { "\($0) -> nothing" + rest } ?? (rest.isEmpty ? "nothing" : "unknown")
        }
        guard let before, before != after else { return style(before == nil ? .added : .dim, after) + rest }
        return style(.removed, before) + " -> " + style(.added, after) + rest
    }

    private static func things(_ count: Int) -> String { count == 1 ? "one thing" : "\(count) things" }

    /// What `cost` prints.
    ///
    /// - Parameter isPlan: True where a recipe says what it will be.
    package func table(_ report: CostReport, by grouping: CostReport.Grouping, isPlan: Bool) -> String {
        let sums = report.sums(by: grouping)
        if sums.isEmpty { return "Nothing is there that could cost anything.\n" }
        let heading =
            switch grouping {
            case .resource: "RESOURCE"
            case .kind: "KIND"
            case .capability: "CAPABILITY"
            case .owner: "OWNER"
            case .module: "MODULE"
            case .label(let name): name.uppercased()
            }
        let rows = (sums + [report.total]).map { sum in
            [sum.name, String(sum.things)] + (isPlan ? [sum.before.shown ?? ""] : []) + [Self.after(sum)]
        }
        let table = TableRenderer(style: style, width: width)
        var text = table.text([heading, "THINGS"] + (isPlan ? ["NOW"] : []) + ["A MONTH"], rows)
        let unknown = Self.unknown(report.items)
        if !unknown.isEmpty {
            text += "\n" + style(.heading, "Not known, and not counted") + "\n"
            text += unknown.map { "  \($0)\n" }.joined()
        }
        let sources = report.sources.map { "\($0.date), \($0.source)" }
        if sources.count == 1 {
            text += "\n" + style(.dim, "By the list prices of \(sources.joined()). A month has 730 hours.") + "\n"
        } else if !sources.isEmpty {
            text += "\n" + style(.dim, "By list prices; a month has 730 hours:") + "\n"
            text += sources.map { style(.dim, "  \($0)") + "\n" }.joined()
        }
        return text
    }

    /// What is not known, and of what: many things of a kind that have one reason are counted.
    private static func unknown(_ items: [CostItem]) -> [String] {
        struct Reason: Hashable {
            let kind: String
            let text: String
        }
        var order: [Reason] = []
        var addresses: [Reason: [String]] = [:]
        for item in items {
            for text in item.after?.unknown ?? [] {
                let reason = Reason(kind: item.kind, text: text)
                if addresses[reason] == nil { order.append(reason) }
                addresses[reason, default: []].append(item.address.text)
            }
        }
        return order.map { reason in
            let found = addresses[reason] ?? []
            let whose = found.count <= 3 ? found.joined(separator: ", ") : "\(found.count) of \(reason.kind)"
            return "\(whose) (\(reason.text))"
        }
    }

    private static func after(_ sum: CostReport.Sum) -> String {
        guard let shown = sum.after.shown else { return sum.unknown.isEmpty ? "" : "unknown" }
        if sum.unknown.isEmpty { return shown }
        return sum.after.isZero ? "unknown" : shown + " + unknown"
    }

    // MARK: Documents

    package static func object(_ cost: PlanCost) -> ObjectValue {
        var object = self.object(cost.report, by: .resource)
        object["budget"] =
            cost.budget.map { budget in
                .object([
                    "amount": .string(budget.amount.text), "currency": .string(budget.currency),
                    "used": .string(cost.used(of: budget).text), "unknown": .string(budget.unknown.rawValue),
                    "undecided": .list(cost.undecided(by: budget).map { .string($0) })
                ])
            } ?? .null
        return object
    }

    package static func object(_ report: CostReport, by grouping: CostReport.Grouping) -> ObjectValue {
        let total = report.total
        var object: ObjectValue = [
            "before": .object(total.before.object), "after": .object(total.after.object),
            "unknown": .list(total.unknown.map { .string($0) }),
            "sources": .list(
                report.sources.map { ["source": .string($0.source), "date": .string($0.date.description)] })
        ]
        if grouping == .resource {
            object["resources"] = .list(report.items.map { .object(item($0)) })
        } else {
            object["groups"] = .list(
                report.sums(by: grouping).map { sum in
                    [
                        "name": .string(sum.name), "things": .int(Int64(sum.things)),
                        "before": .object(sum.before.object), "after": .object(sum.after.object),
                        "unknown": .list(sum.unknown.map { .string($0) })
                    ]
                })
        }
        return object
    }

    private static func item(_ item: CostItem) -> ObjectValue {
        [
            "module": .string(item.module), "address": .string(item.address.text), "kind": .string(item.kind),
            "capability": item.capability.map { .string($0.name) } ?? .null,
            "owner": item.owner.map { .string($0) } ?? .null,
            "before": item.before.map { .object(thing($0)) } ?? .null,
            "after": item.after.map { .object(thing($0)) } ?? .null
        ]
    }

    private static func thing(_ cost: ThingCost) -> ObjectValue {
        [
            "known": .object(cost.known.object), "is_known": .bool(cost.isKnown),
            "charges": .list(
                cost.charges.map { charge in
                    var object: ObjectValue = ["charge": .string(charge.charge)]
                    switch charge.verdict {
                    case .known(let amount): object["amount"] = .string(amount.text)
                    case .unknown(let reason): object["unknown"] = .string(reason)
                    }
                    if let line = charge.line {
                        object["currency"] = .string(line.currency)
                        object["price"] = .string(line.entry.amount.text)
                        object["unit"] = .string(line.entry.unit)
                        object["region"] = line.entry.region.map { .string($0) } ?? .null
                        object["date"] = .string(line.date.description)
                        object["source"] = .string(line.source)
                    }
                    if let quantity = charge.quantity { object["quantity"] = quantity }
                    return .object(object)
                })
        ]
    }
}
