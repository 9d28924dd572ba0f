// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

/// A server that checks each signature by botocore's own code takes ours.
///
/// It decodes labels, slashes of a query and names of objects before it checks, so that botocore's own signatures of
/// those do not pass either; the vectors have them.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed"))
struct CheckedSignatureTests {
    /// Makes the keys of a user who may do everything, unsigned, and lends a client that has them.
    private func withUser(_ body: (Connection, ObjectValue) async throws -> Void) async throws {
        let address = try await MotoServer.start(variables: ["INITIAL_NO_AUTH_ACTION_COUNT": "3"])
        let policy =
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"
        var keys: [String: String] = [:]
        try await Connection.with(["region": "eu-west-1"]) { aws in
            for form in [
                "Action=CreateUser&UserName=ann",
                "Action=PutUserPolicy&UserName=ann&PolicyName=all&PolicyDocument=" + WireText.encoded(policy),
                "Action=CreateAccessKey&UserName=ann"
            ] {
                let scope =
                    "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=a"
                let answer = try await aws.services.http.send(
                    HTTPRequest(
                        method: "POST", url: address + "/",
                        headers: [
                            ("Authorization", .string(scope)), ("Content-Type", "application/x-www-form-urlencoded")
                        ], body: Array((form + "&Version=2010-05-08").utf8)))
                let root = try #require(XMLNode.root(of: answer.body))
                guard let key = root.child("CreateAccessKeyResult")?.child("AccessKey") else { continue }
                keys["AWS_ACCESS_KEY_ID"] = key.child("AccessKeyId")?.text
                keys["AWS_SECRET_ACCESS_KEY"] = key.child("SecretAccessKey")?.text
            }
        }
        let settings: ObjectValue = ["region": "eu-west-1", "endpoint": .string(address)]
        try await Connection.with(settings, variables: keys) { try await body($0, settings) }
        let id = keys["AWS_ACCESS_KEY_ID"] ?? ""
        let wrong = ["AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": "no-secret-of-this-key-at-all"]
        try await Connection.with(settings, variables: wrong) { aws in
            let failure = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("iam", "ListRoles", context: Connection.context())
            }
            #expect(failure?.code == "SignatureDoesNotMatch" && failure?.diagnostic.code == .awsBadCredentials)
        }
    }

    @Test func `forms, JSON, queries and objects`() async throws {
        try await withUser { aws, _ in
            let context = Connection.context()
            _ = try await aws.client.items("iam", "ListRoles", ["path_prefix": "/a b/"], context: context)
            _ = try await aws.client.call(
                "ec2", "DescribeVpcs", ["filters": [["name": "tag:a b", "values": ["ü*~'"]]]], context: context)
            _ = try await aws.client.call("kms", "CreateKey", ["description": "Grüße"], context: context)
            _ = try await aws.client.call(
                "s3", "CreateBucket",
                ["bucket": "signed", "create_bucket_configuration": ["location_constraint": "eu-west-1"]],
                context: context)
            let place: ObjectValue = ["bucket": "signed", "key": "folder/plain.txt"]
            _ = try await aws.client.raw(
                "s3", "PutObject", place.merging(["metadata": ["k": "a  b"], "content_type": "text/plain"]),
                content: [1, 2, 3], context: context)
            let read = try await aws.client.raw("s3", "GetObject", place, context: context)
            #expect(read.content == [1, 2, 3])
            _ = try await aws.client.call(
                "s3", "PutBucketVersioning",
                ["bucket": "signed", "versioning_configuration": ["status": "Enabled"]], context: context)
            _ = try await aws.client.items(
                "s3", "ListObjectsV2", ["bucket": "signed", "prefix": "a b+"], context: context)
        }
    }
}
