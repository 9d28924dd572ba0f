// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What had come of a version's requests at one moment.
struct DeployLook: Sendable {
    /// Since the watching began.
    let passed: Duration
    let requests: Int64
    let errors: Int64
    let latencies: LatencyHistogram

    init(_ version: ModelDeployment.Version, after passed: Duration) {
        self.passed = passed
        requests = version.requests
        errors = version.errors
        latencies = version.latencies ?? LatencyHistogram()
    }
}

/// A bound that a metric of a new version is held to while it is watched.
///
/// A metric is that of the last `over`. Too many requests or errors are told at once; what more requests could still
/// change, when that time has passed or the watching ends.
struct DeployAlarm: Sendable {
    /// The portable names of what a host of models measures.
    enum Metric: String, Sendable, CaseIterable {
        /// How many there were.
        case requests
        /// How many of them failed.
        case errors
        /// In seconds.
        case latencyP50 = "latency_p50"
        case latencyP95 = "latency_p95"

        var isLatency: Bool { self == .latencyP50 || self == .latencyP95 }
    }

    let name: String
    let metric: Metric
    private let above: Double?
    private let below: Double?
    private let over: Duration

    init(_ name: String, _ value: Value) throws(CallError) {
        guard let object = value.object, let metric = object["metric"]?.string.flatMap(Metric.init(rawValue:)) else {
            throw CallError(
                .invalid, "the alarm '\(name)' names no metric that an endpoint measures",
                help: ["use one of " + Metric.allCases.map(\.rawValue).joined(separator: ", ")]
            ).about("abort_when")
        }
        self.name = name
        self.metric = metric
        above = object["above"]?.number
        below = object["below"]?.number
        over = object["over"]?.duration ?? .seconds(300)
    }

    /// Why the alarm fires; nil where it does not.
    func reason(_ looks: [DeployLook], isOver: Bool) -> String? {
        guard let now = looks.last, let first = looks.first else { return nil }
        let start = looks.last { $0.passed <= now.passed - over } ?? first
        let isWhole = isOver || now.passed >= over
        guard let value = value(now, since: start) else { return nil }
        if let above, value > above, isWhole || !metric.isLatency { return sentence(value, "above", above) }
        if let below, value < below, isWhole { return sentence(value, "below", below) }
        return nil
    }

    /// Nil where there were no requests whose latency could be told.
    private func value(_ now: DeployLook, since start: DeployLook) -> Double? {
        switch metric {
        case .requests: Double(now.requests - start.requests)
        case .errors: Double(now.errors - start.errors)
        case .latencyP50: now.latencies.since(start.latencies).quantile(0.5)
        case .latencyP95: now.latencies.since(start.latencies).quantile(0.95)
        }
    }

    private func sentence(_ value: Double, _ side: String, _ bound: Double) -> String {
        let unit = metric.isLatency ? " s" : ""
        let shown = metric.isLatency ? (value * 1000).rounded() / 1000 : value
        return "the alarm '\(name)' fired: \(metric.rawValue) is \(HTMLText.number(shown))\(unit), "
            + "\(side) \(HTMLText.number(bound))\(unit)"
    }
}
