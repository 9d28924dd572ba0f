// SPDX-License-Identifier: Apache-2.0

/// Records runs of training and evaluation: parameters, metrics, artifacts.
public protocol ExperimentTracker: Facet {
    /// Begins a run; the same token gives the same run.
    func begin(_ request: BeginRunRequest) async throws(CallError) -> TrackedRun
    /// Adds to a run; a repeat changes nothing.
    func record(_ request: RecordRequest) async throws(CallError)
    func end(_ request: EndRunRequest) async throws(CallError)
    /// Runs of an experiment, the newest first.
    func search(_ request: SearchRunsRequest) async throws(CallError) -> [TrackedRun]
}

public struct BeginRunRequest: Sendable {
    public var experiment: String
    public var name: String
    public var tags: [String: String]
    public var context: CallContext

    public init(experiment: String, name: String, tags: [String: String] = [:], context: CallContext) {
        self.experiment = experiment
        self.name = name
        self.tags = tags
        self.context = context
    }
}

public struct RecordRequest: Sendable {
    public var run: String
    public var parameters: ObjectValue
    public var metrics: [RecordedMetric]
    /// Kept artifacts by name.
    public var artifacts: [String: KeptArtifact]
    public var context: CallContext

    public init(
        run: String, parameters: ObjectValue = [:], metrics: [RecordedMetric] = [],
        artifacts: [String: KeptArtifact] = [:], context: CallContext
    ) {
        self.run = run
        self.parameters = parameters
        self.metrics = metrics
        self.artifacts = artifacts
        self.context = context
    }
}

public struct RecordedMetric: Sendable, Hashable {
    public var name: String
    public var value: Double
    public var step: Int64
    public var time: Timestamp

    public init(name: String, value: Double, step: Int64 = 0, time: Timestamp) {
        self.name = name
        self.value = value
        self.step = step
        self.time = time
    }
}

@frozen
public enum TrackedRunStatus: String, Sendable, Hashable, Codable {
    case running, finished, failed
}

public struct EndRunRequest: Sendable {
    public var run: String
    public var status: TrackedRunStatus
    public var context: CallContext

    public init(run: String, status: TrackedRunStatus, context: CallContext) {
        self.run = run
        self.status = status
        self.context = context
    }
}

public struct SearchRunsRequest: Sendable {
    /// Nil for all.
    public var experiment: String?
    public var limit: Int
    public var context: CallContext

    public init(experiment: String? = nil, limit: Int = 100, context: CallContext) {
        self.experiment = experiment
        self.limit = limit
        self.context = context
    }
}

public struct TrackedRun: Sendable, Hashable {
    public var id: String
    public var experiment: String
    public var name: String
    public var status: TrackedRunStatus
    public var parameters: ObjectValue
    /// The last value of each.
    public var metrics: ObjectValue
    public var started: Timestamp
    public var ended: Timestamp?

    public init(
        id: String, experiment: String, name: String, status: TrackedRunStatus, parameters: ObjectValue,
        metrics: ObjectValue, started: Timestamp, ended: Timestamp?
    ) {
        self.id = id
        self.experiment = experiment
        self.name = name
        self.status = status
        self.parameters = parameters
        self.metrics = metrics
        self.started = started
        self.ended = ended
    }
}
