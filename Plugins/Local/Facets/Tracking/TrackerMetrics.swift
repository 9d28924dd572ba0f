// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What a tracker's runs measure over time: how many there were, how many failed, how long they took, and their own metrics.
struct TrackerMetrics: MetricSource {
    private static let ofRuns = ["runs", "failed_runs", "run_seconds"]

    let metrics: [String]
    private let database: any Database

    init(path: String, platform: Platform) async throws(CallError) {
        database = try await platform.databases.database(path, schema: TrackingSchema.statements)
        let found = try await database.read([DatabaseStatement("select distinct name from metrics order by name")])
        let names = found.first?.rows.compactMap { $0.first?.string } ?? []
        metrics = Self.ofRuns + names.filter { !Self.ofRuns.contains($0) }
    }

    func query(_ request: MetricQuery) async throws(CallError) -> [MetricPoint] {
        try checkCancellation()
        guard metrics.contains(request.name) else {
            throw CallError(
                .unsupported(feature: request.name), "no run of this tracker has the metric '\(request.name)'",
                help: ["it has \(metrics.joined(separator: ", "))"])
        }
        let period = max(1, Timestamp(nanoseconds: 0).advanced(by: request.period).nanoseconds)
        let bounds: [Value] = [.int(request.from.nanoseconds), .int(request.to.nanoseconds)]
        let (time, value, condition, more): (String, String, String, [Value]) =
            switch request.name {
            case "runs": ("started", "1.0", "runs where true", [])
            case "failed_runs": ("ended", "1.0", "runs where status = 'failed'", [])
            case "run_seconds": ("ended", "(ended - started) / 1e9", "runs where ended is not null", [])
            default: ("time", "value", "metrics where value is not null and name = ?", [.string(request.name)])
            }
        let found = try await database.read([
            DatabaseStatement(
                "select \(time), \(value) from \(condition) and \(time) >= ? and \(time) < ? order by \(time)",
                more + bounds)
        ])
        var stretches: [(begin: Int64, values: [Double])] = []
        for row in found.first?.rows ?? [] {
            guard row.count == 2, let time = row[0].int, let value = row[1].number else { throw .unreadableTracker }
            let begin = request.from.nanoseconds + (time - request.from.nanoseconds) / period * period
            if stretches.last?.begin == begin {
                stretches[stretches.count - 1].values.append(value)
            } else {
                stretches.append((begin, [value]))
            }
        }
        return stretches.compactMap { stretch in
            Self.value(of: request.name, stretch.values).map {
                MetricPoint(time: Timestamp(nanoseconds: stretch.begin), value: $0)
            }
        }
    }

    /// Counts are sums and times means; of a run's own metrics the newest counts.
    private static func value(of name: String, _ values: [Double]) -> Double? {
        switch name {
        case "runs", "failed_runs": values.reduce(0, +)
        case "run_seconds": values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        default: values.last
        }
    }
}
