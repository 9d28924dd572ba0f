// SPDX-License-Identifier: Apache-2.0

/// Runs programs, each in a process group of its own, without a shell of its own making.
public protocol ProcessRunner: Sendable {
    /// Runs a program to its end. A non-zero exit is a result. At the time-out or at cancellation the whole group is
    /// asked to end (SIGTERM) and, after five seconds, killed.
    ///
    /// - Throws: `CallError` with `notFound` where there is no such program, `denied`, `timedOut` or `cancelled`.
    func run(_ request: ProcessRequest) async throws(CallError) -> ProcessResult
}

public struct ProcessRequest: Sendable {
    /// The program, looked for on PATH where it holds no slash, and its arguments.
    public var command: [String]
    /// Added to the host's own environment; values may be strings or secrets, null removes a variable.
    public var environment: ObjectValue
    public var workingFolder: String
    public var standardInput: [UInt8]
    /// Nil for no limit.
    public var timeout: Duration?
    /// How many bytes of data each of its processes may have (`RLIMIT_DATA`); nil for no limit.
    public var memoryLimit: Int64?
    /// At most so many bytes of standard output are kept for the result; the rest goes to the log alone.
    public var keptOutput: Int
    /// False where the kept output is handed over as it came, although secrets of the project may stand in it: for
    /// credentials, which the caller then hides. Lines are masked in any case.
    public var masksOutput = true
    /// Called with each line of standard output and standard error as it comes; bytes that are not UTF-8 are replaced.
    public var onLine: (@Sendable (ProcessOutput, String) -> Void)?
    /// Called once with the process id when the program runs.
    public var onStart: (@Sendable (Int32) -> Void)?

    public init(
        command: [String], environment: ObjectValue = [:], workingFolder: String, standardInput: [UInt8] = [],
        timeout: Duration? = nil, memoryLimit: Int64? = nil, keptOutput: Int = 1 << 20,
        onLine: (@Sendable (ProcessOutput, String) -> Void)? = nil, onStart: (@Sendable (Int32) -> Void)? = nil
    ) {
        self.command = command
        self.environment = environment
        self.workingFolder = workingFolder
        self.standardInput = standardInput
        self.timeout = timeout
        self.memoryLimit = memoryLimit
        self.keptOutput = keptOutput
        self.onLine = onLine
        self.onStart = onStart
    }
}

@frozen
public enum ProcessOutput: Sendable, Hashable {
    case standardOutput
    case standardError
}

public struct ProcessResult: Sendable, Hashable {
    /// The exit code, or nil where a signal ended the program.
    public var exitCode: Int32?
    public var signal: Int32?
    /// What was kept of standard output.
    public var output: [UInt8]
    /// True where more was written than was kept.
    public var isCut: Bool

    public init(exitCode: Int32?, signal: Int32? = nil, output: [UInt8] = [], isCut: Bool = false) {
        self.exitCode = exitCode
        self.signal = signal
        self.output = output
        self.isCut = isCut
    }
}
