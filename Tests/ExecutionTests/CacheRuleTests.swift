// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Testing

@testable import Execution

struct CacheRuleTests {
    private let now = Timestamp(nanoseconds: 1_000_000_000_000)

    private func result(endedBefore age: Duration) -> OperationRecord {
        OperationRecord(
            token: OperationToken("t"), run: "run-1",
            identity: ResourceIdentity(environment: "default", module: "m", address: Address("w.a")),
            effect: .step(kind: "K"), status: .succeeded, inputs: [:], started: now,
            ended: now.advanced(by: .zero - age))
    }

    @Test func `a result counts while it is younger than the rule says`() {
        let rule = CacheRule.trusted(within: .seconds(60))
        #expect(rule.covers(result(endedBefore: .seconds(59)), at: now))
        #expect(!rule.covers(result(endedBefore: .seconds(60)), at: now))
        #expect(CacheRule.trusted(within: nil).covers(result(endedBefore: .seconds(9_999)), at: now))
        #expect(CacheRule.byKind.covers(result(endedBefore: .seconds(9_999)), at: now))
    }

    @Test func `a result from the future has no age that could be known`() {
        #expect(!CacheRule.trusted(within: .seconds(60)).covers(result(endedBefore: .seconds(-5)), at: now))
    }
}
