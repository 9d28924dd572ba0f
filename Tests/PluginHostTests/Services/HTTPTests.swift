// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

struct HTTPTests {
    private let lent: Lent

    init() throws { lent = try Lent(secrets: ["TOKEN": "open sesame"]) }

    /// Serves while the body runs.
    private func serving(
        _ handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
        _ body: (_ url: String) async throws -> Void
    ) async throws {
        let port = Collector<Int>()
        let listener = lent.services.listener
        let server = Task { try await listener.serve(port: 0, started: port.add, handler: handler) }
        #expect(try await eventually { !port.all.isEmpty })
        try await body("http://127.0.0.1:\(try #require(port.all.first))")
        server.cancel()
        let error = await #expect(throws: CallError.self) { try await server.value }
        #expect(error?.reason == .cancelled)
        await lent.services.close()
    }

    @Test func `a request reaches the handler and its answer the caller`() async throws {
        let tokens = Collector<String>()
        let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
            let token = request.headers.first { $0.name.lowercased() == "authorization" }?.value.string ?? ""
            tokens.add(token)
            return HTTPResponse(
                status: 418, headers: [("X-Token", token), ("Content-Length", "1")],
                body: Array("\(request.method) \(request.url) \(token) ".utf8) + request.body)
        }
        try await serving(handler) { url in
            let secret = Value.secret(SecretReference(source: "env", name: "TOKEN"))
            let response = try await lent.services.http.send(
                HTTPRequest(
                    method: "PUT", url: url + "/a?b=c",
                    headers: [("Authorization", .template(Template([.text("Bearer "), .hole(secret)])))],
                    body: Array("body".utf8)))
            #expect(response.status == 418)
            #expect(tokens.all == ["Bearer open sesame"])
            #expect(response.header("x-token") == "Bearer (secret TOKEN)", "what it is sent back is masked")
            #expect(String(decoding: response.body, as: UTF8.self) == "PUT /a?b=c Bearer (secret TOKEN) body")
        }
    }

    @Test func `many requests at once are handled at once`() async throws {
        // Nobody is answered before all have asked.
        let asked = Collector<String>()
        let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
            asked.add(request.url)
            while asked.all.count < 20, !Task.isCancelled { await Task.yield() }
            return HTTPResponse(status: 200, body: request.body)
        }
        try await serving(handler) { url in
            let http = lent.services.http
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let body = Array("\(number)".utf8)
                        return try await http.send(HTTPRequest(method: "POST", url: url, body: body)).body == body
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(answers == 20)
        }
    }

    /// Waits to be cancelled and tells when it begins and is.
    private static func patient(_ told: Collector<String>) -> @Sendable (HTTPRequest) async -> HTTPResponse {
        { _ in
            told.add("asked")
            do { try await Task.sleep(for: .seconds(600)) } catch { told.add("cancelled") }
            return HTTPResponse(status: 200)
        }
    }

    @Test func `no answer in time is a time-out, and its message holds nothing of the query`() async throws {
        try await serving(Self.patient(Collector())) { url in
            let error = await #expect(throws: CallError.self) {
                try await lent.services.http.send(
                    HTTPRequest(url: url + "/slow?key=hidden", timeout: .milliseconds(200)))
            }
            #expect(error?.reason == .timedOut)
            #expect(error?.diagnostic.message.contains("hidden") == false)
        }
    }

    @Test func `a body goes into a file, and progress tells how far`() async throws {
        let body = [UInt8](repeating: 7, count: 3 << 20)
        let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
            request.url == "/none"
                ? HTTPResponse(status: 404, body: Array("nothing here".utf8)) : HTTPResponse(status: 200, body: body)
        }
        try await serving(handler) { url in
            let path = lent.folder.path + "/download"
            let told = Collector<Int64>()
            let answer = try await lent.services.http.download(
                DownloadRequest(request: HTTPRequest(url: url + "/file"), path: path) { received, size in
                    told.add(received)
                    #expect(size == Int64(body.count))
                })
            #expect(answer.status == 200 && answer.body.isEmpty)
            #expect(try Array(Data(contentsOf: URL(filePath: path))) == body)
            #expect(told.all.last == Int64(body.count))

            let other = lent.folder.path + "/other"
            let refused = try await lent.services.http.download(
                DownloadRequest(request: HTTPRequest(url: url + "/none", largestResponse: 7), path: other))
            #expect(refused.status == 404 && refused.body == Array("nothing".utf8))
            #expect(!FileManager.default.fileExists(atPath: other))
        }
    }

    @Test func `a server that is silent for too long ends a download, and no file stays`() async throws {
        try await serving(Self.patient(Collector())) { url in
            let path = lent.folder.path + "/download"
            let error = await #expect(throws: CallError.self) {
                try await lent.services.http.download(
                    DownloadRequest(request: HTTPRequest(url: url, timeout: .milliseconds(200)), path: path))
            }
            #expect(error?.reason == .timedOut)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `a handler whose client went away is cancelled`() async throws {
        let told = Collector<String>()
        try await serving(Self.patient(told)) { url in
            let http = lent.services.http
            let request = Task { try await http.send(HTTPRequest(url: url, timeout: .seconds(600))) }
            let isAsked = try await eventually { told.all == ["asked"] }
            #expect(isAsked)
            request.cancel()
            let error = await #expect(throws: CallError.self) { try await request.value }
            #expect(error?.reason == .cancelled)
            let isCancelled = try await eventually { told.all == ["asked", "cancelled"] }
            #expect(isCancelled)
        }
    }

    @Test func `an answer that is too long is an error`() async throws {
        try await serving({ _ in HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: 5000)) }) { url in
            let error = await #expect(throws: CallError.self) {
                try await lent.services.http.send(HTTPRequest(url: url, largestResponse: 4096))
            }
            #expect(error?.reason == .failed)
            #expect(error?.diagnostic.message.hasSuffix("answered with more than 4KiB") == true)
        }
    }

    @Test func `a redirection is an answer`() async throws {
        try await serving({ _ in HTTPResponse(status: 302, headers: [("location", "/elsewhere")]) }) { url in
            let response = try await lent.services.http.send(HTTPRequest(url: url))
            #expect(response.status == 302)
            #expect(response.header("Location") == "/elsewhere")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
    func `curl is served: keep-alive, HEAD, and a body after Expect`() async throws {
        let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
            HTTPResponse(status: 200, body: Array("\(request.body.count)\n".utf8))
        }
        try await serving(handler) { url in
            let result = try await lent.services.processes.run(
                ProcessRequest(
                    command: ["curl", "-sS", "-H", "Expect: 100-continue", "--data-binary", "@-", url, url],
                    workingFolder: lent.folder.path, standardInput: [UInt8](repeating: 1, count: 3 << 20),
                    timeout: .seconds(30)))
            #expect(String(decoding: result.output, as: UTF8.self) == "3145728\n3145728\n")
            let head = try await lent.services.processes.run(
                ProcessRequest(
                    command: ["curl", "-sSI", url], workingFolder: lent.folder.path, timeout: .seconds(30)))
            #expect(String(decoding: head.output, as: UTF8.self).contains("content-length: 2"))
        }
    }

    @Test func `a port that is taken is a conflict, and nobody listening is told as that`() async throws {
        try await serving({ _ in HTTPResponse(status: 200) }) { url in
            let port = try #require(URL(string: url)?.port)
            let error = await #expect(throws: CallError.self) {
                try await lent.services.listener.serve(port: port, started: { _ in }) { _ in HTTPResponse(status: 200) }
            }
            #expect(error?.reason == .conflict)
        }
        let other = try Lent()
        let refused = await #expect(throws: CallError.self) {
            try await other.services.http.send(HTTPRequest(url: "http://127.0.0.1:1/"))
        }
        #expect(refused?.reason == .unreachable)
        let invalid = await #expect(throws: CallError.self) {
            try await other.services.http.send(HTTPRequest(url: "no address"))
        }
        #expect(invalid?.reason == .invalid)
        await other.services.close()
    }

    @Test func `a header that would end its line is refused, and its value is not in the message`() async throws {
        let error = await #expect(throws: CallError.self) {
            try await lent.services.http.send(
                HTTPRequest(url: "http://127.0.0.1:1/", headers: [("X-Key", "hidden\r\nX-Other: 1")]))
        }
        #expect(error?.diagnostic.message.contains("hidden") == false)
        await lent.services.close()
    }
}
