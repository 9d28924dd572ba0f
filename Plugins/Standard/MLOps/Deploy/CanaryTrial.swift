// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A new version that gets a share of the requests for a time, and then all of them or none.
struct CanaryTrial: Sendable {
    let watch: DeployWatch
    /// What the versions in service get when the trial fails.
    let weights: [String: Double]

    func run() async throws(CallError) -> ModelDeployment {
        let (fields, request) = (watch.fields, watch.request)
        let previous = try await watch.host.current(request.context).versions.first { weights[$0.version] != nil }
        if let previous { try watch.check(previous) }
        let begun = try await DeployExecutor.deploy(fields, weight: fields.canary, previous, watch.host, request)
        guard let first = begun.versions.first(where: fields.isModel) else { return begun }
        // A repeat under the same token changes nothing, so that somebody may have taken the share away since.
        guard first.weight > 0 else { throw .overtaken(fields.model, by: begun) }
        switch try await watch.run(begun) {
        case .bad(let reason): try await watch.takeBack(reason, to: weights, from: begun)
        case .good(let requests):
            request.host.services.log.write(
                "the trial is over: \(requests) requests, and the new version keeps up", request.context)
            return try await watch.shift([first.version: 100], from: begun)
        }
    }
}
