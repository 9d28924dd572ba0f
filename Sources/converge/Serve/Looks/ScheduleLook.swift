// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Looks whether a schedule is due.
struct ScheduleLook: TriggerLook {
    private let schedule: Schedule
    /// Up to where was looked; nil where it never was.
    private var seen: Timestamp?

    /// How far a clock may be set back before the time until then is not waited for. What fired then does not fire again
    /// all the same: each time is recorded.
    private static let farthestBack = Duration.seconds(26 * 3600)

    init(_ schedule: Schedule, mark: ObjectValue?) {
        self.schedule = schedule
        seen = mark?["seen"]?.time
    }

    mutating func look(at now: Timestamp) -> TriggerSight? {
        guard let seen, now.advanced(by: Self.farthestBack) > seen else {
            // From now on: what was before nobody asked for.
            self.seen = now
            return TriggerSight(finds: [], mark: ["seen": .time(now)])
        }
        let due = schedule.due(since: seen, now: now)
        if due.isEmpty { return nil }
        self.seen = due.seen
        return TriggerSight(
            finds: due.skipped.map { find($0, skipped: "missed") } + due.wanted.map { find($0) },
            mark: ["seen": .time(due.seen)])
    }

    private func find(_ time: Timestamp, skipped: String? = nil) -> TriggerFind {
        TriggerFind(
            time.description, due: time, event: ["zone": .string(schedule.zone.name)], skipped: skipped,
            date: schedule.zone.date(at: time))
    }

    /// At most a second, since the clock may be set meanwhile.
    func pause(at now: Timestamp) -> Duration {
        guard let next = schedule.next(after: max(now, seen ?? now)) else { return .seconds(1) }
        return min(.seconds(1), max(.milliseconds(10), next.since(now)))
    }
}
