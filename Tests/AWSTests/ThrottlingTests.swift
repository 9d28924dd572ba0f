// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Testing

@testable import AWS

/// What AWS refuses for now is tried by one alone: the host, as long as nothing was changed, else the call itself.
struct ThrottlingTests {
    private static let identity = ResourceIdentity(environment: "default", module: "lake", address: Address("b"))
    private static let inputs: ObjectValue = [
        "bucket": "acme", "object_lock_enabled_for_bucket": false, "force_destroy": false, "tags": [:]
    ]
    private static let slowDown = LoopbackServer.Answer.xml(
        "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>", status: 503)
    private static let absent = LoopbackServer.Answer.xml(
        "<Error><Code>NoSuchBucket</Code><Message>no</Message></Error>", status: 404)

    private static func seen(_ server: LoopbackServer, _ method: String, _ path: String) -> Int {
        server.requests.filter { $0.method == method && $0.path == path }.count
    }

    private static func create(_ aws: Connection) async throws(CallError) -> CreateResponse {
        try await AWSProvider(client: aws.client, services: aws.services).create(
            CreateRequest(kind: "aws.s3.Bucket", identity: identity, inputs: inputs, context: Connection.context()))
    }

    @Test func `as long as nothing was changed a refusal is told at once, to be tried again by the host`() async throws
    {
        let server = try LoopbackServer { _, _ in Self.slowDown }
        try await Connection.with(server) { aws in
            let failure = try #require(await #expect(throws: CallError.self) { try await Self.create(aws) })
            #expect(failure.reason == .throttled(retryAfter: nil) && failure.hadNoEffect)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `what was begun is gone on with until AWS takes it, and nothing is made twice`() async throws {
        let server = try LoopbackServer { request, number in
            switch (request.method, request.path) {
            case ("GET", _): Self.absent
            case ("PUT", "/acme?tagging=") where number < 12: Self.slowDown
            default: LoopbackServer.Answer()
            }
        }
        try await Connection.with(server) { aws in
            let made = try await Self.create(aws)
            #expect(made.outputs["arn"] == "arn:aws:s3:::acme")
            #expect(Self.seen(server, "PUT", "/acme") == 1)
            #expect(Self.seen(server, "PUT", "/acme?tagging=") == 11)
        }
    }

    @Test func `what was begun and is refused for ever ends after five minutes, and is told as done in part`()
        async throws
    {
        let server = try LoopbackServer { request, _ in
            switch (request.method, request.path) {
            case ("GET", _): Self.absent
            case ("PUT", "/acme?tagging="): Self.slowDown
            default: LoopbackServer.Answer()
            }
        }
        try await Connection.with(server) { aws in
            let start = aws.clock.now()
            let failure = try #require(await #expect(throws: CallError.self) { try await Self.create(aws) })
            let spent = aws.clock.now().since(start)
            #expect(spent > .seconds(240) && spent < .seconds(360), "\(spent)")
            // The host does not try that again, but asks what is there.
            #expect(failure.reason == .failed && !failure.hadNoEffect)
            #expect(failure.diagnostic.code == .awsThrottled)
            let count = Self.seen(server, "PUT", "/acme?tagging=")
            #expect(failure.diagnostic.notes.contains("AWS was asked \(count) times"))
            #expect(Self.seen(server, "PUT", "/acme") == 1)
        }
    }

    @Test func `what became of a lost call is asked as often as calls are tried`() async throws {
        let server = try LoopbackServer { _, _ in Self.slowDown }
        try await Connection.with(server, ["max_attempts": 3]) { aws in
            let request = SettleRequest(
                kind: "aws.s3.Bucket", identity: Self.identity, effect: .create, inputs: Self.inputs, priorOutputs: [:],
                context: Connection.context())
            let failure = await #expect(throws: CallError.self) {
                try await AWSProvider(client: aws.client, services: aws.services).settle(request)
            }
            #expect(failure?.reason == .throttled(retryAfter: nil))
            #expect(server.requests.count == 3)
        }
    }
}
