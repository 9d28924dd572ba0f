// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Planning
import PlanningFixtures
import Synchronization
import Testing

struct RefresherTests {
    private func applied(_ count: Int) async throws -> (Laboratory, LedgerSnapshot) {
        let lab = try Laboratory()
        let module = NotesModule(
            notes: (0..<count).map { (Address("n\($0 + 100)"), [], NotesModule.text("x\($0)")) })
        _ = try await lab.apply(module)
        return (lab, try await lab.ledger.snapshot(environment: "default", module: "notes"))
    }

    private func observations(_ lab: Laboratory, _ snapshot: LedgerSnapshot) async throws -> [Address: Observation] {
        try await Refresher(surroundings: lab.surroundings).observations(of: snapshot)
    }

    @Test func `many of a kind that is listed whole are listed and not read`() async throws {
        let (lab, snapshot) = try await applied(45)
        let found = try await observations(lab, snapshot)
        #expect(found.count == 45)
        for record in snapshot.records.values {
            #expect(found[record.identity.address] == .found(inputs: record.inputs, outputs: record.outputs))
        }
        #expect(lab.platform.content.withLock { $0.looks } == Array(repeating: "list", count: 5))
    }

    @Test func `one throttled read fails no plan`() async throws {
        let (lab, snapshot) = try await applied(3)
        lab.platform.content.withLock { $0.throttledLooks = 4 }
        let found = try await observations(lab, snapshot)
        #expect(found.count == 3)
        #expect(lab.platform.content.withLock { $0.looks.count } == 7)
    }

    @Test func `a few are read`() async throws {
        let (lab, snapshot) = try await applied(3)
        let found = try await observations(lab, snapshot)
        #expect(found.count == 3)
        #expect(lab.platform.content.withLock { $0.looks }.sorted() == ["read n100", "read n101", "read n102"])
    }

    @Test func `what a list does not show is read, so that a late list takes nothing for gone`() async throws {
        let (lab, snapshot) = try await applied(30)
        lab.platform.content.withLock { content in
            content.unlisted = ["n105"]
            content.things["n120"] = nil
        }
        let found = try await observations(lab, snapshot)
        #expect(found.count == 30)
        let record = try #require(snapshot.records[Address("n105")])
        #expect(found[Address("n105")] == .found(inputs: record.inputs, outputs: record.outputs))
        #expect(found[Address("n120")] == .gone)
        let reads = lab.platform.content.withLock { $0.looks }.filter { $0 != "list" }
        #expect(reads.sorted() == ["read n105", "read n120"])
    }

    @Test func `a list is given up where most of what it shows belongs to others`() async throws {
        let (lab, snapshot) = try await applied(25)
        lab.platform.content.withLock { content in
            for number in 0..<3000 {
                content.things["a\(number)"] = RemotePlatform.Thing(
                    inputs: [:], outputs: ["id": .string("other-\(number)")], token: OperationToken("0"))
            }
        }
        let found = try await observations(lab, snapshot)
        #expect(found.count == 25)
        let looks = lab.platform.content.withLock { $0.looks }
        #expect(looks.filter { $0 == "list" }.count <= 120)
        #expect(looks.filter { $0.hasPrefix("read") }.count == 25)
    }

    @Test func `what a platform does not show yet is not made twice`() async throws {
        let (lab, snapshot) = try await applied(1)
        let address = Address("n100")
        let module = NotesModule(notes: [(address, [], NotesModule.text("x0"))])
        let plan = try Planner(
            program: module.program(), snapshot: snapshot, observations: [address: .gone]
        ).plan()
        #expect(plan.changes.map(\.action) == [.create])
        let surroundings = lab.surroundings
        let apply = { @Sendable (lease: Lease) async throws(Diagnostic) in
            try await Applier(store: lab.ledger, surroundings: surroundings).apply(
                plan, of: module.program(), from: snapshot,
                as: RunRecord(
                    id: "", purpose: .apply, environment: "default", module: "notes", started: surroundings.clock.now()),
                under: lease)
        }
        let early = try await lab.ledger.withLease(.apply(environment: "default"), wait: .zero, apply)
        #expect(early.failures.map(\.code) == [.callConflict])
        #expect(lab.platform.effects == ["create n100"])
        lab.platform.content.withLock { $0.things["n100"] = nil }
        let late = try await lab.ledger.withLease(.apply(environment: "default"), wait: .zero, apply)
        #expect(late.done == [.create: 1])
    }
}
