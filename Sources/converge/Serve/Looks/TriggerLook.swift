// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution

/// One look after another at what a trigger waits for.
///
/// A look changes nothing: what it found and how far it went are recorded together, and only then does the next one go
/// on from there. So a process that dies between two of them finds the same again, and what is recorded fires once.
protocol TriggerLook {
    /// Looks once.
    ///
    /// - Returns: Nil where there is nothing to record.
    mutating func look(at now: Timestamp) async throws -> TriggerSight?

    /// How long to wait before the next look.
    func pause(at now: Timestamp) -> Duration
}

/// What a look found.
struct TriggerSight: Sendable, Hashable {
    var finds: [TriggerFind]
    /// How far it went, for the look of another process; nil leaves what was recorded.
    var mark: ObjectValue?
}

/// One reason to start the workflow.
struct TriggerFind: Sendable, Hashable {
    /// What tells it from others of the trigger.
    var subject: String
    var due: Timestamp
    /// What the event has beyond what all have.
    var event: ObjectValue
    /// Why it starts nothing; nil where it does.
    var skipped: String?
    /// The day that the event tells; nil for that of its time in UTC.
    var date: CalendarDate?

    init(
        _ subject: String, due: Timestamp, event: ObjectValue, skipped: String? = nil, date: CalendarDate? = nil
    ) {
        self.subject = subject
        self.due = due
        self.event = event
        self.skipped = skipped
        self.date = date
    }

    /// As it is recorded.
    func record(_ trigger: TriggerIdentity, of recipe: ServedRecipe, at now: Timestamp) -> FiringRecord {
        let common: ObjectValue = [
            "trigger": .string(trigger.trigger), "time": .time(due), "date": .date(date ?? due.date)
        ]
        return FiringRecord(
            trigger: trigger, subject: subject, due: due, event: common.merging(event),
            recipe: recipe.recorded, settings: recipe.settings, source: recipe.source,
            status: skipped == nil ? .pending : .skipped, note: skipped ?? "", recorded: now)
    }
}
