// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// `@cache`: what a result that is known of a step is worth.
package enum CacheRule: Sendable, Hashable {
    /// Left out: what the step's kind says.
    case byKind
    /// `false`: nothing; the step is executed.
    case never
    /// `true`, or a time: it is taken on the recipe's word, while it is younger than that.
    case trusted(within: Duration?)
}

/// `@concurrency`: at most so many steps of a group are under way at once in a run.
package struct ConcurrencyRule: Sendable, Hashable {
    package var group: String
    /// At least 1.
    package var limit: Int
    package var place: SourcePlace

    package init(group: String, limit: Int, place: SourcePlace) {
        self.group = group
        self.limit = limit
        self.place = place
    }
}

/// `@rate`: at most so many steps of a group begin in any span of time of a run.
package struct RateRule: Sendable, Hashable {
    package var group: String
    /// At least 1.
    package var limit: Int
    /// Longer than nothing.
    package var per: Duration
    package var place: SourcePlace

    package init(group: String, limit: Int, per: Duration, place: SourcePlace) {
        self.group = group
        self.limit = limit
        self.per = per
        self.place = place
    }
}

/// `@retry: { attempts, backoff, on }`.
package struct RetryRule: Sendable, Hashable {
    /// At least 1.
    package var attempts: Int
    /// Before the second attempt; doubled before each further one.
    package var backoff: Duration
    /// `transient` for errors that may go away, `any` for all, or a diagnostic code.
    package var on: [String]

    package static let none = RetryRule(attempts: 1, backoff: .zero, on: [])

    package init(attempts: Int, backoff: Duration, on: [String]) {
        self.attempts = attempts
        self.backoff = backoff
        self.on = on
    }
}
