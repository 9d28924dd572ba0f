// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation

/// How AWS writes scalars down.
enum WireText {
    // MARK: Bytes

    /// The bytes of base64 text; nil where it is none.
    static func bytes(base64 text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }

    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: Percent-encoding

    /// All but letters, digits and `-._~` as `%XX`.
    ///
    /// - Parameter slashes: True where a slash stays a slash.
    static func encoded(_ text: String, slashes: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.append(byte)
            case UInt8(ascii: "/") where slashes: result.append(byte)
            default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text that was written with `%XX`, and `+` for a space; nil where a mark has no two digits, or where the bytes are
    /// no text.
    static func decoded(_ text: String) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return text }
        var result: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): result.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else {
                    return nil
                }
                result.append(high << 4 | low)
            default: result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    // MARK: Numbers

    static func number(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
        if let whole = Int64(exactly: number), abs(number) < 1e15 { return String(whole) }
        return String(number)
    }

    /// A number as JSON knows it, or as the text that AWS takes in its place.
    static func json(_ number: Double) -> Value {
        number.isFinite ? .float(number) : .string(Self.number(number))
    }

    // MARK: Times

    static func text(_ time: Timestamp, _ format: TimestampFormat) -> String {
        switch format {
        case .iso8601: time.description
        case .unix:
            switch seconds(time) {
            case .int(let whole): String(whole)
            case let fraction: number(fraction.number ?? 0)
            }
        case .rfc822: rfc822(time)
        }
    }

    /// Seconds since 1970, whole ones as an Int.
    static func seconds(_ time: Timestamp) -> Value {
        let (whole, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest == 0 ? .int(whole) : .float(Double(time.nanoseconds) / 1e9)
    }

    static func time(seconds: Double) -> Timestamp? {
        // To the microsecond: a Double of today's seconds holds no more.
        let microseconds = (seconds * 1e6).rounded()
        guard abs(microseconds) < 9e15 else { return nil }
        return Timestamp(nanoseconds: Int64(microseconds) * 1000)
    }

    /// The time that a text tells in any of the three formats.
    static func time(_ text: String) -> Timestamp? {
        if let seconds = Double(text) { return time(seconds: seconds) }
        if let time = Timestamp(text) { return time }
        // A zone without colon or minutes, as some services write it.
        if text.count > 5, let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }), text.contains("T") {
            let zone = text[text.index(after: sign)...]
            if zone.count == 4, !zone.contains(":") {
                return Timestamp("\(text[...sign])\(zone.prefix(2)):\(zone.suffix(2))")
            }
        }
        return parsedRFC822(text) ?? CalendarDate(text).flatMap { Timestamp("\($0)T00:00:00Z") }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    ]
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func rfc822(_ time: Timestamp) -> String {
        let date = time.date
        let text = time.description
        let day = days[((date.daysSinceEpoch % 7) + 7) % 7]
        let parts = date.description.split(separator: "-")
        guard parts.count == 3, let month = Int(parts[1]), (1...12).contains(month) else { return text }
        let clock = text.split(separator: "T").last?.prefix(8) ?? ""
        return "\(day), \(parts[2]) \(months[month - 1]) \(parts[0]) \(clock) GMT"
    }

    private static func parsedRFC822(_ text: String) -> Timestamp? {
        let parts = text.split(separator: " ")
        guard parts.count >= 5, let month = months.firstIndex(of: String(parts[2])), let day = Int(parts[1]) else {
            return nil
        }
        let two = { (number: Int) in number < 10 ? "0\(number)" : String(number) }
        return Timestamp("\(parts[3])-\(two(month + 1))-\(two(day))T\(parts[4])Z")
    }
}
