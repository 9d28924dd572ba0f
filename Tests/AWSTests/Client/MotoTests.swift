// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

/// Calls of each protocol against a server that imitates AWS.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed"))
struct MotoTests {
    @Test func `query: a role is made, read, listed in pages and deleted`() async throws {
        try await Connection.withMoto { aws in
            let name = Connection.name("role")
            let context = Connection.context()
            let policy: Value = ["Version": "2012-10-17", "Statement": []]
            let made = try await aws.client.call(
                "iam", "CreateRole",
                [
                    "role_name": .string(name), "assume_role_policy_document": .string(policy.json(.plain)),
                    "path": "/converge/", "tags": [["key": "team", "value": "shop & <co>"]]
                ], context: context)
            let role = try #require(made["role"]?.object)
            #expect(role["arn"] == .string("arn:aws:iam::123456789012:role/converge/\(name)"))
            #expect(role["create_date"]?.time != nil)
            let read = try await aws.client.call("iam", "GetRole", ["role_name": .string(name)], context: context)
            #expect(read["role"]?.object?["tags"] == [["key": "team", "value": "shop & <co>"]])
            for _ in 0..<3 {
                _ = try await aws.client.call(
                    "iam", "CreateRole",
                    [
                        "role_name": .string(Connection.name("role")), "path": "/pages/",
                        "assume_role_policy_document": .string(policy.json(.plain))
                    ], context: context)
            }
            var pages = 0
            var found: [Value] = []
            try await aws.client.pages(
                "iam", "ListRoles", ["max_items": 2, "path_prefix": "/pages/"], context: context
            ) { page in
                pages += 1
                found += page.items
                return true
            }
            #expect(pages == 2 && found.count == 3)
            _ = try await aws.client.call("iam", "DeleteRole", ["role_name": .string(name)], context: context)
            let gone = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("iam", "GetRole", ["role_name": .string(name)], context: context)
            }
            #expect(gone?.code == "NoSuchEntity" && gone?.status == 404 && gone?.reason == .notFound)
        }
    }

    @Test func `ec2: a network is made with tags, found by a filter and deleted`() async throws {
        try await Connection.withMoto { aws in
            let context = Connection.context()
            let name = Connection.name("vpc")
            let made = try await aws.client.call(
                "ec2", "CreateVpc",
                [
                    "cidr_block": "10.9.0.0/16",
                    "tag_specifications": [["resource_type": "vpc", "tags": [["key": "Name", "value": .string(name)]]]]
                ], context: context)
            let id = try #require(made["vpc"]?.object?["vpc_id"]?.string)
            #expect(id.hasPrefix("vpc-"))
            let found = try await aws.client.items(
                "ec2", "DescribeVpcs", ["filters": [["name": "tag:Name", "values": [.string(name)]]]],
                context: context)
            #expect(found.map { $0.object?["vpc_id"] } == [.string(id)])
            #expect(found.first?.object?["is_default"] == false)
            _ = try await aws.client.call("ec2", "DeleteVpc", ["vpc_id": .string(id)], context: context)
            let gone = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("ec2", "DescribeVpcs", ["vpc_ids": [.string(id)]], context: context)
            }
            #expect(gone?.code == "InvalidVpcID.NotFound" && gone?.reason == .notFound)
        }
    }

    @Test func `json 1.1: a log group is made and found`() async throws {
        try await Connection.withMoto { aws in
            let context = Connection.context()
            let name = Connection.name("/converge/log")
            _ = try await aws.client.call(
                "logs", "CreateLogGroup", ["log_group_name": .string(name), "tags": ["a b": "c/d"]], context: context)
            let found = try await aws.client.items(
                "logs", "DescribeLogGroups", ["log_group_name_prefix": .string(name)], context: context)
            #expect(found.first?.object?["log_group_name"] == .string(name))
            let twice = await #expect(throws: AWSFailure.self) {
                try await aws.client.call(
                    "logs", "CreateLogGroup", ["log_group_name": .string(name)], context: context)
            }
            #expect(twice?.code == "ResourceAlreadyExistsException" && twice?.reason == .conflict)
            #expect(twice?.diagnostic.code == .awsNameTaken)
        }
    }

    @Test func `json 1.0: a queue that is not there is told by its former code too`() async throws {
        try await Connection.withMoto { aws in
            let gone = await #expect(throws: AWSFailure.self) {
                try await aws.client.call(
                    "sqs", "GetQueueAttributes",
                    ["queue_url": "https://sqs.eu-west-1.amazonaws.com/123456789012/none-of-that-name"],
                    context: Connection.context())
            }
            #expect(gone?.isOne(of: ["AWS.SimpleQueueService.NonExistentQueue"]) == true)
            #expect(gone?.reason == .notFound)
        }
    }

    @Test func `rest-json: an API is made, and deleted by a label in its path`() async throws {
        try await Connection.withMoto { aws in
            let context = Connection.context()
            let made = try await aws.client.call(
                "apigatewayv2", "CreateApi", ["name": "shop", "protocol_type": "HTTP", "tags": ["a": "1"]],
                context: context)
            let id = try #require(made["api_id"]?.string)
            let read = try await aws.client.call("apigatewayv2", "GetApi", ["api_id": .string(id)], context: context)
            #expect(read["name"] == "shop" && read["tags"] == ["a": "1"] && read["created_date"]?.time != nil)
            _ = try await aws.client.call("apigatewayv2", "DeleteApi", ["api_id": .string(id)], context: context)
            let gone = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("apigatewayv2", "GetApi", ["api_id": .string(id)], context: context)
            }
            #expect(gone?.code == "NotFoundException")
        }
    }

    @Test func `rest-xml: a bucket takes settings, objects of any name, and gives them back`() async throws {
        try await Connection.withMoto { aws in
            let context = Connection.context()
            let bucket = Value.string(Connection.name("bucket"))
            _ = try await aws.client.call(
                "s3", "CreateBucket",
                ["bucket": bucket, "create_bucket_configuration": ["location_constraint": "eu-west-1"]],
                context: context)
            let place = try await aws.client.call("s3", "GetBucketLocation", ["bucket": bucket], context: context)
            #expect(place["location_constraint"] == "eu-west-1")
            _ = try await aws.client.call(
                "s3", "PutBucketTagging",
                [
                    "bucket": bucket,
                    "tagging": ["tag_set": [["key": "team", "value": "a&b"]]]
                ],
                context: context)
            let tags = try await aws.client.call("s3", "GetBucketTagging", ["bucket": bucket], context: context)
            #expect(
                Set(tags["tag_set"]?.list ?? []) == [["key": "team", "value": "a&b"]])
            let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
            let keys = ["a b/c+d.txt", "ü/ñ", "x//y", "a/../b", "100%", "q?x=1&y#z", "testing", "a\u{1}b"]
            for key in keys {
                _ = try await aws.client.raw(
                    "s3", "PutObject", ["bucket": bucket, "key": .string(key), "metadata": ["k": "v"]],
                    content: bytes, context: context, repeatable: true)
                let read = try await aws.client.raw(
                    "s3", "GetObject", ["bucket": bucket, "key": .string(key)], context: context)
                #expect(read.content == bytes, "\(key)")
                #expect(read.object["metadata"] == ["k": "v"] && read.object["content_length"] == 1000)
            }
            let listed = try await aws.client.items(
                "s3", "ListObjectsV2", ["bucket": bucket, "max_keys": 3], items: "contents", context: context)
            #expect(Set(listed.compactMap { $0.object?["key"]?.string }) == Set(keys))
            let missing = await #expect(throws: AWSFailure.self) {
                try await aws.client.call("s3", "HeadObject", ["bucket": bucket, "key": "none"], context: context)
            }
            #expect(missing?.reason == .notFound && missing?.isOne(of: ["404"]) == true)
        }
    }
}
