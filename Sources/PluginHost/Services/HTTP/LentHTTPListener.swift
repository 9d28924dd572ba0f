// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves HTTP/1.1 on loopback with keep-alive; nothing of it starts before it is asked to serve.
struct LentHTTPListener: HTTPListener {
    /// A request with a larger body is answered 413.
    static let largestBody = 64 << 20

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    func serve(
        port: Int, started: @escaping @Sendable (Int) -> Void,
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) async throws(CallError) {
        do {
            let server = try await bind(port)
            started(server.channel.localAddress?.port ?? port)
            try await withTaskCancellationHandler {
                try await server.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            group.addTask { await Self.serve(connection, handler) }
                        }
                    }
                }
            } onCancel: {
                server.channel.close(promise: nil)
            }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw CallError(
                .conflict, "port \(port) is in use",
                help: ["choose another port, or end the program that holds it: `ss -ltnp 'sport = :\(port)'`"])
        } catch let error as IOError where error.errnoCode == EACCES {
            throw CallError(.denied, "port \(port) may not be used", help: ["choose a port from 1024 on"])
        } catch {
            if Task.isCancelled { throw .cancelled }
            throw CallError(.failed, "serving on port \(port) failed: \(error)")
        }
        throw .cancelled
    }

    private func bind(_ port: Int) async throws -> NIOAsyncChannel<Connection, Never> {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Without assistance, since one connection's requests are handled one by one, and since reading
                    // on while one is handled is what tells that the client went away.
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Handles one connection's requests one by one until either side ends it.
    private static func serve(
        _ connection: Connection, _ handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) async {
        let work = HandledRequest(handler: handler)
        connection.channel.closeFuture.whenComplete { _ in work.clientWentAway() }
        // A connection that breaks is the client's affair; there is nobody to tell.
        do {
            try await connection.executeThenClose { inbound, outbound in
                var parts = inbound.makeAsyncIterator()
                while let request = try await read(&parts, outbound) {
                    guard request.isWhole else {
                        try await write(HTTPResponse(status: 413), keepsAlive: false, outbound)
                        return
                    }
                    guard let response = await work.answer(request.request) else { return }
                    try await write(
                        response, keepsAlive: request.keepsAlive, isHead: request.request.method == "HEAD", outbound)
                    if !request.keepsAlive { return }
                }
            }
        } catch {}
    }

    private struct Incoming {
        var request: HTTPRequest
        var keepsAlive: Bool
        /// False where the body was too large to read.
        var isWhole: Bool
    }

    private static func read(
        _ parts: inout NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws -> Incoming? {
        var incoming: Incoming?
        while let part = try await parts.next(isolation: #isolation) {
            switch part {
            case .head(let head):
                let request = HTTPRequest(
                    method: head.method.rawValue, url: head.uri,
                    headers: head.headers.map { ($0.name, .string($0.value)) })
                incoming = Incoming(request: request, keepsAlive: head.isKeepAlive, isWhole: true)
                if head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" }) {
                    try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
                }
            case .body(let bytes):
                incoming?.request.body.append(contentsOf: bytes.readableBytesView)
                if let size = incoming?.request.body.count, size > largestBody {
                    incoming?.isWhole = false
                    return incoming
                }
            case .end: return incoming
            }
        }
        return nil
    }

    private static func write(
        _ response: HTTPResponse, keepsAlive: Bool, isHead: Bool = false,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        var headers = HTTPHeaders()
        for header in response.headers where !framing.contains(header.name.lowercased()) {
            headers.add(name: header.name, value: header.value)
        }
        let status = HTTPResponseStatus(statusCode: response.status)
        if status.mayHaveResponseBody { headers.add(name: "content-length", value: String(response.body.count)) }
        if !keepsAlive { headers.add(name: "connection", value: "close") }
        var parts: [HTTPServerResponsePart] = [
            .head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))
        ]
        if !response.body.isEmpty, !isHead, status.mayHaveResponseBody {
            parts.append(.body(.byteBuffer(ByteBuffer(bytes: response.body))))
        }
        parts.append(.end(nil))
        try await outbound.write(contentsOf: parts)
    }

    /// The headers that say where an answer ends, which only the writer of the bytes can say.
    private static let framing: Set<String> = ["content-length", "transfer-encoding", "connection", "keep-alive"]
}
