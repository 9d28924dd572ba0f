// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Testing

struct TriggerTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    @Test func `what a trigger found is read back as it was recorded, with how far it looked`() async throws {
        let ledger = project.ledger()
        #expect(try await ledger.mark(of: .sample) == nil)
        #expect(try await ledger.openFirings(environment: "dev").isEmpty)
        let recorded = try await ledger.record(
            [.sample("a"), .sample("b", .skipped)], of: .sample, mark: ["seen": .time(.sample)])
        #expect(recorded.map(\.id) == [1, 2])
        try ledger.close()
        let again = project.ledger()
        #expect(try await again.mark(of: .sample) == ["seen": .time(.sample)])
        #expect(try await again.firings(of: .sample) == recorded)
        #expect(try await again.openFirings(environment: "dev") == [recorded[0]])
        #expect(try await again.openFirings(environment: "prod").isEmpty)
        #expect(try await again.firings(environment: "dev", module: "shop", limit: 1) == [recorded[1]])
    }

    @Test func `what fired once does not fire again`() async throws {
        let ledger = project.ledger()
        _ = try await ledger.record([.sample("a")], of: .sample, mark: nil)
        let second = try await ledger.record([.sample("a"), .sample("b")], of: .sample, mark: nil)
        #expect(second.map(\.subject) == ["b"])
        var other = TriggerIdentity.sample
        other.workflow = "weekly"
        #expect(try await ledger.record([.sample("a")], of: other, mark: nil).count == 1)
    }

    @Test func `of a schedule the newest firings are kept, what is not over stays, and of other triggers all`()
        async throws
    {
        let ledger = project.ledger()
        let count = ProjectLedger.keptFirings
        var schedule = TriggerIdentity.sample
        schedule.trigger = #"schedule "* * * * *""#
        var files = TriggerIdentity.sample
        files.trigger = #"data "*.csv""#
        for (trigger, kept) in [(schedule, count + 1), (files, count + 3)] {
            let first = try await ledger.record((0..<3).map { .sample("old \($0)") }, of: trigger, mark: nil)
            for firing in first.dropFirst() {
                #expect(try await ledger.settle(firing: firing.id, from: [.pending], to: .done, note: ""))
            }
            _ = try await ledger.record((0..<count).map { .sample("new \($0)") }, of: trigger, mark: nil)
            let found = try await ledger.firings(of: trigger)
            #expect(found.count == kept)
            #expect(found.first?.subject == "old 0", "it waits for its run")
        }
    }

    @Test func `one run begins with a firing, also where two processes want to`() async throws {
        let ledger = project.ledger()
        let firing = try await ledger.record([.sample("a")], of: .sample, mark: nil)[0]
        var run = RunRecord.sample(.workflow, workflow: "daily")
        run.firing = firing.id
        let wish = run
        let other = project.ledger()
        async let first = try? ledger.beginRun(wish)
        async let second = try? other.beginRun(wish)
        let begun = await [first, second].compactMap(\.self)
        #expect(begun.count == 1)
        let taken = try #require(try await ledger.firing(firing.id))
        #expect(taken.status == .started && taken.run == begun.first?.id)
        #expect(try await ledger.runs(environment: nil, limit: 9).count == 1)
        let failure = await #expect(throws: Diagnostic.self) { try await ledger.beginRun(wish) }
        #expect(failure?.code == .firingTaken)
    }

    @Test func `a firing leaves a status only from one that it has`() async throws {
        let ledger = project.ledger()
        let firing = try await ledger.record([.sample("a")], of: .sample, mark: nil)[0]
        #expect(try await ledger.settle(firing: firing.id, from: [.pending], to: .refused, note: "no recipe"))
        #expect(try await !ledger.settle(firing: firing.id, from: [.pending, .started], to: .done, note: ""))
        let settled = try await ledger.firing(firing.id)
        #expect(settled?.status == .refused && settled?.note == "no recipe")
        #expect(try await ledger.openFirings(environment: "dev").isEmpty)
    }

    @Test func `how far a trigger was looked at is forgotten with the trigger`() async throws {
        let ledger = project.ledger()
        var other = TriggerIdentity.sample
        other.trigger = "drift"
        for trigger in [TriggerIdentity.sample, other] {
            _ = try await ledger.record([], of: trigger, mark: ["n": 1])
        }
        try await ledger.forgetMarks(environment: "dev", module: "shop", keeping: [other])
        #expect(try await ledger.mark(of: .sample) == nil)
        #expect(try await ledger.mark(of: other) == ["n": 1])
    }
}
