// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What a rule of a policy does where it speaks.
package enum PolicyEffect: String, Sendable, Hashable, CaseIterable {
    /// The operation is refused.
    case deny
    /// It is told.
    case warn
    /// After the operation: what does not hold fails it.
    case ensure
}

/// When rules are judged.
package enum PolicyStage: Sendable, Hashable, CaseIterable {
    /// `deny` and `warn`, on what shall be.
    case before
    /// `ensure`, on what came out.
    case after
}

/// A rule that does not hold for a resource, or of which that cannot be told yet.
package struct PolicyFinding: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case broken
        /// It waits for something unknown, such as `lake.url`.
        case undecided(origin: String)
    }

    /// The policy's name; one of a module has the module's name and a dot in front.
    package var policy: String
    package var effect: PolicyEffect
    package var resource: Address
    package var verdict: Verdict
    /// The reason that the rule gives.
    package var reason: String
    /// The rule.
    package var place: SourcePlace
    /// What the resource's declaration says of the policy.
    package var exemption: PolicyExemption?

    package init(
        policy: String, effect: PolicyEffect, resource: Address, verdict: Verdict, reason: String, place: SourcePlace,
        exemption: PolicyExemption? = nil
    ) {
        self.policy = policy
        self.effect = effect
        self.resource = resource
        self.verdict = verdict
        self.reason = reason
        self.place = place
        self.exemption = exemption
    }

    /// True where the declaration is exempt from it today.
    package var isExempt: Bool { exemption?.isValid ?? false }

    /// True where the finding keeps the plan from being applied.
    package var isRefusal: Bool { verdict == .broken && effect != .warn && !isExempt }
}

/// `@exempt: { POLICY: { until: DATE, why: TEXT } }`
package struct PolicyExemption: Sendable, Hashable {
    /// The last day on which it holds, in UTC.
    package var until: CalendarDate
    package var why: String
    /// False once that day is over.
    package var isValid: Bool
    package var place: SourcePlace

    package init(until: CalendarDate, why: String, isValid: Bool, place: SourcePlace) {
        self.until = until
        self.why = why
        self.isValid = isValid
        self.place = place
    }
}

extension PolicyFinding {
    /// The finding as an error, at the resource that the rule speaks of.
    ///
    /// - Parameter resource: Where it is declared; nil where that is not known.
    package func diagnostic(at resource: SourcePlace?) -> Diagnostic {
        var labels: [DiagnosticLabel] = []
        if let resource { labels.append(DiagnosticLabel(resource)) }
        labels.append(DiagnosticLabel(place, "the rule"))
        var notes: [String] = []
        if let exemption, !exemption.isValid {
            notes.append("its exemption ended on \(exemption.until): \(exemption.why)")
        }
        let key = policy.contains(".") ? "\"\(policy)\"" : policy
        let exempting = "@exempt: { \(key): { until: DATE, why: \"…\" } }    in its declaration exempts it"
        switch verdict {
        case .broken where effect == .ensure:
            return Diagnostic(
                .policyNotEnsured, "\(self.resource) is not what policy '\(policy)' ensures: \(reason)", labels: labels,
                notes: notes, help: ["change its declaration and apply again", exempting])
        case .broken:
            return Diagnostic(
                .policyDenied, "policy '\(policy)' denies \(self.resource): \(reason)", labels: labels, notes: notes,
                help: ["change its declaration", exempting])
        case .undecided(let origin):
            return Diagnostic(
                .policyUndecidable, "policy '\(policy)' cannot be decided before \(self.resource) is there: \(reason)",
                labels: labels, notes: ["it depends on \(origin), which the operation itself makes"] + notes,
                help: ["write `ensure`, which is judged after the operation, instead of `deny`", exempting])
        }
    }
}
