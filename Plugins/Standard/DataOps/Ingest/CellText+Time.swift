// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A day as a cell has it; it exists.
struct CellDate {
    var year: Int
    var month: Int
    var day: Int

    /// Nil for a day that does not exist.
    ///
    /// Unlike `CalendarDate` it costs no call into another library for each cell.
    init?(year: Int, month: Int, day: Int) {
        guard year >= 1, (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = month == 2 ? (isLeap ? 29 : 28) : 30 + (month + month / 8) % 2
        guard day <= length else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    init(_ date: CalendarDate) { (year, month, day) = (date.year, date.month, date.day) }

    var daysSinceEpoch: Int { CalendarDate(year: year, month: month, day: day)?.daysSinceEpoch ?? 0 }
}

/// A moment as a cell has it.
struct CellTime {
    var date: CellDate
    var hour: Int
    var minute: Int
    var second: Int
    /// Behind the decimal point, in nanoseconds.
    var nanoseconds: Int
    /// How many digits the fraction has.
    var digits: Int
    /// Minutes east of UTC.
    var offset: Int
}

extension CellText {
    /// A day as `2026-11-01`; nil for any other order of its parts, which would be a guess.
    static func date(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CellDate? {
        guard count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let century = twoDigits(bytes), let year = twoDigits(bytes + 2), let month = twoDigits(bytes + 5),
            let day = twoDigits(bytes + 8)
        else { return nil }
        return CellDate(year: century * 100 + year, month: month, day: day)
    }

    /// A moment in ISO 8601, without a zone taken as UTC: `2026-11-01T02:00:00.5+01:00`, also with a blank for the T.
    static func time(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CellTime? {
        guard count >= 16, bytes[10] == UInt8(ascii: "T") || bytes[10] == 0x20, let date = date(bytes, 10),
            let hour = twoDigits(bytes + 11), hour < 24, bytes[13] == UInt8(ascii: ":"),
            let minute = twoDigits(bytes + 14), minute < 60
        else { return nil }
        var time = CellTime(date: date, hour: hour, minute: minute, second: 0, nanoseconds: 0, digits: 0, offset: 0)
        var at = 16
        if at < count, bytes[at] == UInt8(ascii: ":") {
            guard at + 3 <= count, let second = twoDigits(bytes + at + 1), second < 60 else { return nil }
            time.second = second
            at += 3
            if at < count, bytes[at] == UInt8(ascii: ".") {
                at += 1
                let start = at
                while at < count, at - start < 9, isDigit(bytes[at]) {
                    time.nanoseconds = time.nanoseconds * 10 + Int(bytes[at] &- UInt8(ascii: "0"))
                    at += 1
                }
                time.digits = at - start
                guard time.digits > 0 else { return nil }
                for _ in time.digits..<9 { time.nanoseconds *= 10 }
            }
        }
        if at == count { return time }
        if bytes[at] | 0x20 == UInt8(ascii: "z") { return at + 1 == count ? time : nil }
        guard bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-"), at + 6 == count,
            bytes[at + 3] == UInt8(ascii: ":"), let hours = twoDigits(bytes + at + 1), hours < 24,
            let minutes = twoDigits(bytes + at + 4), minutes < 60
        else { return nil }
        time.offset = (hours * 60 + minutes) * (bytes[at] == UInt8(ascii: "-") ? -1 : 1)
        return time
    }

    /// Two digits as a number.
    ///
    /// Both bytes may be read: a shorter cell ends with the 0 behind the window at worst.
    @inline(__always)
    private static func twoDigits(_ bytes: UnsafePointer<UInt8>) -> Int? {
        guard isDigit(bytes[0]), isDigit(bytes[1]) else { return nil }
        return Int(bytes[0] &- UInt8(ascii: "0")) * 10 + Int(bytes[1] &- UInt8(ascii: "0"))
    }

    /// Appends a moment in UTC with so many digits of its fraction, so that a column's texts sort as its moments do.
    static func appendTime(_ bytes: UnsafePointer<UInt8>, _ count: Int, digits: Int, to text: inout [UInt8]) {
        // Most files have the one form that is stored.
        if count == 20, digits == 0, bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z") {
            text.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
            return
        }
        guard var time = time(bytes, count) else { return }
        if time.offset != 0 {
            let minutes = time.date.daysSinceEpoch * 1440 + time.hour * 60 + time.minute - time.offset
            let day = minutes >= 0 ? minutes / 1440 : (minutes - 1439) / 1440
            time.date = CellDate(CalendarDate(daysSinceEpoch: day))
            time.hour = (minutes - day * 1440) / 60
            time.minute = minutes - day * 1440 - time.hour * 60
        }
        append(time.date.year, width: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        append(time.date.month, width: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        append(time.date.day, width: 2, to: &text)
        text.append(UInt8(ascii: "T"))
        append(time.hour, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        append(time.minute, width: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        append(time.second, width: 2, to: &text)
        if digits > 0 {
            text.append(UInt8(ascii: "."))
            append((digits..<9).reduce(time.nanoseconds) { rest, _ in rest / 10 }, width: digits, to: &text)
        }
        text.append(UInt8(ascii: "Z"))
    }

    private static func append(_ number: Int, width: Int, to text: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }
}
