// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the facet and the kind say to the supervised endpoint, as values that cross between processes.
enum EndpointMessage: Sendable, Hashable {
    case current
    case deploy(Reference, weight: Double, startTimeout: Duration, token: String)
    case shift([String: Double], expected: [String: Double]?)
    case scale(Int, memory: Int64?)

    var value: Value {
        switch self {
        case .current: ["do": "current"]
        case .deploy(let model, let weight, let startTimeout, let token):
            .object([
                "do": "deploy", "model": .reference(model), "weight": .float(weight),
                "start_timeout": .duration(startTimeout), "token": .string(token)
            ])
        case .shift(let weights, let expected):
            .object([
                "do": "shift", "weights": Self.value(of: weights), "expected": expected.map(Self.value(of:)) ?? .null
            ])
        case .scale(let replicas, let memory):
            .object([
                "do": "scale", "replicas": .int(Int64(replicas)), "memory": memory.map { .int($0) } ?? .null
            ])
        }
    }

    init(_ value: Value) throws(CallError) {
        let object = value.object ?? [:]
        switch object["do"]?.string {
        case "current": self = .current
        case "deploy":
            guard let model = object["model"]?.reference, let weight = object["weight"]?.number,
                let startTimeout = object["start_timeout"]?.duration, let token = object["token"]?.string
            else { throw Self.unreadable }
            self = .deploy(model, weight: weight, startTimeout: startTimeout, token: token)
        case "shift":
            guard let weights = object["weights"]?.object else { throw Self.unreadable }
            self = .shift(Self.weights(weights), expected: object["expected"]?.object.map(Self.weights))
        case "scale":
            guard let replicas = object["replicas"]?.int else { throw Self.unreadable }
            self = .scale(Int(replicas), memory: object["memory"]?.int)
        default: throw Self.unreadable
        }
    }

    private static func value(of weights: [String: Double]) -> Value {
        .object(ObjectValue(weights.sorted { $0.key < $1.key }.map { ($0.key, .float($0.value)) }))
    }

    private static func weights(_ object: ObjectValue) -> [String: Double] {
        Dictionary(object.map { ($0.key, $0.value.number ?? 0) }, uniquingKeysWith: { first, _ in first })
    }

    private static var unreadable: CallError {
        CallError(.invalid, "the endpoint does not understand this message")
    }
}

extension ModelDeployment {
    /// As a value that crosses between processes.
    var value: Value {
        let versions = versions.map { version in
            Value.object([
                "version": .string(version.version), "model": .reference(version.model),
                "weight": .float(version.weight),
                "healthy": .bool(version.isHealthy), "requests": .int(version.requests), "errors": .int(version.errors),
                "latencies": version.latencies.map { .list($0.counts.map { .int($0) }) } ?? .null
            ])
        }
        return .object(["url": .string(url), "versions": .list(versions)])
    }

    init(_ value: Value) throws(CallError) {
        guard let object = value.object, let url = object["url"]?.string, let list = object["versions"]?.list else {
            throw CallError(.failed, "the endpoint gave an answer that cannot be read")
        }
        var versions: [Version] = []
        for entry in list {
            guard let entry = entry.object, let version = entry["version"]?.string,
                let model = entry["model"]?.reference, let weight = entry["weight"]?.number,
                let isHealthy = entry["healthy"]?.bool, let requests = entry["requests"]?.int,
                let errors = entry["errors"]?.int
            else { throw CallError(.failed, "the endpoint gave an answer that cannot be read") }
            versions.append(
                Version(
                    version: version, model: model, weight: weight, isHealthy: isHealthy, requests: requests,
                    errors: errors,
                    latencies: entry["latencies"]?.list.map { LatencyHistogram(counts: $0.map { $0.int ?? 0 }) }))
        }
        self.init(url: url, versions: versions)
    }
}
