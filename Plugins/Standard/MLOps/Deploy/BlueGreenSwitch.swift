// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A new version that is started beside the old one, gets all requests at once, and gives them back at once where it
/// fails while it is watched. The old one runs on all the time.
struct BlueGreenSwitch: Sendable {
    let watch: DeployWatch
    /// The version that gets the requests back.
    let previous: ModelDeployment.Version

    func run() async throws(CallError) -> ModelDeployment {
        let (fields, request) = (watch.fields, watch.request)
        try watch.check(previous)
        let begun = try await DeployExecutor.deploy(fields, weight: 0, previous, watch.host, request)
        guard let new = begun.versions.first(where: fields.isModel) else { return begun }
        var switched = begun
        if new.weight < 100 {
            // Whoever goes on after a crash would else take the new version for one that was there before.
            try await request.host.record(handle: previous.version, request.context)
            switched = try await watch.shift([new.version: 100], from: begun)
            request.host.services.log.write(
                "version '\(new.version)' serves all requests, and '\(previous.version)' stands by", request.context)
        }
        switch try await watch.run(switched) {
        case .bad(let reason): try await watch.takeBack(reason, to: [previous.version: 100], from: switched)
        case .good(let requests):
            request.host.services.log.write(
                "the time to watch is over: \(requests) requests, and the new version keeps up", request.context)
            return switched
        }
    }
}
