// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// HTML in the making: what comes from outside is escaped unless it is HTML itself.
struct HTMLText {
    private(set) var text = ""

    /// Adds markup of our own making.
    mutating func markup(_ markup: String) {
        text += markup
        text += "\n"
    }

    /// A text as content or as the value of an attribute.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // HTML has no place for these, escaped or not.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{7F}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A cell as a person reads it.
    static func shown(_ value: Value) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        case .float(let number): self.number(number)
        default: value.literal
        }
    }

    /// A number with at most six significant digits, without an exponent where it is of a common size.
    static func number(_ number: Double) -> String {
        guard number.isFinite else { return "\(number)" }
        if number == 0 { return "0" }
        let magnitude = abs(number)
        guard magnitude >= 1e-6, magnitude < 1e15 else { return "\(number)" }
        if magnitude >= 1e6 || number == number.rounded() { return String(Int64(number.rounded())) }
        var decimals = 0
        var scale = 1.0
        while magnitude * scale < 1e5, decimals < 11 {
            scale *= 10
            decimals += 1
        }
        let digits = Int64((magnitude * scale).rounded())
        let text = String(digits)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - text.count)) + text
        var whole = String(padded.dropLast(decimals))
        var fraction = String(padded.suffix(decimals))
        while fraction.hasSuffix("0") { fraction.removeLast() }
        if number < 0 { whole = "-" + whole }
        return fraction.isEmpty ? whole : whole + "." + fraction
    }
}
