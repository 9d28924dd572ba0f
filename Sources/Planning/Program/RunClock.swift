// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What the clock shows in the defaults of parameters.
package struct RunClock: Sendable, Hashable {
    /// What `now()` is.
    package var now: Timestamp
    /// What `today()` is.
    package var today: CalendarDate

    /// - Parameter today: Nil for the day in UTC.
    package init(now: Timestamp, today: CalendarDate? = nil) {
        self.now = now
        self.today = today ?? now.date
    }
}

extension DeferredEvaluation {
    /// The parameters of a run for which a day is one in UTC.
    package func parameters(
        of workflow: String, arguments: ObjectValue, now: Timestamp
    ) throws(Diagnostics) -> ObjectValue {
        try parameters(of: workflow, arguments: arguments, clock: RunClock(now: now))
    }
}
