// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What a schedule asks for at one moment.
package struct DueTimes: Sendable, Hashable {
    /// To be run, the earliest first.
    package var wanted: [Timestamp]
    /// Passed while nobody served the schedule, and not made up for, the earliest first.
    package var skipped: [Timestamp]
    /// Up to which moment this looked: what the next look begins behind.
    package var seen: Timestamp

    package var isEmpty: Bool { wanted.isEmpty && skipped.isEmpty }
}

extension Schedule {
    /// How late a time may be found and not count as missed.
    package static let grace = Duration.seconds(60)
    /// How many missed times are made up for at most, the newest; the others are skipped without being listed.
    package static let mostMissed = 10_000

    /// What is due: a pure function of the schedule, what was looked at before, and the present moment.
    ///
    /// A clock that was set back finds nothing due until it is past what was looked at before.
    ///
    /// - Parameter seen: Up to which moment an earlier look went; a schedule that was never looked at is given the
    ///   moment from which it is served.
    package func due(since seen: Timestamp, now: Timestamp) -> DueTimes {
        guard seen < now else { return DueTimes(wanted: [], skipped: [], seen: seen) }
        let times = self.times(after: seen, through: now, limit: Self.mostMissed)
        let late = now.advanced(by: .zero - Self.grace)
        var (wanted, skipped) = (times, [Timestamp]())
        switch missed {
        case .all: break
        case .runOnce:
            // Those that came in time run each; of those that were missed the newest, where nothing newer runs.
            let missed = times.filter { $0 < late }
            let inTime = times.filter { $0 >= late }
            wanted = inTime.isEmpty ? missed.suffix(1) : inTime
            skipped = inTime.isEmpty ? missed.dropLast() : missed
        case .skip:
            wanted = times.filter { $0 >= late }
            skipped = times.filter { $0 < late }
        }
        return DueTimes(wanted: wanted, skipped: skipped, seen: now)
    }
}
