// SPDX-License-Identifier: Apache-2.0

extension CellText {
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    ]

    /// A decimal number; nil for anything else.
    ///
    /// Text that only looks like a number stays text: leading zeros (`007.5`), a bare exponent (`12E4` is a code as
    /// often as a number; programs write `1.2e+05`) but in JSON, and whole numbers that a Double cannot hold exactly.
    static func float(_ bytes: UnsafePointer<UInt8>, _ count: Int, isJSON: Bool) -> Double? {
        let (start, count) = trimmed(bytes, count)
        var at = 0
        let isNegative = count > 0 && start[0] == UInt8(ascii: "-")
        if isNegative { at = 1 }
        var mantissa: UInt64 = 0
        var significant = 0
        let wholeStart = at
        while at < count, isDigit(start[at]) {
            mantissa = mantissa &* 10 &+ UInt64(start[at] &- UInt8(ascii: "0"))
            if mantissa > 0 { significant += 1 }
            at += 1
        }
        let whole = at - wholeStart
        if whole > 1, start[wholeStart] == UInt8(ascii: "0") { return nil }
        var fraction = 0
        let hasPoint = at < count && start[at] == UInt8(ascii: ".")
        if hasPoint {
            at += 1
            let fractionStart = at
            while at < count, isDigit(start[at]) {
                mantissa = mantissa &* 10 &+ UInt64(start[at] &- UInt8(ascii: "0"))
                if mantissa > 0 { significant += 1 }
                at += 1
            }
            fraction = at - fractionStart
        }
        guard whole + fraction > 0 else { return nil }
        var exponent = 0
        if at < count, start[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            let isSigned = at < count && (start[at] == UInt8(ascii: "-") || start[at] == UInt8(ascii: "+"))
            guard isSigned || hasPoint || isJSON else { return nil }
            let isSmall = isSigned && start[at] == UInt8(ascii: "-")
            if isSigned { at += 1 }
            let exponentStart = at
            while at < count, isDigit(start[at]) {
                exponent = min(exponent * 10 + Int(start[at] &- UInt8(ascii: "0")), 100_000)
                at += 1
            }
            guard at > exponentStart else { return nil }
            if isSmall { exponent = -exponent }
        } else if !hasPoint, significant > 15 {
            return nil
        }
        guard at == count else { return nil }
        let scale = exponent - fraction
        // Both factors are exact here, so that one rounding gives the nearest Double (Clinger's fast path).
        if significant <= 15, abs(scale) < powersOfTen.count {
            let magnitude = scale < 0 ? Double(mantissa) / powersOfTen[-scale] : Double(mantissa) * powersOfTen[scale]
            return isNegative ? -magnitude : magnitude
        }
        let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }
}
