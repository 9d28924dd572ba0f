// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A new version that gets a share of the requests for a time, and then all of them or none.
struct CanaryTrial: Sendable {
    let host: any ModelHost
    let fields: DeployFields
    /// What the versions in service get when the trial fails.
    let weights: [String: Double]
    let request: StepRequest

    /// How often the new version is looked at.
    private static let looks = 20
    private static let longestWait = Duration.seconds(5)
    /// So many failed requests end the trial before its time.
    private static let earlyErrors: Int64 = 10

    func run() async throws(CallError) -> ModelDeployment {
        let previous = try await host.current(request.context).versions.first { weights[$0.version] != nil }
        let begun = try await DeployExecutor.deploy(fields, weight: fields.canary, previous, host, request)
        guard let first = begun.versions.first(where: fields.isModel) else { return begun }
        // A repeat under the same token changes nothing, so that somebody may have taken the share away since.
        guard first.weight > 0 else { throw overtaken(by: begun) }
        let services = request.host.services
        let start = services.clock.now()
        let pause = min(Self.longestWait, fields.watch / Self.looks)
        while true {
            let passed = services.clock.now().since(start)
            let current = try await host.current(request.context)
            guard current.weights == begun.weights else { throw overtaken(by: current) }
            let now = current.versions.first(where: fields.isModel)
            let isOver = passed >= fields.watch
            if let reason = problem(now, since: first, isOver: isOver) { try await takeBack(reason, begun) }
            if isOver {
                let requests = (now?.requests ?? 0) - first.requests
                services.log.write(
                    "the trial is over: \(requests) requests, and the new version keeps up", request.context)
                return try await shift([first.version: 100], from: begun)
            }
            services.log.progress(passed / fields.watch, "watching the new version", request.context)
            try await services.clock.sleep(for: min(pause, fields.watch - passed))
        }
    }

    /// Why the new version must not stay; nil where it may.
    private func problem(
        _ now: ModelDeployment.Version?, since first: ModelDeployment.Version, isOver: Bool
    ) -> String? {
        guard let now else { return "it is not in service any more" }
        guard now.isHealthy else { return "it does not answer its health check" }
        let (requests, errors) = (now.requests - first.requests, now.errors - first.errors)
        guard requests > 0, isOver || errors >= Self.earlyErrors else { return nil }
        let share = Double(errors) * 100 / Double(requests)
        guard share > fields.mostErrors else { return nil }
        return "\(errors) of \(requests) requests failed, more than \(Value.percent(fields.mostErrors).literal)"
    }

    private func takeBack(_ reason: String, _ begun: ModelDeployment) async throws(CallError) -> Never {
        _ = try await shift(weights, from: begun)
        throw CallError(
            .failed,
            Diagnostic(
                .canaryTakenBack, "the new version of '\(fields.model.name)' was taken back: \(reason)",
                notes: ["version '\(weights.keys.sorted().joined(separator: "', '"))' serves all requests as before"],
                help: ["mend the model, and deploy it again"])
        ).about("model")
    }

    /// Ends the trial, unless the requests are not shared any more as the trial shared them.
    private func shift(
        _ weights: [String: Double], from begun: ModelDeployment
    ) async throws(CallError) -> ModelDeployment {
        do throws(CallError) {
            return try await host.shift(
                ShiftRequest(weights: weights, expected: begun.weights, context: request.context))
        } catch  where error.reason == .conflict {
            throw overtaken(by: try await host.current(request.context))
        }
    }

    private func overtaken(by current: ModelDeployment) -> CallError {
        .overtaken(fields.model, by: current)
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
