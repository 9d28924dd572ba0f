// SPDX-License-Identifier: Apache-2.0

/// Turns the text of a number into its value, exactly: no detour over floating point where a whole number is meant.
enum NumberReader {
    /// An integer without a sign. The magnitude of the smallest `Int64` is allowed only behind a minus.
    static func int(_ text: ArraySlice<UInt8>, isNegated: Bool = false) throws(SyntaxFault) -> Int64 {
        var value: UInt64 = 0
        for byte in text where byte != UInt8(ascii: "_") {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowAgain) = scaled.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
            if overflow || overflowAgain { throw .numberTooLarge }
            value = sum
        }
        if isNegated, value == Int64.min.magnitude { return .min }
        guard let value = Int64(exactly: value) else { throw .numberTooLarge }
        return isNegated ? -value : value
    }

    /// A number with a fraction or an exponent, or the number before a `%`.
    static func float(_ text: ArraySlice<UInt8>) throws(SyntaxFault) -> Double {
        let digits = String(decoding: text.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        guard let value = Double(digits), value.isFinite else { throw .numberTooLarge }
        return value
    }

    /// A number with a unit, in the unit's smallest parts.
    static func amount(_ text: ArraySlice<UInt8>) throws(SyntaxFault) -> (count: Int64, unit: NumberUnit) {
        let suffixLength = text.reversed().prefix { !isDigit($0) }.count
        let suffix = String(decoding: text.suffix(suffixLength), as: UTF8.self)
        guard let unit = NumberUnit(suffix) else { throw .unknownSuffix(suffix) }
        let decimal = try Decimal(text.dropLast(suffixLength))
        return (try decimal.count(times: unit), unit)
    }

    /// A decimal number as digits and a power of ten.
    private struct Decimal {
        var digits: UInt64 = 0
        var exponent = 0

        init(_ text: ArraySlice<UInt8>) throws(SyntaxFault) {
            var isBehindPoint = false
            for (index, byte) in zip(text.indices, text) {
                switch byte {
                case UInt8(ascii: "_"): continue
                case UInt8(ascii: "."): isBehindPoint = true
                case UInt8(ascii: "e"), UInt8(ascii: "E"):
                    let written = text[(index + 1)...].filter { $0 != UInt8(ascii: "_") }
                    guard let exponent = Int(String(decoding: written, as: UTF8.self)), abs(exponent) < 100 else {
                        throw .numberTooLarge
                    }
                    self.exponent += exponent
                    return
                default:
                    let (scaled, overflow) = digits.multipliedReportingOverflow(by: 10)
                    let (sum, overflowAgain) = scaled.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
                    if overflow || overflowAgain { throw .numberTooLarge }
                    digits = sum
                    if isBehindPoint { exponent -= 1 }
                }
            }
        }

        func count(times unit: NumberUnit) throws(SyntaxFault) -> Int64 {
            // Both factors fit in 64 bits, so their product fits in 128.
            var product = UInt128(digits) * UInt128(unit.factor)
            if product == 0 { return 0 }
            var exponent = exponent
            while exponent < 0 {
                guard product % 10 == 0 else { throw .amountTooFine(isTime: unit.isTime) }
                product /= 10
                exponent += 1
            }
            while exponent > 0, product <= UInt128(Int64.max) {
                product *= 10
                exponent -= 1
            }
            guard let count = Int64(exactly: product) else { throw .numberTooLarge }
            return count
        }
    }
}
