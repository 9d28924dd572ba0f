// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// How long effects on things of a kind have taken.
package struct EffectDurations: Sendable, Hashable {
    private struct Key: Hashable {
        var kind: String
        var effect: ResourceEffect
    }

    private var samples: [Key: [Duration]] = [:]

    package init() {}

    package mutating func add(_ duration: Duration, kind: String, effect: ResourceEffect) {
        samples[Key(kind: kind, effect: effect), default: []].append(duration)
    }

    /// What an effect on a thing of the kind takes as a rule: the median, which one slow day does not move.
    package func usual(_ effect: ResourceEffect, kind: String) -> Duration? {
        guard let known = samples[Key(kind: kind, effect: effect)], !known.isEmpty else { return nil }
        return known.sorted()[known.count / 2]
    }

    /// Nil where nothing like it was done before.
    package func usual(_ change: PlannedChange) -> Duration? {
        switch change.action {
        case .create: usual(.create, kind: change.kind)
        case .update: usual(.update, kind: change.kind)
        case .delete: usual(.delete, kind: change.kind)
        case .replace:
            // What goes then is a change of its own.
            change.oldGoesApart
                ? usual(.create, kind: change.kind)
                : usual(.delete, kind: change.kind).flatMap { deletion in
                    usual(.create, kind: change.kind).map { deletion + $0 }
                }
        case .move, .adopt, .refresh, .unchanged: nil
        }
    }
}

/// How long a plan will take, by what its changes took before.
package struct PlanEstimate: Sendable, Hashable {
    /// With as many changes at once as are allowed, and each behind those that it needs.
    package private(set) var duration = Duration.zero
    /// What each change takes, as far as that is known.
    package private(set) var changes: [Address: Duration] = [:]
    /// Changes of which nothing is known; they count as nothing.
    package private(set) var unknown = 0

    /// - Returns: Nil where nothing is known of any change.
    package init?(_ plan: Plan, _ history: EffectDurations, parallelism: Int) {
        var ends: [Address: Duration] = [:]
        var (longest, total) = (Duration.zero, Duration.zero)
        // A change stands behind those that it needs.
        for change in plan.changes where change.action.isEffect {
            let usual = history.usual(change)
            if let usual { changes[change.address] = usual } else { unknown += 1 }
            let start = (change.dependencies + change.after).compactMap { ends[$0] }.max() ?? .zero
            let end = start + (usual ?? .zero)
            ends[change.address] = end
            longest = max(longest, end)
            total += usual ?? .zero
        }
        if changes.isEmpty { return nil }
        duration = max(longest, total / max(1, parallelism))
    }
}
