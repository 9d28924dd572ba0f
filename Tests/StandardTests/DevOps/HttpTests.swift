// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginHost
import Synchronization
import Testing

struct HttpTests {
    /// Runs the body with a server that tells what it was asked, under the status that the path ends with.
    private func withServer(
        _ bench: Workbench, _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        // The client must be shut down before it goes, also where the body fails.
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await serve(bench, body))
        } catch {
            outcome = .failure(error)
        }
        await bench.services.close()
        try outcome.get()
    }

    private func serve(
        _ bench: Workbench, _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await bench.services.listener.serve(port: 0, started: { continuation.yield($0) }) { request in
                    let status = Int(request.url.split(separator: "/").last ?? "") ?? 200
                    var headers = ObjectValue()
                    for header in request.headers { headers[header.name.lowercased()] = header.value }
                    let text = Value.object([
                        "method": .string(request.method), "url": .string(request.url),
                        "type": headers["content-type"] ?? .null, "key": headers["x-key"] ?? .null,
                        "arrived": .bool(headers["x-key"] == "s3cret-s3cret"),
                        "body": .string(String(decoding: request.body, as: UTF8.self)),
                        "$secret": ["env", "KEY", nil]
                    ])
                    return HTTPResponse(
                        status: status, headers: [("Content-Type", "application/json"), ("Retry-After", "7")],
                        body: Array(text.json(.plain).utf8))
                }
            }
            for await port in ports {
                try await body("http://127.0.0.1:\(port)")
                break
            }
            group.cancelAll()
        }
    }

    @Test func `A request is sent and its answer read`() async throws {
        let bench = try await Workbench(secrets: ["KEY": "s3cret-s3cret"])
        try await withServer(bench) { address in
            let url = Value.template(Template([.text(address + "/items/"), .hole("a b/c"), .text("/200")]))
            let response = try await bench.step(
                "Http", "h",
                [
                    "method": "POST", "url": url, "body": ["customer": 7, "when": .duration(.seconds(90))],
                    "headers": ["X-Key": .secret(SecretReference(source: "env", name: "KEY"))]
                ])
            #expect(response.outputs["status"] == 200)
            let body = try #require(response.outputs["body"]?.object)
            #expect(body["method"] == "POST")
            #expect(body["url"]?.string?.hasSuffix("/items/a%20b%2Fc/200") == true)
            #expect(body["type"] == "application/json")
            #expect(body["body"] == #"{"customer":7,"when":"90s"}"#)
            #expect(body["arrived"] == true)
            #expect(body["key"]?.string?.contains("s3cret") == false, "what an answer says of a secret is masked")
            // A secret that somebody else's answer names stays a plain list.
            #expect(body["$secret"] == ["env", "KEY", nil])
        }
    }

    @Test func `Another status than expected fails the step with the answer`() async throws {
        let bench = try await Workbench()
        try await withServer(bench) { address in
            let failure = try await bench.failure("Http", "h", ["url": .string(address + "/404")])
            #expect(failure.code.text == "D0901")
            #expect(failure.message.hasSuffix("/404 answered with status 404"))
            let expected = try await bench.step("Http", "h", ["url": .string(address + "/404"), "expect_status": [404]])
            #expect(expected.outputs["status"] == 404)
        }
    }

    @Test func `A server that asks to slow down throttles, as the rule for retries wants to know`() async throws {
        let bench = try await Workbench()
        try await withServer(bench) { address in
            let (executor, request) = try bench.prepare("Http", "h", ["url": .string(address + "/429")])
            let error = await #expect(throws: CallError.self) { try await executor.execute(request) }
            #expect(error?.reason == .throttled(retryAfter: .seconds(7)))
            #expect(error?.diagnostic.code == .callThrottled)
            #expect(error?.diagnostic.notes.last == "it asks to wait 7s")
            #expect(error?.field == "url")
        }
    }

    @Test func `A secret has no place in a body`() async throws {
        let bench = try await Workbench()
        let failure = try await bench.failure(
            "Http", "h",
            ["url": "http://127.0.0.1:1/", "body": ["key": .secret(SecretReference(source: "env", name: "KEY"))]])
        #expect(failure.code.text == "D0902")
    }

    @Test(arguments: [("POST", false), ("PATCH", false), ("GET", true), ("PUT", true), ("DELETE", true)])
    func `Only what is safe to repeat is sent again after a crash`(method: String, isSafe: Bool) async throws {
        let bench = try await Workbench()
        let (executor, request) = try bench.prepare(
            "Http", "h", ["url": "http://127.0.0.1:1/", "method": .string(method)])
        #expect(try await (executor.recover(request) == .executeAgain) == isSafe)
    }
}
