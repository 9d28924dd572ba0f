// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Every price that is known, by kind and charge; of tables that tell the same the newest counts.
package struct PriceBook: Sendable {
    /// A price and the table that it comes from.
    package struct Line: Sendable, Hashable {
        package var entry: PriceEntry
        package var source: String
        package var date: CalendarDate
        package var currency: String
    }

    /// One thing that is paid for of a kind.
    package struct Charge: Sendable, Hashable {
        package var name: String
        /// The first that holds counts.
        package var lines: [Line]

        /// True where the first line holds whatever is declared.
        var isFixed: Bool {
            guard let entry = lines.first?.entry else { return false }
            return entry.region == nil && entry.condition == nil && entry.quantity == nil && entry.use == nil
        }
    }

    private let kinds: [String: [Charge]]
    private var fixed: [String: ThingCost] = [:]

    package init(_ tables: [PriceTable]) {
        var kinds: [String: [Charge]] = [:]
        for table in tables.sorted(by: { ($1.date, $0.source) < ($0.date, $1.source) }) {
            for entry in table.prices {
                let line = Line(entry: entry, source: table.source, date: table.date, currency: table.currency)
                var charges = kinds[entry.kind] ?? []
                if let known = charges.firstIndex(where: { $0.name == entry.charge }) {
                    charges[known].lines.append(line)
                } else {
                    charges.append(Charge(name: entry.charge, lines: [line]))
                }
                kinds[entry.kind] = charges
            }
        }
        self.kinds = kinds
        for (kind, charges) in kinds where charges.allSatisfy(\.isFixed) {
            fixed[kind] = ThingCost(
                charges.flatMap { charge in
                    charge.lines.prefix(1).map { ChargeEstimate(charge: charge.name, line: $0, quantity: nil) }
                })
        }
    }

    /// What each thing of a kind costs, where that depends on nothing; nil where it does.
    package func fixedCost(of kind: String) -> ThingCost? { fixed[kind] }

    /// What is paid for of a kind; nil where no table speaks of it.
    package func charges(of kind: String) -> [Charge]? { kinds[kind] }
}
