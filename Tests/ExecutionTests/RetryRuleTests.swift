// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Testing

@testable import Execution

struct RetryRuleTests {
    private let rule = RetryRule(attempts: 5, backoff: .seconds(2), on: ["transient"])

    private func wait(after attempt: Int, _ reason: CallError.Reason, jitter: UInt8) -> Double {
        rule.wait(after: attempt, CallError(reason, "no"), jitter: [jitter]).seconds
    }

    @Test func `each wait is double the one before, a quarter more or less`() {
        #expect(wait(after: 1, .lost, jitter: 0) == 1.5)
        #expect(wait(after: 1, .lost, jitter: 255) == 2.5)
        #expect(wait(after: 3, .lost, jitter: 255) == 10)
    }

    @Test func `a platform that says how long to wait is not asked sooner`() {
        #expect(wait(after: 1, .throttled(retryAfter: .seconds(30)), jitter: 0) == 30)
        #expect(wait(after: 5, .throttled(retryAfter: .seconds(3)), jitter: 0) == 24)
        #expect(wait(after: 1, .throttled(retryAfter: nil), jitter: 0) == 1.5)
    }
}
