// SPDX-License-Identifier: Apache-2.0

/// Serves models behind an address.
public protocol ModelHost: Facet {
    /// Starts a model beside the current one and, once it answers its health check, moves the weight to it; when it
    /// does not, the current one stays and the call throws. The same token changes nothing more.
    func deploy(_ request: DeployModelRequest) async throws(CallError) -> ModelDeployment
    /// Sets the share of requests that each version gets, at once; versions without weight are stopped but the last.
    /// Where the shares are not those that the request expects, nothing changes and the call throws a conflict.
    func shift(_ request: ShiftRequest) async throws(CallError) -> ModelDeployment
    /// What is served now.
    func current(_ context: CallContext) async throws(CallError) -> ModelDeployment
}

public struct DeployModelRequest: Sendable {
    /// A reference of type Model with `digest` and `path`.
    public var model: Reference
    /// The share of requests in percent that the new version gets; 0 starts it beside those that serve. The first
    /// version of an endpoint gets all.
    public var weight: Double
    /// How long the model may take to answer its health check.
    public var startTimeout: Duration
    public var context: CallContext

    public init(model: Reference, weight: Double = 100, startTimeout: Duration = .seconds(60), context: CallContext) {
        self.model = model
        self.weight = weight
        self.startTimeout = startTimeout
        self.context = context
    }
}

public struct ShiftRequest: Sendable {
    /// Percent by version; the sum is 100.
    public var weights: [String: Double]
    /// The shares that there must be until then, by version, as a deployment told them; nil: whatever they are.
    public var expected: [String: Double]?
    public var context: CallContext

    public init(weights: [String: Double], context: CallContext) {
        self.weights = weights
        self.context = context
    }

    public init(weights: [String: Double], expected: [String: Double]?, context: CallContext) {
        self.weights = weights
        self.expected = expected
        self.context = context
    }
}

public struct ModelDeployment: Sendable, Hashable {
    public struct Version: Sendable, Hashable {
        /// Names the deployed model: its name and version, or digest.
        public var version: String
        public var model: Reference
        /// Percent.
        public var weight: Double
        public var isHealthy: Bool
        public var requests: Int64
        /// Answers with a status of 500 and above, and requests without answer.
        public var errors: Int64
        /// How long its answers took; nil where the host does not measure that.
        public var latencies: LatencyHistogram?

        public init(
            version: String, model: Reference, weight: Double, isHealthy: Bool, requests: Int64, errors: Int64
        ) {
            self.version = version
            self.model = model
            self.weight = weight
            self.isHealthy = isHealthy
            self.requests = requests
            self.errors = errors
        }

        public init(
            version: String, model: Reference, weight: Double, isHealthy: Bool, requests: Int64, errors: Int64,
            latencies: LatencyHistogram?
        ) {
            self.init(
                version: version, model: model, weight: weight, isHealthy: isHealthy, requests: requests,
                errors: errors)
            self.latencies = latencies
        }
    }

    public var url: String
    /// The newest first.
    public var versions: [Version]

    public init(url: String, versions: [Version]) {
        self.url = url
        self.versions = versions
    }

    /// The share of each version in percent.
    public var weights: [String: Double] {
        Dictionary(versions.map { ($0.version, $0.weight) }, uniquingKeysWith: { first, _ in first })
    }
}
