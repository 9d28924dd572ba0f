// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension RunningEndpoint {
    /// Makes a change and says what is served then. A change that fails leaves everything as it was.
    func change(_ message: EndpointMessage) async throws(CallError) -> ModelDeployment {
        switch message {
        case .current: break
        case .deploy(let model, let weight, let startTimeout, let token):
            try await deploy(model, weight: weight, startTimeout: startTimeout, token: token)
        case .shift(let weights, let expected): try await shift(weights, expected: expected)
        case .scale(let replicas, let memory): try await scale(replicas, memory: memory)
        }
        return try await current()
    }

    private func deploy(
        _ model: Reference, weight: Double, startTimeout: Duration, token: String
    ) async throws(CallError) {
        guard weight >= 0, weight <= 100 else {
            throw CallError(.invalid, "a model gets from 0% to 100% of the requests, not \(weight)%")
        }
        var new = remembered
        if new.versions.contains(where: { $0.token == token }) { return }
        let digest = model.attributes["digest"]
        if let index = new.versions.firstIndex(where: { $0.model.attributes["digest"] == digest }) {
            // The same files again: nothing new to start, or what was kept for being wanted back.
            let version = new.versions[index].version
            new.versions[index].token = token
            new.give(weight, to: version)
            try await put(new, starting: version, startTimeout: startTimeout)
            return
        }
        let version = Self.version(of: model, besides: new.versions.map(\.version))
        new.versions.insert(
            EndpointRecord.Version(version: version, model: model, weight: 0, token: token), at: 0)
        new.give(weight, to: version)
        new.forgetOld()
        try await put(new, starting: version, startTimeout: startTimeout)
    }

    /// The name and version of a model, or its digest.
    private static func version(of model: Reference, besides taken: [String]) -> String {
        let digest = String((model.attributes["digest"]?.string ?? "").prefix(12))
        guard let number = model.attributes["version"]?.int, !model.name.isEmpty else { return digest }
        let name = "\(model.name)@\(number)"
        return taken.contains(name) ? "\(name)-\(digest)" : name
    }

    private func shift(_ weights: [String: Double], expected: [String: Double]?) async throws(CallError) {
        var new = remembered
        if let expected, expected != new.weights { throw .movedShares(new.weights) }
        if let stray = weights.keys.sorted().first(where: { name in !new.versions.contains { $0.version == name } }) {
            throw .noSuchVersion(stray, known: new.versions.map(\.version))
        }
        let sum = weights.values.reduce(0, +)
        guard weights.values.allSatisfy({ $0 >= 0 }), abs(sum - 100) < 0.01 else {
            throw CallError(.invalid, "the shares of the versions add up to \(sum)%, not to 100%")
        }
        for index in new.versions.indices { new.versions[index].weight = weights[new.versions[index].version] ?? 0 }
        new.forgetOld()
        try await put(new, startTimeout: Self.restartTimeout)
    }

    private func scale(_ replicas: Int, memory: Int64?) async throws(CallError) {
        guard replicas > 0 else { throw CallError(.invalid, "an endpoint has at least one copy of its model") }
        var new = remembered
        new.replicas = replicas
        new.memory = memory
        try await put(new, startTimeout: Self.restartTimeout)
    }

    /// Starts what the record needs beside what runs, waits until it is healthy, makes the record durable, moves the
    /// requests at once, and retires what is not needed any more.
    ///
    /// - Parameter starting: The version that is started even where it gets no requests yet.
    private func put(
        _ new: EndpointRecord, starting: String? = nil, startTimeout: Duration
    ) async throws(CallError) {
        let present = split.all
        var lanes: [TrafficSplit.Lane] = []
        var fresh: [ModelProcess] = []
        do throws(CallError) {
            for version in new.versions {
                // Copies under another limit are replaced by copies under this one.
                var copies = (present.first { $0.version == version.version }?.copies ?? [])
                    .filter { $0.memory == new.memory }
                let isWanted = version.weight > 0 || version.version == starting
                if isWanted, copies.count < new.replicas {
                    let more = try await self.copies(
                        new.replicas - copies.count, of: version.model, memory: new.memory, startTimeout,
                        isOnTrial: true)
                    fresh += more
                    copies += more
                }
                copies = Array(copies.prefix(new.replicas))
                lanes.append(TrafficSplit.Lane(version: version.version, weight: version.weight, copies: copies))
            }
            for process in fresh { try await process.firstStart() }
            try await remember(new)
        } catch {
            for process in fresh { process.retire() }
            throw error
        }
        split.set(lanes)
        let kept = Set(lanes.flatMap { $0.copies.map(ObjectIdentifier.init) })
        for process in present.flatMap(\.copies) where !kept.contains(ObjectIdentifier(process)) { process.retire() }
    }
}
