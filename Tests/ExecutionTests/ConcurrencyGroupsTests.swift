// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Testing

@testable import Execution

struct ConcurrencyGroupsTests {
    private func step(_ name: String, _ group: String?, limit: Int = 1) -> StepNode {
        let place = SourceText(name: "w.recipe", "step").place(SourceRange(0, 4))
        var step = StepNode(
            address: Address(name), kind: StepKindSchema(name: "K", doc: "", example: "", fields: [], outputs: []),
            reads: [], needs: [], inputs: [:], isWanted: true, retry: .none, timeout: nil, onFailure: .stop,
            place: place)
        step.concurrency = group.map { ConcurrencyRule(group: $0, limit: limit, place: place) }
        return step
    }

    private func names(_ steps: [StepNode]) -> [String] { steps.map(\.address.text) }

    @Test func `as many of a group begin as its limit says, the rest in their order as others end`() {
        var groups = ConcurrencyGroups()
        let ready = (1...5).map { step("g\($0)", "g", limit: 2) } + [step("free", nil), step("other", "h")]
        #expect(Set(names(groups.admit(ready))) == ["g1", "g2", "free", "other"])
        #expect(names(groups.admit([])).isEmpty)
        groups.leave(Address("g2"))
        #expect(names(groups.admit([])) == ["g3"])
        groups.leave(Address("g1"))
        groups.leave(Address("g3"))
        #expect(names(groups.admit([step("g6", "g", limit: 2)])) == ["g4", "g5"])
        groups.leave(Address("g4"))
        #expect(names(groups.admit([])) == ["g6"])
    }

    @Test func `the end of a step that was never under way makes no room`() {
        var groups = ConcurrencyGroups()
        #expect(names(groups.admit([step("a", "g"), step("b", "g")])) == ["a"])
        groups.leave(Address("c"))
        groups.leave(Address("b"))
        #expect(names(groups.admit([])).isEmpty)
    }
}

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
