// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Times of the day on days of the year, as cron writes them: minute, hour, day of the month, month, day of the week.
package struct CronExpression: Sendable, Hashable, CustomStringConvertible {
    /// As it was written.
    package let description: String
    private let fields: [CronField]

    private static let names = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *"
    ]

    /// Reads the text.
    ///
    /// - Throws: What is wrong with its first field that is.
    package init(_ text: String) throws(CronError) {
        description = text
        let written = Self.names[text] ?? text
        if written.hasPrefix("@") {
            throw CronError(
                "there is no schedule '\(text)'; those with names are \(Self.names.keys.sorted().joined(separator: ", "))",
                at: 0..<max(1, text.utf8.count))
        }
        var fields: [CronField] = []
        for part in Self.parts(of: written) {
            guard let unit = CronField.Unit(rawValue: fields.count) else {
                throw CronError(
                    "a schedule has five fields, and this is one more: minute, hour, day, month, day of the week",
                    at: part.start..<(part.start + part.text.utf8.count))
            }
            do throws(CronError) {
                fields.append(try CronField(part.text, unit))
            } catch {
                throw CronError(
                    error.message, at: (part.start + error.range.lowerBound)..<(part.start + error.range.upperBound))
            }
        }
        if let missing = CronField.Unit(rawValue: fields.count) {
            let end = written.utf8.count
            throw CronError(
                "a schedule has five fields, and \(missing.words) is missing: minute, hour, day, month, day of the week",
                at: max(0, end - 1)..<max(1, end))
        }
        self.fields = fields
        guard canHappen else {
            throw CronError("no month has such a day, so the time never comes", at: 0..<max(1, text.utf8.count))
        }
    }

    private static func parts(of text: String) -> [(text: Substring, start: Int)] {
        text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map { part in
            (part, text.utf8.distance(from: text.startIndex, to: part.startIndex))
        }
    }

    private func field(_ unit: CronField.Unit) -> CronField { fields[unit.rawValue] }

    /// The minutes of a day, lowest first.
    var minutesOfDay: [Int] {
        let minutes = field(.minute).numbers
        return field(.hour).numbers.flatMap { hour in minutes.map { hour * 60 + $0 } }
    }

    /// Whether the schedule has times on that day. Where both the day of the month and the day of the week are
    /// restricted, either is enough, as cron has it.
    func happens(on date: CalendarDate) -> Bool {
        guard field(.month).contains(date.month) else { return false }
        let (day, weekday) = (field(.day), field(.weekday))
        let isDay = day.contains(date.day)
        // 1970-01-01 was a Thursday.
        let isWeekday = weekday.contains(((date.daysSinceEpoch + 4) % 7 + 7) % 7)
        if day.isOpen || weekday.isOpen { return isDay && isWeekday }
        return isDay || isWeekday
    }

    /// False for the thirtieth of February and its like. Every day of the year falls on every day of the week once in
    /// 40 years, the change of century included.
    private var canHappen: Bool {
        let start = CalendarDate(year: 2000, month: 1, day: 1)?.daysSinceEpoch ?? 0
        return (start..<(start + 40 * 366)).contains { happens(on: CalendarDate(daysSinceEpoch: $0)) }
    }
}
