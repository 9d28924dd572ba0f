// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Synchronization

/// What the daemon counts, as Prometheus reads it.
final class ServeFigures: Sendable {
    private struct Series: Hashable, Comparable {
        var name: String
        /// Module, workflow, trigger, and one more.
        var labels: [String]

        static func < (left: Series, right: Series) -> Bool {
            left.name == right.name ? left.labels.lexicographicallyPrecedes(right.labels) : left.name < right.name
        }
    }

    private struct State {
        var counters: [Series: Int] = [:]
        var gauges: [String: Double] = [:]
        var lastLook: Timestamp?
        var lastRound: Timestamp?
    }

    private let state = Mutex(State())

    private static let docs = [
        "converge_firings_total": "What triggers asked for since the daemon began.",
        "converge_runs_total": "Runs of triggers that have ended since the daemon began, by how.",
        "converge_firings_open": "Firings whose run has not ended.",
        "converge_runs_active": "Runs that are under way.",
        "converge_recipes": "Recipes that are served.",
        "converge_recipes_broken": "Recipes that cannot be read as they are now.",
        "converge_last_look_seconds": "When a trigger was looked at last, in seconds since 1970."
    ]

    func fired(_ trigger: TriggerIdentity, isSkipped: Bool) {
        count("converge_firings_total", trigger, isSkipped ? "true" : "false")
    }

    func ended(_ trigger: TriggerIdentity, _ status: String) {
        count("converge_runs_total", trigger, status)
    }

    func looked(at time: Timestamp) { state.withLock { $0.lastLook = time } }

    func set(recipes: Int, broken: Int) {
        state.withLock { state in
            state.gauges["converge_recipes"] = Double(recipes)
            state.gauges["converge_recipes_broken"] = Double(broken)
        }
    }

    func set(open: Int, active: Int) {
        state.withLock { state in
            state.gauges["converge_firings_open"] = Double(open)
            state.gauges["converge_runs_active"] = Double(active)
        }
    }

    /// Noted each time the daemon has looked after everything.
    func wentRound(at time: Timestamp) { state.withLock { $0.lastRound = time } }

    var lastRound: Timestamp? { state.withLock { $0.lastRound } }

    private func count(_ name: String, _ trigger: TriggerIdentity, _ last: String) {
        let labels = [trigger.module, trigger.workflow, trigger.trigger, last]
        state.withLock { $0.counters[Series(name: name, labels: labels), default: 0] += 1 }
    }

    func families() -> [MetricFamily] {
        let state = state.withLock { $0 }
        var families: [MetricFamily] = []
        for (name, more) in [("converge_firings_total", "skipped"), ("converge_runs_total", "status")] {
            var family = MetricFamily(name, .counter, Self.docs[name] ?? "")
            for (series, value) in state.counters.sorted(by: { $0.key < $1.key }) where series.name == name {
                family.add(
                    Double(value), zip(["module", "workflow", "trigger", more], series.labels).map { ($0, $1) })
            }
            families.append(family)
        }
        var gauges = state.gauges
        if let look = state.lastLook { gauges["converge_last_look_seconds"] = Double(look.nanoseconds / 1_000_000_000) }
        for (name, value) in gauges.sorted(by: { $0.key < $1.key }) {
            var family = MetricFamily(name, .gauge, Self.docs[name] ?? "")
            family.add(value)
            families.append(family)
        }
        return families
    }
}
