// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Amounts by currency: what is paid in one is never turned into another.
package struct Money: Sendable, Hashable {
    private var amounts: [String: Amount] = [:]

    package init() {}

    package static func isCurrency(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (65...90).contains($0) }
    }

    package subscript(currency: String) -> Amount { amounts[currency] ?? .zero }

    /// Those in which something is said, in the order of letters; nothing of one that others tell more of.
    package var currencies: [String] {
        let real = amounts.filter { !$0.value.isZero }.keys.sorted()
        return real.isEmpty ? Array(amounts.keys.sorted().prefix(1)) : real
    }

    package var isZero: Bool { amounts.values.allSatisfy(\.isZero) }

    package mutating func add(_ amount: Amount, _ currency: String) {
        amounts[currency] = self[currency].adding(amount)
    }

    package mutating func add(_ other: Money) {
        for (currency, amount) in other.amounts { add(amount, currency) }
    }

    /// `12.50 EUR + 3.00 USD`; nil where no currency is told at all.
    package var shown: String? {
        let parts = currencies.map { "\(self[$0].shown) \($0)" }
        return parts.isEmpty ? nil : parts.joined(separator: " + ")
    }

    /// By currency, all digits.
    package var object: ObjectValue { ObjectValue(amounts.keys.sorted().map { ($0, .string(self[$0].text)) }) }
}
