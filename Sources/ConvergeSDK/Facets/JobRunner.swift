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
}

public struct JobRequest: Sendable {
    /// What the program is told, by name.
    public var arguments: [String: String]
    /// Nil for what the job says.
    public var workers: Int?
    /// After that long the platform stops it; nil for what the job says.
    public var timeout: Duration?
    public var context: CallContext

    public init(
        arguments: [String: String] = [:], workers: Int? = nil, timeout: Duration? = nil, context: CallContext
    ) {
        self.arguments = arguments
        self.workers = workers
        self.timeout = timeout
        self.context = context
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
