// SPDX-License-Identifier: Apache-2.0

/// Measures of a thing over time.
public protocol MetricSource: Facet {
    /// The portable names that this source has: `requests`, `errors`, `latency_p95`, and so on.
    var metrics: [String] { get }

    /// A measure over time, oldest first. A stretch in which nothing was measured has no point.
    ///
    /// - Throws: `CallError` with `unsupported` for a name that this source does not have.
    func query(_ request: MetricQuery) async throws(CallError) -> [MetricPoint]
}

extension MetricSource {
    /// One value for the last stretch of time: the sum of a count, the mean of times and shares, the newest of anything else.
    ///
    /// - Parameter span: In whole minutes, at least one.
    /// - Returns: Nil where nothing was measured; nothing that was counted is 0.
    public func value(
        of name: String, over span: Duration, until now: Timestamp, _ context: CallContext
    ) async throws(CallError) -> Double? {
        let points = try await query(
            MetricQuery(
                name: name, from: now.advanced(by: .zero - span), to: now, period: .seconds(60), context: context))
        let values = points.map(\.value)
        switch name {
        case "requests", "errors", "runs", "failed_runs", "rows": return values.reduce(0, +)
        case "latency_p50", "latency_p95", "run_seconds", "cpu", "memory":
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        default: return values.last
        }
    }
}

public struct MetricQuery: Sendable {
    /// A portable name. Counts are sums over each period, times are in seconds, shares in percent.
    public var name: String
    public var from: Timestamp
    public var to: Timestamp
    /// How long the stretch is that each point stands for.
    public var period: Duration
    public var context: CallContext

    public init(name: String, from: Timestamp, to: Timestamp, period: Duration, context: CallContext) {
        self.name = name
        self.from = from
        self.to = to
        self.period = period
        self.context = context
    }
}

public struct MetricPoint: Sendable, Hashable {
    /// When the stretch begins.
    public var time: Timestamp
    public var value: Double

    public init(time: Timestamp, value: Double) {
        self.time = time
        self.value = value
    }
}
