// SPDX-License-Identifier: Apache-2.0

/// Runs a program on machines of the platform, which come and go with it.
///
/// A run goes on whatever becomes of who asked for it: by the token it is found again.
public protocol JobRunner: Facet {
    /// Starts a run; under a token that started one before, gives that one.
    ///
    /// - Returns: The platform's name of the run.
    /// - Throws: `CallError` with `lost` where nobody knows whether a run was started; `find` tells.
    func submit(_ request: JobRequest) async throws(CallError) -> String

    /// The run that was started under the token of the call; nil where there is none.
    func find(_ context: CallContext) async throws(CallError) -> String?

    func state(of run: String, context: CallContext) async throws(CallError) -> JobState

    /// Asks for an end. One that has ended is not an error.
    func cancel(_ run: String, context: CallContext) async throws(CallError)

    /// What a run has written so far, from a cursor on.
    func log(_ request: JobLogRequest) async throws(CallError) -> JobLogPage

    /// Copies what the program of a run that succeeded left into a folder of this machine, as `JobResultsRequest` says.
    ///
    /// - Throws: `CallError` with `unsupported` where jobs run no programs of requests.
    func results(_ request: JobResultsRequest) async throws(CallError) -> JobResults
}

extension JobRunner {
    public func results(_ request: JobResultsRequest) async throws(CallError) -> JobResults {
        throw CallError(
            .unsupported(feature: "results"), "these jobs run a program of their own, which leaves no files here")
    }
}

public struct JobRequest: Sendable {
    /// What the program is told, by name.
    public var arguments: [String: String]
    /// Nil for what the job says.
    public var workers: Int?
    /// After that long the platform stops it; nil for what the job says.
    public var timeout: Duration?
    /// What the job runs; nil for the job's own program. Who runs no others refuses one with `unsupported`.
    public var program: JobProgram?
    public var context: CallContext

    public init(
        arguments: [String: String] = [:], workers: Int? = nil, timeout: Duration? = nil, context: CallContext
    ) {
        self.arguments = arguments
        self.workers = workers
        self.timeout = timeout
        self.context = context
    }

    public init(program: JobProgram, workers: Int? = nil, timeout: Duration? = nil, context: CallContext) {
        self.init(workers: workers, timeout: timeout, context: context)
        self.program = program
    }
}

@frozen
public enum JobState: Sendable, Hashable {
    /// Waiting for machines, at work, or about to end.
    case running
    case succeeded
    case failed(reason: String)
    case cancelled
}

public struct JobLogRequest: Sendable {
    public var run: String
    /// Nil for the beginning.
    public var cursor: String?
    public var context: CallContext

    public init(run: String, cursor: String? = nil, context: CallContext) {
        self.run = run
        self.cursor = cursor
        self.context = context
    }
}

public struct JobLogPage: Sendable, Hashable {
    public var lines: [String]
    /// To read on with; the same as before where nothing new was there.
    public var cursor: String?

    public init(lines: [String], cursor: String?) {
        self.lines = lines
        self.cursor = cursor
    }
}

public struct JobResultsRequest: Sendable {
    public var run: String
    /// An empty folder of this machine. It gets what the program left: the folders `model` and `artifacts`, and the
    /// file `metrics.json`, as far as there are.
    public var folder: String
    public var context: CallContext

    public init(run: String, folder: String, context: CallContext) {
        self.run = run
        self.folder = folder
        self.context = context
    }
}

public struct JobResults: Sendable, Hashable {
    /// What the platform itself measured of the run, by name, as numbers; the program's own metrics are in its file.
    public var metrics: ObjectValue
    /// Where the platform keeps the model; nil where it keeps none.
    public var model: String?

    public init(metrics: ObjectValue = [:], model: String? = nil) {
        self.metrics = metrics
        self.model = model
    }
}
