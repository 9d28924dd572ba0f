// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import ConvergeSDK
import Dispatch
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests with keep-alive connections; nothing of it starts before the first request.
///
/// Redirections are answers like others: a plugin decides whether its credentials may follow one.
final class LentHTTPClient: ConvergeSDK.HTTPClient {
    private let vault: SecretVault
    private let client = Lazily<AsyncHTTPClient.HTTPClient> {
        var configuration = AsyncHTTPClient.HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        // Who asked knows better whether to try again.
        configuration.connectionPool.retryConnectionEstablishment = false
        return AsyncHTTPClient.HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
    }

    init(vault: SecretVault) { self.vault = vault }

    deinit {
        // A client that is let go of without being closed would be a fault of its owner's; one closed already says so.
        client.valueIfMade?.shutdown(queue: .global()) { _ in }
    }

    func send(_ request: HTTPRequest) async throws(CallError) -> HTTPResponse {
        let outgoing = try await outgoing(request)
        do {
            let timeout = TimeAmount.nanoseconds(request.timeout.wholeNanoseconds)
            let answer = try await client.value.execute(outgoing, timeout: timeout)
            let body = try await answer.body.collect(upTo: request.largestResponse)
            let response = HTTPResponse(
                status: Int(answer.status.code), headers: answer.headers.map { ($0.name, $0.value) },
                body: Array(body.readableBytesView))
            return request.masksAnswer ? masked(response) : response
        } catch {
            throw Self.callError(error, request)
        }
    }

    func download(_ request: DownloadRequest) async throws(CallError) -> HTTPResponse {
        let outgoing = try await outgoing(request.request)
        do {
            return masked(try await Download(client: client.value, outgoing: outgoing, request: request).run())
        } catch let error as CallError {
            throw error
        } catch {
            throw Self.callError(error, request.request)
        }
    }

    /// A server may send back what it was sent, and what it answers is kept and shown.
    private func masked(_ response: HTTPResponse) -> HTTPResponse {
        HTTPResponse(
            status: response.status, headers: response.headers.map { ($0.name, vault.redactor.redact($0.value)) },
            body: vault.redactor.redact(response.body))
    }

    private func outgoing(_ request: HTTPRequest) async throws(CallError) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers {
            outgoing.headers.add(name: header.name, value: try await vault.text(of: header.value))
        }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        return outgoing
    }

    /// Closes the connections; requests fail from then on.
    func close() async {
        guard let client = client.valueIfMade else { return }
        // A client that is closed already has nothing left to close.
        do { try await client.shutdown() } catch {}
    }

    private static func callError(_ error: any Error, _ request: HTTPRequest) -> CallError {
        let target = "\(request.method) \(withoutQuery(request.url))"
        switch error {
        case is CancellationError: return .cancelled
        case is NIOTooManyBytesError:
            return CallError(
                .failed, "\(target) answered with more than \(Value.size(Int64(request.largestResponse)).literal)")
        case let error as HTTPClientError: return callError(error, target, request)
        case is NIOConnectionError:
            return CallError(
                .unreachable, "\(target): no connection to the server", help: ["check the address and the network"])
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
            return CallError(
                .unreachable, "\(target): no connection to the server", help: ["check the address and the network"])
        default: return CallError(.lost, "\(target): the connection broke before the answer was whole")
        }
    }

    private static func callError(_ error: HTTPClientError, _ target: String, _ request: HTTPRequest) -> CallError {
        let noConnection = CallError(
            .unreachable, "\(target): no connection to the server in time", help: ["check the address and the network"])
        switch error {
        case .cancelled, .alreadyShutdown: return .cancelled
        case .deadlineExceeded, .readTimeout, .requestStreamCancelled:
            return CallError(.timedOut, "\(target) did not answer within \(Value.duration(request.timeout).literal)")
        case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout:
            return noConnection
        case .invalidURL, .emptyHost, .emptyScheme:
            return CallError(.invalid, "'\(withoutQuery(request.url))' is no web address")
        case .remoteConnectionClosed, .writeTimeout:
            return CallError(.lost, "\(target): the connection broke before the answer was whole")
        default: return CallError(.failed, "\(target): \(error.shortDescription)")
        }
    }

    /// Query strings often carry credentials.
    private static func withoutQuery(_ url: String) -> String {
        let end = url.firstIndex { $0 == "?" || $0 == "#" } ?? url.endIndex
        return String(url[..<end])
    }
}
