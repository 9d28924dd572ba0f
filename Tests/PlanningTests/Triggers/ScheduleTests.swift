// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Planning
import Testing

struct ScheduleTests {
    /// Zones with changes of an hour, of half an hour and of two, at midnight, without any, and one that left out a day.
    static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Antarctica/Troll",
        "Pacific/Apia", "Asia/Kathmandu", "Asia/Beirut", "America/Havana", "Africa/Casablanca", "Pacific/Chatham"
    ]

    private func schedule(
        _ cron: String, _ zone: String, missed: Schedule.Missed = .runOnce, missing: Schedule.Missing = .shift,
        doubled: Schedule.Doubled = .once
    ) throws -> Schedule {
        Schedule(
            cron: try CronExpression(cron), zone: try #require(LocalZone(zone)), missed: missed, missing: missing,
            doubled: doubled)
    }

    private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    // MARK: Changes of the clocks

    @Test
    func `a time that does not exist runs at the next moment that does`() throws {
        let nightly = try schedule("30 2 * * *", "Europe/Berlin")
        let times = nightly.next(3, after: try time("2026-03-27T12:00:00Z")).map(\.description)
        // On the 29th the clocks go from two to three.
        #expect(times == ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"])
        let skipping = try schedule("30 2 * * *", "Europe/Berlin", missing: .skip)
        #expect(
            skipping.next(2, after: try time("2026-03-27T12:00:00Z")).map(\.description)
                == ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"])
    }

    @Test
    func `a time that exists twice runs once`() throws {
        let nightly = try schedule("30 2 * * *", "Europe/Berlin")
        let start = try time("2026-10-24T12:00:00Z")
        #expect(
            nightly.next(2, after: start).map(\.description) == ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"])
        let twice = try schedule("30 2 * * *", "Europe/Berlin", doubled: .twice)
        #expect(
            twice.next(3, after: start).map(\.description)
                == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"])
    }

    @Test
    func `several times in one gap are one run`() throws {
        let often = try schedule("*/10 2 * * *", "Europe/Berlin")
        let day = try #require(CalendarDate("2026-03-29"))
        #expect(often.times(from: day, through: day).map(\.description) == ["2026-03-29T01:00:00Z"])
    }

    @Test
    func `a day that was left out runs when the next begins`() throws {
        let daily = try schedule("0 8 * * *", "Pacific/Apia")
        let times = daily.next(3, after: try time("2011-12-29T20:00:00Z")).map(\.description)
        #expect(times == ["2011-12-30T10:00:00Z", "2011-12-30T18:00:00Z", "2011-12-31T18:00:00Z"])
    }

    @Test(arguments: zones)
    func `around every change of the clocks the times are those that a clock on the wall shows`(_ name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        var days: Set<Int64> = []
        var moment = Date(timeIntervalSince1970: 1_262_304_000)
        let end = Date(timeIntervalSince1970: 1_900_000_000)
        while let change = zone.nextDaylightSavingTimeTransition(after: moment), change < end {
            days.insert(Int64(change.timeIntervalSince1970) / 86_400)
            moment = change
        }
        if name == "Pacific/Apia" { days.insert(15_338) }
        var random = SplitMix(seed: 7)
        for day in days.sorted().prefix(24) + [20_000] {
            for _ in 0..<6 {
                let (minute, hour) = (Int.random(in: 0...59, using: &random), Int.random(in: 0...4, using: &random))
                let text = "\(minute) \(hour) * * *"
                let (from, to) = ((day - 2) * 86_400, (day + 3) * 86_400)
                let expected = Self.wallTimes(hour * 60 + minute, zone, from, to)
                let found = try schedule(text, name).times(
                    after: Timestamp(nanoseconds: from * 1_000_000_000),
                    through: Timestamp(nanoseconds: to * 1_000_000_000))
                #expect(found.map { $0.nanoseconds / 1_000_000_000 } == expected, "\(text) in \(name), day \(day)")
            }
        }
    }

    /// Looks at the wall minute by minute: the first showing of the time on each day, or the first moment that shows
    /// more.
    private static func wallTimes(_ minuteOfDay: Int, _ zone: TimeZone, _ from: Int64, _ to: Int64) -> [Int64] {
        func wall(_ second: Int64) -> Int64 {
            second + Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
        }
        var found: Set<Int64> = []
        var highest = wall(from - 172_800)
        for second in stride(from: from - 172_800 + 60, through: to, by: 60) {
            let now = wall(second)
            guard now > highest else { continue }
            // Everything that the wall shows for the first time between the two looks.
            var local = highest - highest % 60 + 60
            while local <= now {
                if Int(local % 86_400) / 60 == minuteOfDay, second > from { found.insert(second) }
                local += 60
            }
            highest = now
        }
        return found.sorted()
    }

    // MARK: What is due

    @Test(arguments: zones)
    func `looking often or seldom finds the same times, each once`(_ name: String) throws {
        var random = SplitMix(seed: 11)
        for cron in ["*/7 * * * *", "15 2 * * *", "0 0 1 * *", "30 1-3 * * SUN"] {
            let schedule = try schedule(cron, name, missed: .all)
            // A week with a change of the clocks in Europe, and one in America.
            for text in ["2026-03-25T00:00:00Z", "2026-10-30T00:00:00Z"] {
                let start = try time(text)
                let end = start.advanced(by: .seconds(7 * 86_400))
                var found: [Timestamp] = []
                var seen = start
                while seen < end {
                    let now = min(end, seen.advanced(by: .seconds(Int.random(in: 1...90_000, using: &random))))
                    let due = schedule.due(since: seen, now: now)
                    found += due.wanted
                    seen = due.seen
                }
                #expect(found == schedule.times(after: start, through: end))
                #expect(found == found.sorted() && Set(found).count == found.count)
                #expect(found == schedule.next(found.count, after: start))
            }
        }
    }

    @Test
    func `a clock that was set back finds nothing due again`() throws {
        let schedule = try schedule("* * * * *", "UTC", missed: .all)
        let first = schedule.due(since: try time("2026-01-01T00:00:00Z"), now: try time("2026-01-01T00:10:00Z"))
        #expect(first.wanted.count == 10)
        let back = schedule.due(since: first.seen, now: try time("2025-12-31T23:00:00Z"))
        #expect(back.isEmpty)
        #expect(back.seen == first.seen)
        let again = schedule.due(since: back.seen, now: try time("2026-01-01T00:11:30Z"))
        #expect(again.wanted.map(\.description) == ["2026-01-01T00:11:00Z"])
    }

    @Test
    func `missed times follow their rule`() throws {
        let (seen, now) = (try time("2026-01-01T00:00:00Z"), try time("2026-01-04T03:00:00Z"))
        let days = { (times: [Timestamp]) in times.map { $0.date.day } }
        let once = try schedule("0 2 * * *", "UTC").due(since: seen, now: now)
        #expect(days(once.wanted) == [4] && days(once.skipped) == [1, 2, 3])
        let none = try schedule("0 2 * * *", "UTC", missed: .skip).due(since: seen, now: now)
        #expect(days(none.wanted) == [] && days(none.skipped) == [1, 2, 3, 4])
        let all = try schedule("0 2 * * *", "UTC", missed: .all).due(since: seen, now: now)
        #expect(days(all.wanted) == [1, 2, 3, 4] && all.skipped.isEmpty)
        // One that comes in time makes up for those before it.
        let inTime = try schedule("0 2 * * *", "UTC").due(since: seen, now: try time("2026-01-03T02:00:00.5Z"))
        #expect(days(inTime.wanted) == [3] && days(inTime.skipped) == [1, 2])
    }

    @Test
    func `a schedule that nobody looked at for years costs no more than its limit`() throws {
        let schedule = try schedule("* * * * *", "Europe/Berlin", missed: .all)
        let due = schedule.due(since: try time("1990-01-01T00:00:00Z"), now: try time("2026-01-01T00:00:00Z"))
        #expect(due.wanted.count == Schedule.mostMissed)
        #expect(due.wanted.last?.description == "2026-01-01T00:00:00Z")
    }

    @Test(arguments: ["CET+1", "GMT+3", "+01:00", "Europe/Berln", "", "europe"])
    func `what is no name of the IANA database is no time zone`(_ name: String) {
        #expect(LocalZone(name) == nil)
    }
}

/// Numbers that are the same each time.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
