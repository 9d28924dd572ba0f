// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures
import Testing

struct PlanEstimateTests {
    private func plan(_ count: Int, isChain: Bool) throws -> Plan {
        let notes: [(address: Address, needs: [Address], inputs: NotesModule.Inputs)] = (0..<count).map { number in
            (
                Address("n\(number)"), isChain && number > 0 ? [Address("n\(number - 1)")] : [],
                NotesModule.text("x")
            )
        }
        return try Planner(program: NotesModule(notes: notes).program(), snapshot: snapshot([])).plan()
    }

    private func history(_ durations: Int...) -> EffectDurations {
        var history = EffectDurations()
        for seconds in durations { history.add(.seconds(seconds), kind: "test.Note", effect: .create) }
        return history
    }

    @Test func `nothing is said where nothing is known`() throws {
        #expect(PlanEstimate(try plan(3, isChain: false), EffectDurations(), parallelism: 4) == nil)
    }

    @Test func `the usual time is the median, whatever one slow day took`() throws {
        let estimate = try #require(PlanEstimate(try plan(1, isChain: false), history(2, 3, 900), parallelism: 4))
        #expect(estimate.duration == .seconds(3))
        #expect(estimate.changes == [Address("n0"): .seconds(3)])
    }

    @Test func `changes that need one another add up, others share the time`() throws {
        #expect(PlanEstimate(try plan(8, isChain: true), history(2), parallelism: 4)?.duration == .seconds(16))
        #expect(PlanEstimate(try plan(8, isChain: false), history(2), parallelism: 4)?.duration == .seconds(4))
        #expect(PlanEstimate(try plan(8, isChain: false), history(2), parallelism: 100)?.duration == .seconds(2))
    }

    @Test func `what was never done before is counted and not guessed`() throws {
        let module = NotesModule(notes: [(Address("a"), [], NotesModule.text("x"))])
        let plan = try Planner(program: module.program(), snapshot: snapshot([record(Address("b"), text: "y")])).plan()
        let estimate = try #require(PlanEstimate(plan, history(5), parallelism: 4))
        #expect(estimate.duration == .seconds(5) && estimate.unknown == 1)
    }
}
