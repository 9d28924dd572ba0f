// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// A trigger of a workflow in one environment, as records name it.
package struct TriggerIdentity: Sendable, Hashable, CustomStringConvertible {
    package var environment: String
    package var module: String
    package var workflow: String
    /// The trigger's key, such as `schedule "0 2 * * *"`.
    package var trigger: String

    package init(environment: String, module: String, workflow: String, trigger: String) {
        self.environment = environment
        self.module = module
        self.workflow = workflow
        self.trigger = trigger
    }

    package var description: String { "\(module) \(workflow): \(trigger)" }
}

/// One time at which a trigger asked for a run. It is recorded before the run begins, and a run begins with it once.
package struct FiringRecord: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable {
        /// No run has begun yet.
        case pending
        /// No run has begun yet, and the command that recorded it begins it itself.
        case held
        /// A run has begun.
        case started
        /// The run was asked to end because its daemon does: it goes on with the next one.
        case stopping
        /// The run has ended.
        case done
        /// No run was wanted: the time was missed, or what arrived was there before the trigger was served.
        case skipped
        /// No run could begin; the note tells why.
        case refused

        /// Whether something is still to be done about it.
        package var isOpen: Bool { self == .pending || self == .started || self == .stopping }
    }

    /// Given by the ledger, rising.
    package var id: Int64
    package var trigger: TriggerIdentity
    /// What tells it from the trigger's other firings: a time, a file and its content, a run. It fires once.
    package var subject: String
    /// When it was due, or was seen. The run's clock shows this time where it takes its parameters' defaults.
    package var due: Timestamp
    /// What the workflow is told.
    package var event: ObjectValue
    /// The recipe file, relative to the project's folder.
    package var recipe: String?
    package var settings: ObjectValue
    /// The digest under which the ledger keeps the texts of the recipe and its imports.
    package var source: String?
    package var status: Status
    /// The run that began with it.
    package var run: String?
    package var note: String
    package var recorded: Timestamp

    /// The clock of the run: the day is that of the event, which is the one by the schedule's zone.
    package var clock: RunClock { RunClock(now: due, today: event["date"]?.date) }

    package init(
        id: Int64 = 0, trigger: TriggerIdentity, subject: String, due: Timestamp, event: ObjectValue,
        recipe: String? = nil, settings: ObjectValue = [:], source: String? = nil, status: Status = .pending,
        run: String? = nil, note: String = "", recorded: Timestamp
    ) {
        self.id = id
        self.trigger = trigger
        self.subject = subject
        self.due = due
        self.event = event
        self.recipe = recipe
        self.settings = settings
        self.source = source
        self.status = status
        self.run = run
        self.note = note
        self.recorded = recorded
    }
}
