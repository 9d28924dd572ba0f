// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// When a workflow is due by the clock on the wall of one place.
package struct Schedule: Sendable, Hashable {
    /// What becomes of times that passed while nobody served the schedule.
    package enum Missed: String, Sendable, Hashable, CaseIterable {
        /// The newest of them is made up for, and the others are not.
        case runOnce = "run_once"
        case skip
        /// Each is made up for, the oldest first.
        case all
    }

    /// What becomes of a time on the wall that a change of the clock leaves out.
    package enum Missing: String, Sendable, Hashable, CaseIterable {
        /// It is due at the first moment behind the gap.
        case shift
        case skip
    }

    /// What becomes of a time on the wall that a change of the clock brings twice.
    package enum Doubled: String, Sendable, Hashable, CaseIterable {
        /// It is due the first time.
        case once
        case twice
    }

    package var cron: CronExpression
    package var zone: LocalZone
    package var missed: Missed
    package var missing: Missing
    package var doubled: Doubled

    package init(
        cron: CronExpression, zone: LocalZone = .utc, missed: Missed = .runOnce, missing: Missing = .shift,
        doubled: Doubled = .once
    ) {
        self.cron = cron
        self.zone = zone
        self.missed = missed
        self.missing = missing
        self.doubled = doubled
    }

    /// The first time behind a moment; nil where none comes any more within the range of time stamps.
    package func next(after moment: Timestamp) -> Timestamp? {
        // A gap may move a time into the next day, so the day before is looked at too.
        var day = zone.day(at: moment.wholeSeconds) - 1
        let last = Timestamp(nanoseconds: .max).date.daysSinceEpoch - 2
        while day <= last {
            if let found = times(onDay: day).first(where: { $0 > moment }) { return found }
            day += 1
        }
        return nil
    }

    /// The times behind a moment, the earliest first.
    package func next(_ count: Int, after moment: Timestamp) -> [Timestamp] {
        var times: [Timestamp] = []
        var moment = moment
        while times.count < count, let time = next(after: moment) {
            times.append(time)
            moment = time
        }
        return times
    }

    /// The times behind the first moment and not behind the last, the earliest first.
    ///
    /// - Parameter limit: At most so many, the newest.
    package func times(after start: Timestamp, through end: Timestamp, limit: Int = .max) -> [Timestamp] {
        guard start < end else { return [] }
        var times: [Timestamp] = []
        let first = zone.day(at: start.wholeSeconds) - 1
        var day = zone.day(at: end.wholeSeconds) + 1
        // From the end, so that an old start costs no more than the limit.
        while day >= first, times.count < limit {
            times += self.times(onDay: day).filter { $0 > start && $0 <= end }.reversed()
            day -= 1
        }
        var earliestFirst: [Timestamp] = []
        for time in times.sorted() where time != earliestFirst.last { earliestFirst.append(time) }
        return Array(earliestFirst.suffix(limit))
    }

    /// The times of the days, the earliest first.
    package func times(from start: CalendarDate, through end: CalendarDate) -> [Timestamp] {
        guard start <= end else { return [] }
        var times: [Timestamp] = []
        for day in start.daysSinceEpoch...end.daysSinceEpoch {
            for time in self.times(onDay: day) where time != times.last { times.append(time) }
        }
        return times
    }

    /// The moments at which the clock on the wall shows the schedule's times of a day, in order, each once.
    private func times(onDay day: Int) -> [Timestamp] {
        guard cron.happens(on: CalendarDate(daysSinceEpoch: day)) else { return [] }
        let wall = WallDay(day, zone)
        var seconds: [Int64] = []
        for minute in cron.minutesOfDay {
            let found = wall.moments(ofMinute: minute)
            switch found.count {
            case 0: if missing == .shift { seconds.append(wall.end(ofGapAtMinute: minute)) }
            case 1: seconds += found
            default: seconds += doubled == .twice ? found : [found[0]]
            }
        }
        var times: [Timestamp] = []
        for second in seconds.sorted() where times.last != Timestamp(second: second) {
            times.append(Timestamp(second: second))
        }
        return times
    }
}
