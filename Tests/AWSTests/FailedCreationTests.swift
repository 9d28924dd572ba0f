// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Synchronization
import Testing

@testable import AWS

/// A service may fail in the midst of a creation, before it made the thing or after.
struct FailedCreationTests {
    private static let context = Connection.context()
    private static let inputs: ObjectValue = ["log_group_name": "acme", "tags": [:]]
    private static let group =
        #"{"logGroups":[{"logGroupName":"acme","arn":"arn:aws:logs:eu-west-1:123456789012:log-group:acme:*"}]}"#

    private func create(_ aws: Connection) async throws(CallError) -> CreateResponse {
        try await AWSProvider(client: aws.client, services: aws.services).create(
            CreateRequest(
                kind: "aws.logs.LogGroup",
                identity: ResourceIdentity(environment: "default", module: "m", address: Address("g")),
                inputs: Self.inputs, context: Self.context))
    }

    /// How often the creation was asked for, and what came of it, where the first attempt fails.
    private func attempts(acts: Bool) async throws -> (count: Int, failure: CallError?) {
        let isThere = Mutex(false)
        let count = Mutex(0)
        let server = try LoopbackServer { request, _ in
            switch request.headers["x-amz-target"]?.split(separator: ".").last {
            case "CreateLogGroup":
                let isFirst = count.withLock { count in
                    count += 1
                    return count == 1
                }
                if !isFirst || acts { isThere.withLock { $0 = true } }
                return isFirst ? .error("InternalFailure", "it failed", status: 500) : .json("{}")
            case "DescribeLogGroups": return .json(isThere.withLock { $0 } ? Self.group : #"{"logGroups":[]}"#)
            case "ListTagsForResource", "ListTagsLogGroup":
                return .json(#"{"tags":{"converge:token":"\#(Self.context.token.text)"}}"#)
            default: return .xml(CredentialTests.identity)
            }
        }
        return try await Connection.with(server) { aws in
            do throws(CallError) {
                _ = try await create(aws)
                return (count.withLock { $0 }, nil)
            } catch { return (count.withLock { $0 }, error) }
        }
    }

    @Test func `what did not come of it is made by a second call`() async throws {
        let (count, failure) = try await attempts(acts: false)
        #expect(count == 2 && failure == nil, "\(String(describing: failure))")
    }

    @Test func `what came of it is not made twice, but told as lost, to be looked for`() async throws {
        let (count, failure) = try await attempts(acts: true)
        #expect(count == 1, "\(String(describing: failure))")
        #expect(failure?.reason == .lost && failure?.hadNoEffect == false)
    }
}
