// SPDX-License-Identifier: Apache-2.0

/// A moment, in nanoseconds since 1970-01-01T00:00:00Z; it reaches from 1677 to 2262.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Reads ISO 8601 with a zone or, without one, as UTC: `2026-11-01T02:00:00.5+01:00`; nil for anything else.
    public init?(_ text: String) {
        guard let split = text.firstIndex(where: { $0 == "T" || $0 == " " }),
            let date = CalendarDate(String(text[..<split]))
        else { return nil }
        var clock = text[text.index(after: split)...]
        var offset = 0
        if clock.hasSuffix("Z") {
            clock = clock.dropLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let zone = clock[clock.index(after: sign)...].split(separator: ":", omittingEmptySubsequences: false)
            guard zone.count == 2, let hours = Self.twoDigits(zone[0], below: 24),
                let minutes = Self.twoDigits(zone[1], below: 60)
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (clock[sign] == "-" ? -1 : 1)
            clock = clock[..<sign]
        }
        var fraction: Int64 = 0
        if let point = clock.firstIndex(of: ".") {
            let digits = clock[clock.index(after: point)...]
            guard (1...9).contains(digits.utf8.count), let read = Int64(digits), read >= 0, digits.first != "+" else {
                return nil
            }
            fraction = (digits.utf8.count..<9).reduce(read) { value, _ in value * 10 }
            clock = clock[..<point]
        }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let hour = Self.twoDigits(parts[0], below: 24),
            let minute = Self.twoDigits(parts[1], below: 60),
            let second = parts.count == 3 ? Self.twoDigits(parts[2], below: 60) : 0
        else { return nil }
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (total, overflowAgain) = scaled.addingReportingOverflow(fraction)
        guard !overflow, !overflowAgain else { return nil }
        nanoseconds = total
    }

    private static func twoDigits(_ text: Substring, below limit: Int) -> Int? {
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
            number < limit
        else { return nil }
        return number
    }

    /// The day in UTC.
    public var date: CalendarDate { CalendarDate(daysSinceEpoch: Int(secondsRoundedDown.quotient)) }

    private var secondsRoundedDown: (quotient: Int64, rest: Int64, fraction: Int64) {
        var seconds = nanoseconds / 1_000_000_000
        var fraction = nanoseconds % 1_000_000_000
        if fraction < 0 {
            fraction += 1_000_000_000
            seconds -= 1
        }
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        return (days, rest, fraction)
    }

    /// ISO 8601 in UTC; a fraction is shown to the last digit that is not zero.
    public var description: String {
        let (_, rest, fraction) = secondsRoundedDown
        let two = { (number: Int64) in CalendarDate.padded(Int(number), 2) }
        var text = "\(date)T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))"
        if fraction > 0 {
            var digits = CalendarDate.padded(Int(fraction), 9)
            while digits.hasSuffix("0") { digits.removeLast() }
            text += "." + digits
        }
        return text + "Z"
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment that long after this one, kept inside the range.
    public func advanced(by duration: Duration) -> Timestamp {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return Timestamp(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The time from another moment to this one.
    public func since(_ other: Timestamp) -> Duration {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
        return .nanoseconds(overflow ? (other < self ? Int64.max : Int64.min) : difference)
    }
}

extension Duration {
    /// The duration in nanoseconds, kept inside the range of Int64.
    public var wholeNanoseconds: Int64 {
        let (scaled, overflow) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowAgain) = scaled.addingReportingOverflow(components.attoseconds / 1_000_000_000)
        return overflow || overflowAgain ? (components.seconds < 0 ? .min : .max) : sum
    }

    /// The duration in seconds.
    public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
