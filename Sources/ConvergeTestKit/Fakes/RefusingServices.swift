// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK

/// Services that a test did not mean to be used.
public struct RefusingServices: HTTPClient, HTTPListener, ProcessRunner, FileStore, DatabaseOpener, Supervisor, Hashing
{
    public init() {}

    private func refusal(_ service: String) -> CallError {
        CallError(.unsupported(feature: service), "this test lends no \(service)")
    }

    public func send(_ request: HTTPRequest) async throws(CallError) -> HTTPResponse { throw refusal("HTTP client") }

    public func download(_ request: DownloadRequest) async throws(CallError) -> HTTPResponse {
        throw refusal("HTTP client")
    }

    public func serve(
        port: Int, started: @escaping @Sendable (Int) -> Void,
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) async throws(CallError) { throw refusal("listener") }

    public func run(_ request: ProcessRequest) async throws(CallError) -> ProcessResult { throw refusal("process") }

    public func writeAtomically(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(CallError) {
        throw refusal("file")
    }

    public func withScratchFolder<T: Sendable>(
        _ body: @Sendable (_ path: String) async throws(CallError) -> T
    ) async throws(CallError) -> T { throw refusal("folder") }

    public func keep(path: String) async throws(CallError) -> KeptArtifact { throw refusal("store of artifacts") }

    public func path(ofDigest digest: String) async -> String? { nil }

    public func open(path: String) async throws(CallError) -> any Database { throw refusal("database") }

    public func ensure(_ service: SupervisedServiceSpecification) async throws(CallError) {
        throw refusal("supervisor")
    }

    public func call(_ id: String, _ message: Value, timeout: Duration) async throws(CallError) -> Value {
        throw refusal("supervisor")
    }

    public func stop(_ id: String) async throws(CallError) { throw refusal("supervisor") }

    public func list() async throws(CallError) -> [SupervisedServiceStatus] { throw refusal("supervisor") }

    public func sha256(_ bytes: [UInt8]) -> [UInt8] { [] }

    public func hmacSHA256(_ bytes: [UInt8], key: Value) async throws(CallError) -> [UInt8] {
        throw refusal("signature")
    }

    public func sha256() -> any DigestInProgress { EmptyDigest() }

    public func digest(ofPath path: String) async throws(CallError) -> String { throw refusal("digest") }

    private final class EmptyDigest: DigestInProgress {
        func update(_ bytes: UnsafeRawBufferPointer) {}
        func finish() -> String { "" }
    }
}
