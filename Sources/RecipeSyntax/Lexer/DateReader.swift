// SPDX-License-Identifier: Apache-2.0

/// Reads dates and times and says what is wrong with them.
enum DateReader {
    /// `dddd-dd-dd` and nothing else.
    static func date(_ text: ArraySlice<UInt8>) throws(SyntaxFault) -> DateLiteral {
        let bytes = Array(text)
        guard bytes.count == 10, let year = number(bytes, 0, 4), let month = number(bytes, 5, 2),
            let day = number(bytes, 8, 2), bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-")
        else { throw .malformedDate }
        guard year >= 1, (1...12).contains(month), (1...length(ofMonth: month, year: year)).contains(day) else {
            throw .noSuchDate
        }
        return DateLiteral(year: year, month: month, day: day)
    }

    /// A date, `T`, hours and minutes, perhaps seconds with up to nine digits of fraction, and a zone.
    static func time(_ text: ArraySlice<UInt8>) throws(SyntaxFault) -> TimeLiteral {
        let bytes = Array(text)
        let date = try date(text.prefix(10))
        guard let hour = number(bytes, 11, 2), let minute = number(bytes, 14, 2), at(bytes, 13) == UInt8(ascii: ":")
        else {
            throw .malformedDate
        }
        var next = 16
        var second = 0
        var nanosecond = 0
        if at(bytes, next) == UInt8(ascii: ":") {
            guard let read = number(bytes, next + 1, 2) else { throw .malformedDate }
            second = read
            next += 3
            if at(bytes, next) == UInt8(ascii: ".") {
                let digits = bytes[(next + 1)...].prefix { isDigit($0) }.count
                guard (1...9).contains(digits), let fraction = number(bytes, next + 1, digits) else {
                    throw .malformedDate
                }
                nanosecond = (digits..<9).reduce(fraction) { value, _ in value * 10 }
                next += 1 + digits
            }
        }
        let offset = try zone(bytes, from: next)
        guard hour < 24, minute < 60, second < 60, abs(offset) < 24 * 60 else { throw .noSuchTime }
        let seconds = Int64(daysSinceEpoch(date)) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset * 60)
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (total, overflowAgain) = scaled.addingReportingOverflow(Int64(nanosecond))
        if overflow || overflowAgain { throw .noSuchTime }
        return TimeLiteral(
            text: String(decoding: text, as: UTF8.self), date: date, hour: hour, minute: minute, second: second,
            nanosecond: nanosecond, offsetMinutes: offset, nanosecondsSinceEpoch: total)
    }

    /// How many minutes the zone that ends a time is ahead of UTC.
    private static func zone(_ bytes: [UInt8], from start: Int) throws(SyntaxFault) -> Int {
        switch at(bytes, start) {
        case nil: throw .timeWithoutZone
        case UInt8(ascii: "Z") where bytes.count == start + 1: return 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard bytes.count == start + 6, let hours = number(bytes, start + 1, 2),
                let minutes = number(bytes, start + 4, 2),
                bytes[start + 3] == UInt8(ascii: ":")
            else { throw .malformedDate }
            guard minutes < 60 else { throw .noSuchTime }
            return (hours * 60 + minutes) * (bytes[start] == UInt8(ascii: "-") ? -1 : 1)
        default: throw .malformedDate
        }
    }

    private static func at(_ bytes: [UInt8], _ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    /// The number that so many digits make; nil where something else stands among them.
    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
        guard start + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[start..<start + count] {
            guard isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Days since 1970-01-01, counted in years that begin in March, so that a leap day ends its year.
    private static func daysSinceEpoch(_ date: DateLiteral) -> Int {
        let year = date.month <= 2 ? date.year - 1 : date.year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
