// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What one charge of a thing comes to in a month.
package struct ChargeEstimate: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case known(Amount)
        /// Why nobody can tell, as the end of a sentence: `no price of acme.Ink`.
        case unknown(String)
    }

    package var charge: String
    package var verdict: Verdict
    /// The price that it goes by; nil where none holds.
    package var line: PriceBook.Line?
    /// How many units; nil for one and where that is not known.
    package var quantity: Value?

    package init(charge: String, verdict: Verdict, line: PriceBook.Line? = nil, quantity: Value? = nil) {
        self.charge = charge
        self.verdict = verdict
        self.line = line
        self.quantity = quantity
    }

    /// The estimate of a number of units at a price.
    package init(charge: String, line: PriceBook.Line, quantity: Value?) {
        self.init(charge: charge, verdict: .unknown(""), line: line, quantity: quantity)
        guard let period = line.entry.period else {
            verdict = .unknown("its price has no period")
            return
        }
        let (factor, divisor) = period.perMonth
        if let amount = (quantity.map { line.entry.amount.times($0) } ?? line.entry.amount)?
            .times(factor, over: divisor)
        {
            verdict = .known(amount)
        } else {
            verdict = .unknown("\(quantity?.literal ?? "that") is no number of units")
        }
    }
}

/// What a thing costs in a month: what is known of it, and what is not. What is not known is never nothing.
package struct ThingCost: Sendable, Hashable {
    package var charges: [ChargeEstimate]

    package init(_ charges: [ChargeEstimate]) { self.charges = charges }

    /// The cost of a thing whose kind no table speaks of.
    package static func unpriced(_ kind: String) -> ThingCost {
        ThingCost([ChargeEstimate(charge: "", verdict: .unknown("no price of \(kind)"))])
    }

    package var known: Money {
        var money = Money()
        for charge in charges {
            if case .known(let amount) = charge.verdict, let line = charge.line { money.add(amount, line.currency) }
        }
        return money
    }

    /// Why a part of it is not known, each reason once.
    package var unknown: [String] {
        var reasons: [String] = []
        for charge in charges {
            guard case .unknown(let reason) = charge.verdict else { continue }
            let told = charge.charge.isEmpty ? reason : "\(charge.charge): \(reason)"
            if !reasons.contains(told) { reasons.append(told) }
        }
        return reasons
    }

    package var isKnown: Bool { unknown.isEmpty }
}
