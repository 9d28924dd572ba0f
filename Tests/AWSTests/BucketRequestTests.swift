// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization
import Testing

@testable import AWS

/// How often S3 is asked: each request costs more than all else that is done for a bucket.
struct BucketRequestTests {
    private static let identity = ResourceIdentity(environment: "default", module: "lake", address: Address("b"))
    private static let inputs: ObjectValue = [
        "bucket": "acme", "object_lock_enabled_for_bucket": false, "force_destroy": false, "tags": ["team": "data"]
    ]

    private static func tagging(_ tags: [String: String]) -> LoopbackServer.Answer {
        let items = tags.map { "<Tag><Key>\($0.key)</Key><Value>\($0.value)</Value></Tag>" }.joined()
        return .xml("<Tagging><TagSet>\(items)</TagSet></Tagging>")
    }

    private static func error(_ code: String) -> LoopbackServer.Answer {
        .xml("<Error><Code>\(code)</Code><Message>no</Message></Error>", status: 404)
    }

    private static func seen(_ server: LoopbackServer) -> [String] {
        server.requests.map { "\($0.method) \($0.path)" }
    }

    private static func read(_ aws: Connection) async throws -> ReadResponse {
        try await AWSProvider(client: aws.client, services: aws.services).read(
            ReadRequest(
                kind: "aws.s3.Bucket", identity: identity, inputs: inputs, outputs: [:], context: Connection.context()))
    }

    @Test func `one request tells that a bucket is there and what its tags are`() async throws {
        let server = try LoopbackServer { _, _ in Self.tagging(["team": "ops", "converge:token": "t"]) }
        try await Connection.with(server) { aws in
            guard case .found(let inputs, let outputs) = try await Self.read(aws) else {
                Issue.record("the bucket is told to be gone")
                return
            }
            #expect(inputs["tags"] == ["team": "ops"])
            #expect(outputs["arn"] == "arn:aws:s3:::acme")
            #expect(Self.seen(server) == ["GET /acme?tagging="])
        }
    }

    @Test(arguments: [("NoSuchTagSet", true), ("NoSuchBucket", false)])
    func `a bucket without tags is there, and one that S3 does not know is gone`(
        _ code: String, _ isThere: Bool
    ) async throws {
        let server = try LoopbackServer { _, _ in Self.error(code) }
        try await Connection.with(server) { aws in
            switch try await Self.read(aws) {
            case .found(let inputs, _):
                #expect(isThere)
                #expect(inputs["tags"] == .object([:]))
            case .gone: #expect(!isThere)
            }
            #expect(Self.seen(server) == ["GET /acme?tagging="])
        }
    }

    @Test func `a bucket is deleted by one request, whose answer is believed`() async throws {
        let server = try LoopbackServer { _, _ in LoopbackServer.Answer(status: 204) }
        try await Connection.with(server) { aws in
            try await AWSProvider(client: aws.client, services: aws.services).delete(
                DeleteRequest(
                    kind: "aws.s3.Bucket", identity: Self.identity, inputs: Self.inputs, outputs: [:],
                    context: Connection.context()))
            #expect(Self.seen(server) == ["DELETE /acme"])
        }
    }

    @Test func `a bucket in another's place waits until the one that was deleted for it is not told of any more`()
        async throws
    {
        let server = try LoopbackServer { request, number in
            if request.method != "GET" { return LoopbackServer.Answer() }
            return number < 2
                ? Self.tagging([
                    "converge:environment": "default", "converge:address": "lake/b", "converge:token": "before"
                ]) : Self.error("NoSuchBucket")
        }
        try await Connection.with(server) { aws in
            let made = try await Self.create(aws)
            #expect(made.outputs["arn"] == "arn:aws:s3:::acme")
            #expect(
                Self.seen(server) == [
                    "GET /acme?tagging=", "GET /acme?tagging=", "GET /acme?tagging=", "PUT /acme", "PUT /acme?tagging="
                ])
        }
    }

    @Test(arguments: [[:], ["converge:environment": "default", "converge:address": "lake/other"]])
    func `a name that something else has is refused at once`(_ tags: [String: String]) async throws {
        let server = try LoopbackServer { _, _ in Self.tagging(tags) }
        try await Connection.with(server) { aws in
            let failure = await #expect(throws: CallError.self) { try await Self.create(aws) }
            #expect(failure?.diagnostic.code == .nameTaken)
            #expect(Self.seen(server) == ["GET /acme?tagging="])
        }
    }

    private static func create(_ aws: Connection) async throws -> CreateResponse {
        try await AWSProvider(client: aws.client, services: aws.services).create(
            CreateRequest(
                kind: "aws.s3.Bucket", identity: identity, inputs: inputs, context: Connection.context()))
    }

    @Test func `changed tags keep those by which Converge knows the bucket, without asking for them again`()
        async throws
    {
        let present = ["team": "data", "converge:token": "t", "converge:address": "lake/b"]
        let server = try LoopbackServer { request, _ in
            request.method == "GET" ? Self.tagging(present) : LoopbackServer.Answer()
        }
        try await Connection.with(server) { aws in
            var inputs = Self.inputs
            inputs["tags"] = ["team": "ops"]
            _ = try await AWSProvider(client: aws.client, services: aws.services).update(
                UpdateRequest(
                    kind: "aws.s3.Bucket", identity: Self.identity, priorInputs: Self.inputs, priorOutputs: [:],
                    inputs: inputs, context: Connection.context()))
            #expect(Self.seen(server) == ["GET /acme?tagging=", "PUT /acme?tagging=", "GET /acme?tagging="])
            let sent = try #require(server.requests.first { $0.method == "PUT" }?.body)
            for part in ["<Key>converge:token</Key>", "<Key>converge:address</Key>", "<Value>ops</Value>"] {
                #expect(sent.contains(part))
            }
        }
    }
}
