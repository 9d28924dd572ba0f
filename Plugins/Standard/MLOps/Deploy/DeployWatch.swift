// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Watches a version in service for a time, and says when it must not stay.
struct DeployWatch: Sendable {
    let host: any ModelHost
    let fields: DeployFields
    let request: StepRequest

    enum Verdict: Sendable {
        case good(requests: Int64)
        /// With what is wrong.
        case bad(String)
    }

    /// How often the version is looked at.
    private static let looks = 20
    private static let longestWait = Duration.seconds(5)
    /// So many failed requests end the time before its end.
    private static let earlyErrors: Int64 = 10

    /// Refuses alarms about what the endpoint does not measure.
    func check(_ present: ModelDeployment.Version) throws(CallError) {
        guard present.latencies == nil, let alarm = fields.alarms.first(where: \.metric.isLatency) else { return }
        throw CallError(
            .unsupported(feature: alarm.metric.rawValue),
            "the endpoint does not measure '\(alarm.metric.rawValue)', which the alarm '\(alarm.name)' is about",
            help: ["watch `requests` and `errors`"]
        ).about("abort_when")
    }

    /// - Parameter begun: What is in service. Where somebody moves the shares meanwhile, the call throws.
    func run(_ begun: ModelDeployment) async throws(CallError) -> Verdict {
        guard let first = begun.versions.first(where: fields.isModel) else { throw .overtaken(fields.model, by: begun) }
        let services = request.host.services
        let start = services.clock.now()
        let pause = min(Self.longestWait, fields.watch / Self.looks)
        var looks = [DeployLook(first, after: .zero)]
        while true {
            let passed = max(.zero, services.clock.now().since(start))
            let current = try await host.current(request.context)
            guard current.weights == begun.weights else { throw .overtaken(fields.model, by: current) }
            let isOver = passed >= fields.watch
            guard let now = current.versions.first(where: fields.isModel) else {
                return .bad("it is not in service any more")
            }
            guard now.isHealthy else { return .bad("it does not answer its health check") }
            let look = DeployLook(now, after: passed)
            looks.append(look)
            if let reason = tooManyErrors(look, since: looks[0], isOver: isOver) { return .bad(reason) }
            for alarm in fields.alarms {
                if let reason = alarm.reason(looks, isOver: isOver) { return .bad(reason) }
            }
            if isOver { return .good(requests: look.requests - looks[0].requests) }
            services.log.progress(passed / fields.watch, "watching the new version", request.context)
            try await services.clock.sleep(for: min(pause, fields.watch - passed))
        }
    }

    private func tooManyErrors(_ now: DeployLook, since first: DeployLook, isOver: Bool) -> String? {
        let (requests, errors) = (now.requests - first.requests, now.errors - first.errors)
        guard requests > 0, isOver || errors >= Self.earlyErrors else { return nil }
        let share = Double(errors) * 100 / Double(requests)
        guard share > fields.mostErrors else { return nil }
        return "\(errors) of \(requests) requests failed, more than \(Value.percent(fields.mostErrors).literal)"
    }

    /// Moves the shares, unless they are not any more what they were.
    func shift(
        _ weights: [String: Double], from begun: ModelDeployment
    ) async throws(CallError) -> ModelDeployment {
        do throws(CallError) {
            return try await host.shift(
                ShiftRequest(weights: weights, expected: begun.weights, context: request.context))
        } catch  where error.reason == .conflict {
            throw .overtaken(fields.model, by: try await host.current(request.context))
        }
    }

    /// Gives the requests back to the versions before.
    func takeBack(
        _ reason: String, to weights: [String: Double], from begun: ModelDeployment
    ) async throws(CallError) -> Never {
        _ = try await shift(weights, from: begun)
        throw CallError(
            .failed,
            Diagnostic(
                .canaryTakenBack, "the new version of '\(fields.model.name)' was taken back: \(reason)",
                notes: ["version '\(weights.keys.sorted().joined(separator: "', '"))' serves all requests as before"],
                help: ["mend the model, and deploy it again"])
        ).about("model")
    }
}

extension CallError {
    /// Somebody else decided meanwhile which versions serve.
    static func overtaken(_ model: Reference, by current: ModelDeployment) -> CallError {
        let served = current.versions.filter { $0.weight > 0 }
            .map { "'\($0.version)' with \(Value.percent($0.weight).literal) of the requests" }
        return CallError(
            .conflict,
            Diagnostic(
                .deploymentOvertaken, "somebody else changed what is in service while '\(model.name)' was deployed",
                notes: [
                    served.isEmpty
                        ? "nothing is in service, and stays so"
                        : "in service, and left as it is: " + served.joined(separator: ", ")
                ],
                help: ["look at what is in service, and deploy again if it shall be replaced"])
        ).about("to")
    }
}
