// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A sum of money as a decimal number, exact to twelve places: prices of cloud services have up to ten.
package struct Amount: Sendable, Hashable, Comparable {
    /// In billionths of a thousandth.
    private let parts: Int128

    private static let scale: Int128 = 1_000_000_000_000
    private static let places = 12

    package static let zero = Amount(parts: 0)

    private init(parts: Int128) { self.parts = parts }

    /// Reads digits with at most one point and twelve digits behind it: `0.0125`. Nil for anything else.
    package init?(_ text: String) {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), let whole = halves.first, !whole.isEmpty, whole.utf8.count <= 18,
            halves.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }), let units = Int128(whole)
        else { return nil }
        var fraction: Int128 = 0
        if halves.count == 2 {
            let digits = String(halves[1])
            guard (1...Self.places).contains(digits.utf8.count) else { return nil }
            let filled = digits + String(repeating: "0", count: Self.places - digits.utf8.count)
            guard let read = Int128(filled) else { return nil }
            fraction = read
        }
        parts = units * Self.scale + fraction
    }

    package static func < (left: Amount, right: Amount) -> Bool { left.parts < right.parts }

    package var isZero: Bool { parts == 0 }

    package func adding(_ other: Amount) -> Amount { Amount(parts: parts + other.parts) }

    package func subtracting(_ other: Amount) -> Amount { Amount(parts: parts - other.parts) }

    /// The amount times a share; nil where no number is big enough for it.
    package func times(_ factor: Int64, over divisor: Int64 = 1) -> Amount? {
        let (product, overflow) = parts.multipliedReportingOverflow(by: Int128(factor))
        return overflow || divisor == 0 ? nil : Amount(parts: product / Int128(divisor))
    }

    /// The amount times a number of the language; nil for what is no number, is negative or too big.
    package func times(_ quantity: Value) -> Amount? {
        switch quantity {
        case .int(let count): return count < 0 ? nil : times(count)
        case .float(let number):
            // Six places of a quantity are more than any bill has.
            guard number >= 0, number < 1e12 else { return nil }
            return times(Int64((number * 1e6).rounded()), over: 1_000_000)
        default: return nil
        }
    }

    /// All digits that count: `0.0125`, `12`.
    package var text: String {
        let magnitude = parts.magnitude
        let scale = UInt128(Self.scale)
        var fraction = String(magnitude % scale)
        fraction = String(repeating: "0", count: Self.places - fraction.utf8.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return (parts < 0 ? "-" : "") + String(magnitude / scale) + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// As people read it, with two places; what is less than one of the smallest is not shown as nothing.
    package var shown: String {
        let hundredth = UInt128(Self.scale / 100)
        if parts != 0, parts.magnitude < hundredth / 2 { return parts < 0 ? "more than -0.01" : "less than 0.01" }
        let rounded = (parts.magnitude + hundredth / 2) / hundredth
        let cents = String(rounded % 100)
        return (parts < 0 ? "-" : "") + String(rounded / 100) + "." + (cents.utf8.count == 1 ? "0" : "") + cents
    }
}
