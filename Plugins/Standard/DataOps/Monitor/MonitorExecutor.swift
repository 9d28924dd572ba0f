// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Looks at what a thing measures, and says which bounds are crossed. A crossed bound is a result.
struct MonitorExecutor: StepExecutor {
    let kind = "Monitor"

    private static let minute = Duration.seconds(60)

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let thing = try fields.reference("of")
        let source = try await request.host.facet((any MetricSource).self, named: "MetricSource", of: thing)
        let (services, context) = (request.host.services, request.context)
        let now = services.clock.now()
        let window = max(Self.minute, try fields.duration("window"))

        var alarms: ObjectValue = [:]
        var reasons: [String] = []
        for entry in try fields.object("checks") {
            let check = entry.value.object ?? [:]
            let name = check["metric"]?.string ?? ""
            guard source.metrics.contains(name) else { throw Self.unmeasured(name, entry.key, source) }
            let value = try await source.value(
                of: name, over: max(Self.minute, check["over"]?.duration ?? window), until: now, context)
            let reason = value.flatMap { Self.reason($0, check) }
            alarms[entry.key] = .bool(reason != nil)
            if let reason { reasons.append("\(entry.key): \(name) is \(reason)") }
        }
        var metrics: ObjectValue = [:]
        for (number, name) in source.metrics.enumerated() {
            services.log.progress(Double(number) / Double(source.metrics.count), "looking at \(name)", context)
            if let value = try await source.value(of: name, over: window, until: now, context) {
                metrics[name] = .float(value)
            }
        }
        for reason in reasons { services.log.write(reason, context) }
        return StepResponse(
            outputs: [
                "alarms": .object(alarms), "metrics": .object(metrics),
                "reasons": .list(reasons.map { .string($0) })
            ], reads: [thing])
    }

    /// Why a value is a reason for alarm; nil where it is none.
    private static func reason(_ value: Double, _ check: ObjectValue) -> String? {
        let shown = HTMLText.number((value * 1000).rounded() / 1000)
        if let above = check["above"]?.number, value > above { return "\(shown), above \(HTMLText.number(above))" }
        if let below = check["below"]?.number, value < below { return "\(shown), below \(HTMLText.number(below))" }
        return nil
    }

    private static func unmeasured(_ name: String, _ check: String, _ source: any MetricSource) -> CallError {
        let nearest = NearestName.find(name, in: source.metrics)
        return CallError(
            .unsupported(feature: name),
            Diagnostic(
                .metricUnmeasured, "'\(name)', which the check '\(check)' is about, is not measured there",
                notes: source.metrics.isEmpty ? [] : ["measured are " + source.metrics.joined(separator: ", ")],
                help: nearest.map { ["did you mean '\($0)'?"] } ?? [])
        ).about("checks")
    }
}
