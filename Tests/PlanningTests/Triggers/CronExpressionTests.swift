// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Testing

struct CronExpressionTests {
    private static let start = Timestamp("2026-01-01T00:00:00Z") ?? Timestamp(nanoseconds: 0)

    private func next(_ cron: String, _ count: Int = 3) throws -> [String] {
        try Schedule(cron: CronExpression(cron)).next(count, after: Self.start).map(\.description)
    }

    @Test(arguments: [
        ("0 2 * * *", ["2026-01-01T02:00:00Z", "2026-01-02T02:00:00Z", "2026-01-03T02:00:00Z"]),
        ("*/20 * * * *", ["2026-01-01T00:20:00Z", "2026-01-01T00:40:00Z", "2026-01-01T01:00:00Z"]),
        ("5,10-12 0 1 * *", ["2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z", "2026-01-01T00:11:00Z"]),
        ("0 9 * * MON-FRI", ["2026-01-01T09:00:00Z", "2026-01-02T09:00:00Z", "2026-01-05T09:00:00Z"]),
        ("0 9 * * 7", ["2026-01-04T09:00:00Z", "2026-01-11T09:00:00Z", "2026-01-18T09:00:00Z"]),
        ("0 9 * * SUN", ["2026-01-04T09:00:00Z", "2026-01-11T09:00:00Z", "2026-01-18T09:00:00Z"]),
        ("0 0 29 2 *", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z", "2036-02-29T00:00:00Z"]),
        ("0 0 1 jan,Jul *", ["2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-07-01T00:00:00Z"]),
        ("30 12/6 31 * *", ["2026-01-31T12:30:00Z", "2026-01-31T18:30:00Z", "2026-03-31T12:30:00Z"]),
        // Both days are restricted: either is enough.
        ("0 0 13 * FRI", ["2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z"]),
        ("@weekly", ["2026-01-04T00:00:00Z", "2026-01-11T00:00:00Z", "2026-01-18T00:00:00Z"])
    ])
    func `schedules mean the times that cron gives them`(cron: String, times: [String]) throws {
        #expect(try next(cron) == times)
    }

    @Test(arguments: [
        ("0 25 * * *", 2..<4), ("60 0 * * *", 0..<2), ("0 0 * * MOO", 8..<11), ("0 0 31 2 *", 0..<10),
        ("0 0 * *", 6..<7), ("0 0 * * * *", 10..<11), ("*/0 * * * *", 0..<3), ("1,,2 * * * *", 2..<3),
        ("5-1 * * * *", 0..<3), ("", 0..<1), ("@dailyy", 0..<7), ("0  0 L * *", 5..<6), ("0 0 1,32 * *", 6..<8),
        ("+1 * * * *", 0..<2), ("0 0 * * 8", 8..<9)
    ])
    func `what is no schedule is shown at the field that is wrong`(cron: String, range: Range<Int>) {
        do throws(CronError) {
            _ = try CronExpression(cron)
            Issue.record("'\(cron)' was read")
        } catch {
            #expect(error.range == range, "\(error.message)")
            #expect(!error.message.isEmpty)
        }
    }
}
