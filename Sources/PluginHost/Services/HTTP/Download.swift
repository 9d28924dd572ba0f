// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import ConvergeSDK
import Glibc
import NIOCore
import NIOHTTP1
import Synchronization

/// A body that goes into a file as it comes, given up when the server is silent for too long.
struct Download: Sendable {
    let client: AsyncHTTPClient.HTTPClient
    let outgoing: HTTPClientRequest
    let request: DownloadRequest

    func run() async throws -> HTTPResponse {
        let lastSign = LastSign()
        let silence = request.request.timeout
        do {
            return try await withThrowingTaskGroup(of: HTTPResponse?.self) { group in
                group.addTask { try await fetch(lastSign) }
                group.addTask {
                    while true {
                        let end = lastSign.time + silence
                        if end <= .now { return nil }
                        try await Task.sleep(until: end, clock: .continuous)
                    }
                }
                defer { group.cancelAll() }
                while let first = try await group.next() {
                    guard let response = first else { throw HTTPClientError.readTimeout }
                    return response
                }
                throw CancellationError()
            }
        } catch {
            unlink(request.path)
            if Task.isCancelled { throw CancellationError() }
            throw error
        }
    }

    private func fetch(_ lastSign: LastSign) async throws -> HTTPResponse {
        let answer = try await client.execute(outgoing, deadline: .distantFuture)
        lastSign.renew()
        var response = HTTPResponse(
            status: Int(answer.status.code), headers: answer.headers.map { ($0.name, $0.value) }, body: [])
        guard (200..<300).contains(response.status) else {
            response.body = try await start(of: answer.body, lastSign)
            return response
        }
        let expected = response.header("content-length").flatMap { Int64($0) }
        let file = try FileHandle(open: request.path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        var received: Int64 = 0
        for try await piece in answer.body {
            lastSign.renew()
            try piece.withUnsafeReadableBytes { try file.write($0) }
            received += Int64(piece.readableBytes)
            request.onProgress(received, expected)
        }
        return response
    }

    /// When the server last showed that it is there.
    private final class LastSign: Sendable {
        private let last = Mutex(ContinuousClock.now)

        var time: ContinuousClock.Instant { last.withLock { $0 } }
        func renew() { last.withLock { $0 = .now } }
    }

    /// As much of a body as may be kept.
    private func start(of body: HTTPClientResponse.Body, _ lastSign: LastSign) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in body {
            lastSign.renew()
            bytes.append(contentsOf: piece.readableBytesView.prefix(request.request.largestResponse - bytes.count))
            if bytes.count >= request.request.largestResponse { break }
        }
        return bytes
    }
}
