// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

/// What a person is told when AWS says no.
struct FailureTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var code: String
        var status = 400
        var message = "no"
        var wanted: DiagnosticCode
        var reason: CallError.Reason

        var testDescription: String { code }
    }

    static let refusals = [
        Refusal(code: "AccessDeniedException", wanted: .awsDenied, reason: .denied),
        Refusal(code: "UnauthorizedOperation", status: 403, wanted: .awsDenied, reason: .denied),
        Refusal(code: "UnrecognizedClientException", wanted: .awsBadCredentials, reason: .denied),
        Refusal(code: "SignatureDoesNotMatch", status: 403, wanted: .awsBadCredentials, reason: .denied),
        Refusal(code: "ExpiredTokenException", wanted: .awsExpiredCredentials, reason: .denied),
        Refusal(code: "ResourceAlreadyExistsException", wanted: .awsNameTaken, reason: .conflict),
        Refusal(code: "BucketAlreadyExists", status: 409, wanted: .awsNameTaken, reason: .conflict),
        Refusal(code: "LimitExceededException", wanted: .awsQuota, reason: .failed),
        Refusal(code: "ServiceQuotaExceededException", status: 402, wanted: .awsQuota, reason: .failed),
        Refusal(code: "com.amazonaws.x#ResourceNotFoundException", wanted: .awsNotFound, reason: .notFound),
        Refusal(code: "ResourceInUseException", wanted: .awsConflict, reason: .conflict),
        Refusal(code: "ValidationException", wanted: .awsRefused, reason: .invalid),
        Refusal(
            code: "UnknownOperationException", wanted: .awsNotOffered,
            reason: .unsupported(feature: "UnknownOperationException")),
        Refusal(code: "PermanentRedirect", status: 301, wanted: .awsWrongRegion, reason: .invalid)
    ]

    @Test(arguments: refusals)
    func `a refusal has its own code, AWS's, the request id and the way out`(refusal: Refusal) async throws {
        let server = try LoopbackServer { _, _ in .error(refusal.code, refusal.message, status: refusal.status) }
        try await Connection.with(server) { aws in
            let failure = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("kms", "CreateKey", context: Connection.context())
            }
            let error = try #require(failure?.callError)
            #expect(error.diagnostic.code == refusal.wanted)
            #expect(error.reason == refusal.reason)
            let code = refusal.code.split(separator: "#").last.map(String.init) ?? ""
            #expect(error.diagnostic.notes == ["AWS code: \(code), HTTP status: \(refusal.status), request id: id-1"])
            #expect(failure?.isOne(of: [code]) == true)
        }
    }

    @Test func `a web page is a server that does not know the call`() async throws {
        let server = try LoopbackServer { _, _ in .xml("<!doctype html>\n<html lang=en><title>500</title>", status: 500)
        }
        try await Connection.with(server) { aws in
            let failure = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("kms", "CreateKey", context: Connection.context())
            }
            #expect(server.requests.count == 1)
            #expect(failure?.diagnostic.code == .awsNotOffered)
        }
    }

    @Test func `an answer that is not what the model says is told with the place`() async throws {
        let server = try LoopbackServer { _, _ in .json("{\"KeyMetadata\":[1]}") }
        try await Connection.with(server) { aws in
            let context = Connection.context()
            let read = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("kms", "DescribeKey", ["key_id": "k"], context: context)
            }
            #expect(read?.diagnostic.code == .awsAnswer && read?.reason == .failed)
            #expect(read?.diagnostic.message.contains("key_metadata") == true)
            let change = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("kms", "CreateKey", context: context)
            }
            #expect(change?.reason == .lost)
        }
    }

    @Test func `S3 tells the region of a bucket that lives elsewhere`() async throws {
        let server = try LoopbackServer { _, _ in
            LoopbackServer.Answer(status: 301, headers: ["x-amz-bucket-region": "us-west-2"])
        }
        try await Connection.with(server) { aws in
            let failure = await #expect(throws: AWSFailure.self) {
                try await aws.client.call(
                    "s3", "HeadObject", ["bucket": "b", "key": "k"], context: Connection.context())
            }
            #expect(failure?.diagnostic.code == .awsWrongRegion)
            #expect(failure?.diagnostic.help == ["use aws { region: \"us-west-2\" }"])
        }
    }

    @Test func `S3 may say no although the status says yes`() async throws {
        let server = try LoopbackServer { _, _ in
            .xml("<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>again</Message></Error>")
        }
        try await Connection.with(server, ["max_attempts": 2]) { aws in
            for (isRepeatable, requests) in [(true, 2), (false, 3)] {
                let failure = await #expect(throws: AWSFailure.self) {
                    try await aws.client.call(
                        "s3", "CopyObject", ["bucket": "b", "key": "k", "copy_source": "b/a"],
                        context: Connection.context(), repeatable: isRepeatable)
                }
                #expect(server.requests.count == requests, "what may be given twice is, and nothing else")
                #expect(failure?.code == "InternalError" && failure?.reason == .lost)
            }
        }
    }

    @Test func `a parameter that is none is told with the nearest and its place`() async throws {
        try await Connection.with(["region": "eu-west-1"]) { aws in
            let context = Connection.context()
            let parts: [(ObjectValue, String, [String])] = [
                (["role_nam": "r"], "iam CreateRole takes no parameter 'role_nam'", ["did you mean 'role_name'?"]),
                (
                    ["role_name": "r", "assume_role_policy_document": "{}", "tags": [["key": "a", "valeu": "b"]]],
                    "iam CreateRole takes no parameter 'tags[0].valeu'", ["did you mean 'value'?"]
                ),
                (["role_name": "r"], "iam CreateRole needs the parameter 'assume_role_policy_document'", []),
                (
                    ["role_name": ["r"], "assume_role_policy_document": "{}"],
                    "iam CreateRole wants text for 'role_name', not List", []
                )
            ]
            for (parameters, message, help) in parts {
                let failure = await #expect(throws: AWSFailure.self) {
                    try await aws.client.call("iam", "CreateRole", parameters, context: context)
                }
                #expect(failure?.diagnostic.message == message)
                #expect(failure?.diagnostic.help == help)
                #expect(failure?.reason == .invalid && failure?.diagnostic.code == .awsParameter)
            }
        }
    }

    @Test func `a call that the plugin does not know is told with the nearest`() async throws {
        try await Connection.with(["region": "eu-west-1"]) { aws in
            let failure = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("iam", "CreateRoel", context: Connection.context())
            }
            #expect(failure?.diagnostic.help == ["did you mean 'CreateRole'?"])
        }
    }
}
