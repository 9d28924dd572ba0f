// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Testing

@testable import AWS

/// What the client does with answers that are none yet.
struct RetryTests {
    private static let key = "{\"KeyMetadata\":{\"KeyId\":\"k\"}}"

    private func describe(_ aws: Connection) async throws -> ObjectValue {
        try await aws.client.call("kms", "DescribeKey", ["key_id": "k"], context: Connection.context())
    }

    private func failure(_ aws: Connection, _ call: (Connection) async throws -> Void) async throws -> AWSFailure {
        try #require(await #expect(throws: AWSFailure.self) { try await call(aws) })
    }

    @Test func `throttling is waited out, and later calls go slower`() async throws {
        let server = try LoopbackServer { _, number in
            number < 2 ? .error("ThrottlingException", "Rate exceeded") : .json(Self.key)
        }
        try await Connection.with(server) { aws in
            let answer = try await describe(aws)
            #expect(answer["key_metadata"] == ["key_id": "k"])
            #expect(server.requests.count == 3)
        }
    }

    @Test func `throttling without end is told after so many attempts as were allowed`() async throws {
        let server = try LoopbackServer { _, _ in .error("ThrottlingException", "Rate exceeded") }
        try await Connection.with(server, ["max_attempts": 3]) { aws in
            let failure = try await failure(aws) { _ = try await describe($0) }
            #expect(server.requests.count == 3)
            #expect(failure.diagnostic.code == .awsThrottled && failure.callError.isTransient)
            #expect(failure.diagnostic.notes.first?.contains("ThrottlingException") == true)
            #expect(failure.diagnostic.notes.first?.contains("id-1") == true)
        }
    }

    @Test func `the time that a server asks for is waited`() async throws {
        let server = try LoopbackServer { _, number in
            number == 0
                ? .json("{}", status: 503, headers: ["Retry-After": "70"]) : .json(Self.key)
        }
        try await Connection.with(server) { aws in
            let start = aws.clock.now()
            _ = try await describe(aws)
            #expect(aws.clock.now().since(start) >= .seconds(70))
        }
    }

    @Test func `nobody waits longer than the deadline of the work`() async throws {
        let server = try LoopbackServer { _, _ in .json("{}", status: 503, headers: ["Retry-After": "70"]) }
        try await Connection.with(server) { aws in
            var context = Connection.context()
            context.deadline = aws.clock.now().advanced(by: .seconds(30))
            let failure = try await failure(aws) {
                _ = try await $0.client.call("kms", "DescribeKey", ["key_id": "k"], context: context)
            }
            #expect(server.requests.count == 1 && failure.nature == .unavailable)
        }
    }

    @Test func `a read whose answer was cut is made again`() async throws {
        let server = try LoopbackServer { _, number in
            .json(Self.key).cut(number == 0)
        }
        try await Connection.with(server) { aws in
            let answer = try await describe(aws)
            #expect(answer["key_metadata"] == ["key_id": "k"])
            #expect(server.requests.count == 2)
        }
    }

    @Test func `a change whose answer was cut is not made again, but told as lost`() async throws {
        let server = try LoopbackServer { _, _ in .json(Self.key).cut(true) }
        try await Connection.with(server) { aws in
            let failure = try await failure(aws) {
                _ = try await $0.client.call("kms", "CreateKey", ["description": "d"], context: Connection.context())
            }
            #expect(server.requests.count == 1)
            #expect(failure.reason == .lost && failure.diagnostic.code == .awsAnswerLost)
        }
    }

    @Test func `a change with a token is made again with the same token`() async throws {
        let server = try LoopbackServer { _, number in
            .json("{\"ARN\":\"arn\"}").cut(number == 0)
        }
        try await Connection.with(server) { aws in
            let context = Connection.context("0123456789abcdef0123456789abcdef")
            _ = try await aws.client.call("secretsmanager", "CreateSecret", ["name": "n"], context: context)
            #expect(server.requests.count == 2)
            for request in server.requests {
                #expect(
                    request.body == "{\"Name\":\"n\",\"ClientRequestToken\":\"0123456789abcdef0123456789abcdef\"}")
            }
        }
    }

    @Test func `a server that is not there is told with its address`() async throws {
        let server = try LoopbackServer { _, _ in .json("{}") }
        try await Connection.with(server, ["max_attempts": 2]) { aws in
            server.stop()
            let failure = try await failure(aws) {
                _ = try await $0.client.call("kms", "CreateKey", context: Connection.context())
            }
            #expect(failure.diagnostic.code == .awsUnreachable && failure.reason == .unreachable)
            #expect(failure.diagnostic.message.contains("127.0.0.1"))
        }
    }

    // MARK: Time

    @Test func `a clock that is wrong is taken from the server once`() async throws {
        let server = try LoopbackServer { _, number in
            var answer = LoopbackServer.Answer.json(Self.key)
            if number == 0 {
                answer = .error("InvalidSignatureException", "Signature expired: 1 is now earlier than 2")
            }
            answer.headers["Date"] = "Tue, 01 Dec 2099 10:00:00 GMT"
            return answer
        }
        try await Connection.with(server) { aws in
            _ = try await describe(aws)
            #expect(server.requests.map { $0.headers["x-amz-date"] }.last == "20991201T100000Z")
            _ = try await describe(aws)
            #expect(server.requests.count == 3)
            #expect(aws.log.lines.filter { $0.contains("clock of this machine") }.count == 1)
        }
    }

    @Test func `a clock that is still not accepted is told`() async throws {
        let server = try LoopbackServer { _, _ in
            var answer = LoopbackServer.Answer.error("RequestTimeTooSkewed", "The difference is too large", status: 403)
            answer.headers["Date"] = "Tue, 01 Dec 2099 10:00:00 GMT"
            return answer
        }
        try await Connection.with(server) { aws in
            let failure = try await failure(aws) { _ = try await describe($0) }
            #expect(server.requests.count == 2)
            #expect(failure.diagnostic.code == .awsClock && failure.code == "RequestTimeTooSkewed")
        }
    }

    // MARK: Cancellation

    @Test func `cancelled work stops between attempts`() async throws {
        let server = try LoopbackServer { _, _ in .error("ThrottlingException") }
        try await Connection.with(server, ["max_attempts": 20]) { aws in
            let work = Task { try await describe(aws) }
            work.cancel()
            let failure = await #expect(throws: AWSFailure.self) { try await work.value }
            #expect(failure?.isCancelled == true && failure?.callError.reason == .cancelled)
            #expect(server.requests.count < 20)
        }
    }
}

extension LoopbackServer.Answer {
    func cut(_ isCut: Bool) -> LoopbackServer.Answer {
        var answer = self
        answer.isCut = isCut
        return answer
    }
}
