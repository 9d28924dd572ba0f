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
