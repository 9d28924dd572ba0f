// SPDX-License-Identifier: Apache-2.0

/// Sends HTTP requests. A status that is not 2xx is an answer, not an error.
public protocol HTTPClient: Sendable {
    /// - Throws: `CallError` with `timedOut`, `lost` (sent, no whole answer), `failed` (never sent) or `cancelled`.
    func send(_ request: HTTPRequest) async throws(CallError) -> HTTPResponse

    /// Writes the body of a 2xx answer to a file of this machine, piece by piece, so that memory does not grow with it.
    /// Where the call throws or the status is another, there is no file; such an answer's body is in the response.
    ///
    /// - Throws: `CallError` as of `send`, `lost` where the body was cut.
    func download(_ request: DownloadRequest) async throws(CallError) -> HTTPResponse
}

extension HTTPClient {
    public func download(_ request: DownloadRequest) async throws(CallError) -> HTTPResponse {
        throw CallError(.unsupported(feature: "download"), "this HTTP client does not write to files")
    }
}

public struct DownloadRequest: Sendable {
    /// Its `timeout` is how long the server may be silent, not how long the whole may take; its `largestResponse` is
    /// for answers that are not 2xx.
    public var request: HTTPRequest
    /// The file to write; it has mode 0600.
    public var path: String
    /// Told after each piece: the bytes that came, and those that the server announced.
    public var onProgress: @Sendable (Int64, Int64?) -> Void

    public init(
        request: HTTPRequest, path: String, onProgress: @escaping @Sendable (Int64, Int64?) -> Void = { _, _ in }
    ) {
        self.request = request
        self.path = path
        self.onProgress = onProgress
    }
}

public struct HTTPRequest: Sendable {
    public var method: String
    public var url: String
    /// Values may be secrets.
    public var headers: [(name: String, value: Value)]
    public var body: [UInt8]
    public var timeout: Duration
    /// A longer answer is an error.
    public var largestResponse: Int
    /// False where the answer is handed over as it came, although secrets of the project may stand in it: for content
    /// that must not change, and for credentials, which the caller then hides.
    public var masksAnswer = true

    public init(
        method: String = "GET", url: String, headers: [(name: String, value: Value)] = [], body: [UInt8] = [],
        timeout: Duration = .seconds(30), largestResponse: Int = 16 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.largestResponse = largestResponse
    }
}

public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in any case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Serves HTTP on loopback.
public protocol HTTPListener: Sendable {
    /// Listens until cancelled, handling requests concurrently.
    ///
    /// - Parameters:
    ///   - port: The port, or 0 for a free one.
    ///   - started: Called once with the port that is in use.
    ///   - handler: Answers one request; it is cancelled when the client goes away.
    /// - Throws: `CallError` with `conflict` where the port is taken.
    func serve(
        port: Int, started: @escaping @Sendable (Int) -> Void,
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) async throws(CallError)
}
