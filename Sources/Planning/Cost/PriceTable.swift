// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What things cost, from one source at one day: data that a plugin ships.
package struct PriceTable: Sendable, Hashable {
    /// Where the prices were read: an address that people can open.
    package var source: String
    /// The day on which they were read.
    package var date: CalendarDate
    /// A code of three letters, such as EUR.
    package var currency: String
    package var prices: [PriceEntry]
}

/// One line of a table.
package struct PriceEntry: Sendable, Hashable {
    /// What is paid for by the time that it is there.
    package enum Period: String, Sendable, Hashable, CaseIterable {
        case hour, day, month

        /// As cloud platforms count a month: 730 hours.
        var perMonth: (factor: Int64, divisor: Int64) {
            switch self {
            case .hour: (730, 1)
            case .day: (730, 24)
            case .month: (1, 1)
            }
        }
    }

    package var kind: String
    /// What of the thing is paid for: `instance`, `storage`. Of several lines of one charge the first that holds counts.
    package var charge: String
    /// `hour`, `GB-month`, `million requests`.
    package var unit: String
    package var amount: Amount
    /// Nil for a price that holds in every region.
    package var region: String?
    /// The region of a thing: an expression over its fields and `connection`, the settings of its connection.
    package var regionOf: String
    /// An expression over the fields, true where the price holds; nil for one that always holds.
    package var condition: String?
    /// An expression over the fields: how many units there are; nil for one.
    package var quantity: String?
    /// What nobody can tell before the bill, such as `what is stored`: its quantity is not the declaration's to say.
    package var use: String?

    /// The period that the unit ends with; nil for a unit without.
    package var period: Period? { Self.period(of: unit) }

    static func period(of unit: String) -> Period? {
        let last = unit.split { $0 == "-" || $0 == " " }.last
        return last.flatMap { Period(rawValue: String($0)) }
    }
}

extension PriceTable {
    /// - Parameter text: JSON as docs/plugins.md describes it.
    package init(json text: String) throws(TableFault) {
        let reader = try TableObject(json: text)
        try reader.refuseOthers(than: ["source", "date", "currency", "region", "region_of", "prices"])
        source = try reader.text("source")
        currency = try reader.text("currency")
        guard Money.isCurrency(currency) else {
            throw reader.fault("currency", "three capital letters, such as EUR")
        }
        guard let day = CalendarDate(try reader.text("date")) else { throw reader.fault("date", "a day, 2026-11-01") }
        date = day
        let region = try reader.optional("region")
        let regionOf = try reader.optional("region_of") ?? "connection.region"
        prices = []
        for line in try reader.list("prices") { prices.append(try PriceEntry(line, region, regionOf)) }
    }
}

extension PriceEntry {
    fileprivate init(_ line: TableObject, _ region: String?, _ regionOf: String) throws(TableFault) {
        try line.refuseOthers(than: ["kind", "charge", "unit", "amount", "region", "when", "quantity", "by_use"])
        kind = try line.text("kind")
        charge = try line.text("charge")
        unit = try line.text("unit")
        let digits = try line.text("amount")
        guard let amount = Amount(digits) else {
            throw line.fault("amount", "a decimal number in a text, such as \"0.0125\"")
        }
        self.amount = amount
        self.region = try line.optional("region") ?? region
        self.regionOf = regionOf
        condition = try line.optional("when")
        quantity = try line.optional("quantity")
        use = try line.optional("by_use")
        if use == nil, Self.period(of: unit) == nil {
            throw line.fault("unit", "a text that ends with hour, day or month; what is paid by use says `by_use`")
        }
        if use != nil, quantity != nil { throw line.fault("by_use", "left out where `quantity` is said") }
    }
}
