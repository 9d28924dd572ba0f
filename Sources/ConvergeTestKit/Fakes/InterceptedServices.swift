// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK

/// Stands in the way of every call to a lent service.
public protocol ServiceInterceptor: Sendable {
    /// Makes the call, or does not, or does not tell what came of it.
    func intercept<T: Sendable>(_ call: () async throws(CallError) -> T) async throws(CallError) -> T
}

/// Lent services with an interceptor before each call that reaches the outside. Clock, randomness, hashing and log,
/// which have no effects, are as they were.
public struct InterceptedServices: HostServices {
    private let real: any HostServices
    private let interceptor: any ServiceInterceptor

    public init(_ real: any HostServices, _ interceptor: any ServiceInterceptor) {
        self.real = real
        self.interceptor = interceptor
    }

    public var http: any HTTPClient { Client(real: real.http, interceptor: interceptor) }
    public var listener: any HTTPListener { real.listener }
    public var processes: any ProcessRunner { Runner(real: real.processes, interceptor: interceptor) }
    public var files: any FileStore { Files(real: real.files, interceptor: interceptor) }
    public var databases: any DatabaseOpener { Opener(real: real.databases, interceptor: interceptor) }
    public var supervisor: any ConvergeSDK.Supervisor { Supervisor(real: real.supervisor, interceptor: interceptor) }
    public var hashing: any Hashing { real.hashing }
    public var clock: any WallClock { real.clock }
    public var randomness: any Randomness { real.randomness }
    public var log: any WorkLog { real.log }
    public var secrets: any SecretKeeper { real.secrets }
    public var asker: any Asker { real.asker }

    private struct Client: HTTPClient {
        let real: any HTTPClient
        let interceptor: any ServiceInterceptor

        func send(_ request: HTTPRequest) async throws(CallError) -> HTTPResponse {
            try await interceptor.intercept { () async throws(CallError) in try await real.send(request) }
        }

        func download(_ request: DownloadRequest) async throws(CallError) -> HTTPResponse {
            try await interceptor.intercept { () async throws(CallError) in try await real.download(request) }
        }
    }

    private struct Runner: ProcessRunner {
        let real: any ProcessRunner
        let interceptor: any ServiceInterceptor

        func run(_ request: ProcessRequest) async throws(CallError) -> ProcessResult {
            try await interceptor.intercept { () async throws(CallError) in try await real.run(request) }
        }
    }

    private struct Files: FileStore {
        let real: any FileStore
        let interceptor: any ServiceInterceptor

        func writeAtomically(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(CallError) {
            try await interceptor.intercept { () async throws(CallError) in
                try await real.writeAtomically(bytes, to: path, mode: mode)
            }
        }

        func withScratchFolder<T: Sendable>(
            _ body: @Sendable (_ path: String) async throws(CallError) -> T
        ) async throws(CallError) -> T {
            try await real.withScratchFolder(body)
        }

        func keep(path: String) async throws(CallError) -> KeptArtifact {
            try await interceptor.intercept { () async throws(CallError) in try await real.keep(path: path) }
        }

        func path(ofDigest digest: String) async -> String? { await real.path(ofDigest: digest) }
    }

    private struct Supervisor: ConvergeSDK.Supervisor {
        let real: any ConvergeSDK.Supervisor
        let interceptor: any ServiceInterceptor

        func ensure(_ service: SupervisedServiceSpecification) async throws(CallError) {
            try await interceptor.intercept { () async throws(CallError) in try await real.ensure(service) }
        }

        func call(_ id: String, _ message: Value, timeout: Duration) async throws(CallError) -> Value {
            try await interceptor.intercept { () async throws(CallError) in
                try await real.call(id, message, timeout: timeout)
            }
        }

        func stop(_ id: String) async throws(CallError) {
            try await interceptor.intercept { () async throws(CallError) in try await real.stop(id) }
        }

        func list() async throws(CallError) -> [SupervisedServiceStatus] {
            try await interceptor.intercept { () async throws(CallError) in try await real.list() }
        }
    }

    private struct Opener: DatabaseOpener {
        let real: any DatabaseOpener
        let interceptor: any ServiceInterceptor

        func open(path: String) async throws(CallError) -> any Database {
            let database = try await interceptor.intercept { () async throws(CallError) in
                try await real.open(path: path)
            }
            return OpenDatabase(real: database, interceptor: interceptor)
        }
    }

    private struct OpenDatabase: Database {
        let real: any Database
        let interceptor: any ServiceInterceptor

        func write(_ statements: [DatabaseStatement]) async throws(CallError) -> [DatabaseResult] {
            try await interceptor.intercept { () async throws(CallError) in try await real.write(statements) }
        }

        func read(_ statements: [DatabaseStatement]) async throws(CallError) -> [DatabaseResult] {
            try await interceptor.intercept { () async throws(CallError) in try await real.read(statements) }
        }

        func stream(
            _ statement: DatabaseStatement, batchRows: Int,
            _ onBatch: @Sendable (ColumnBatch) throws(CallError) -> Bool
        ) async throws(CallError) {
            try await interceptor.intercept { () async throws(CallError) in
                try await real.stream(statement, batchRows: batchRows, onBatch)
            }
        }

        func analysis(of sql: String) async throws(CallError) -> StatementAnalysis {
            try await interceptor.intercept { () async throws(CallError) in try await real.analysis(of: sql) }
        }

        func load(
            before: [DatabaseStatement], insert: String, after: [DatabaseStatement],
            _ body: @Sendable (any BatchInserter) async throws(CallError) -> Void
        ) async throws(CallError) {
            try await interceptor.intercept { () async throws(CallError) in
                try await real.load(before: before, insert: insert, after: after, body)
            }
        }
    }
}
