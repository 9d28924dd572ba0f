// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Synchronization

/// What the daemon counts, as Prometheus reads it.
final class ServeFigures: Sendable {
    private struct Series: Hashable, Comparable {
        var name: String
        var labels: String

        static func < (left: Series, right: Series) -> Bool {
            (left.name, left.labels) < (right.name, right.labels)
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
        "converge_firings_total": "What triggers asked for.",
        "converge_runs_total": "Runs that have ended, by how.",
        "converge_firings_open": "Firings whose run has not ended.",
        "converge_runs_active": "Runs that are under way.",
        "converge_recipes": "Recipes that are served.",
        "converge_recipes_broken": "Recipes that cannot be read as they are now.",
        "converge_last_look_seconds": "When a trigger was looked at last, in seconds since 1970."
    ]

    func fired(_ trigger: TriggerIdentity, isSkipped: Bool) {
        count("converge_firings_total", trigger, [("skipped", isSkipped ? "true" : "false")])
    }

    func ended(_ trigger: TriggerIdentity, _ status: String) {
        count("converge_runs_total", trigger, [("status", status)])
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

    private func count(_ name: String, _ trigger: TriggerIdentity, _ more: [(String, String)]) {
        let all = [("module", trigger.module), ("workflow", trigger.workflow), ("trigger", trigger.trigger)] + more
        let labels = all.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        state.withLock { $0.counters[Series(name: name, labels: labels), default: 0] += 1 }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    /// The text format, version 0.0.4.
    func text() -> String {
        let state = state.withLock { $0 }
        var text = ""
        var last = ""
        func head(_ name: String, _ type: String) {
            if name != last { text += "# HELP \(name) \(Self.docs[name] ?? "")\n# TYPE \(name) \(type)\n" }
            last = name
        }
        for (series, value) in state.counters.sorted(by: { $0.key < $1.key }) {
            head(series.name, "counter")
            text += "\(series.name){\(series.labels)} \(value)\n"
        }
        var gauges = state.gauges
        if let look = state.lastLook { gauges["converge_last_look_seconds"] = Double(look.nanoseconds / 1_000_000_000) }
        for (name, value) in gauges.sorted(by: { $0.key < $1.key }) {
            head(name, "gauge")
            text += "\(name) \(Int64(value))\n"
        }
        return text
    }
}
