// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PlanningFixtures
import Testing

struct PartialEffectTests {
    private let a = Address("a")
    private let module = NotesModule(notes: [(Address("a"), [], NotesModule.text("x"))])

    private func status(_ lab: Laboratory) async throws -> ResourceRecord.Status? {
        try await lab.ledger.snapshot(environment: "default", module: "notes").records[a]?.status
    }

    @Test(arguments: ["create", "update"])
    func `what is made in part is not called ready, though its answer was lost, and is completed`(
        effect: String
    ) async throws {
        let lab = try Laboratory()
        if effect == "update" { _ = try await lab.apply(NotesModule(notes: [(a, [], NotesModule.text("w"))])) }
        lab.platform.fail("\(effect) a", with: .loseInPart)
        let report = try await lab.apply(module)
        #expect(report.failures.map(\.code) == [.callLost])
        #expect(try await status(lab) == .incomplete)
        #expect(try await lab.ledger.openOperations(environment: "default").isEmpty)
        #expect(try await lab.apply(module).done == [.update: 1])
        #expect(lab.platform.things["a"]?.inputs["text"] == "x")
        #expect(try await lab.plan(module).isEmpty)
    }

    @Test func `what is incomplete stays so where completing or deleting it fails`() async throws {
        let lab = try Laboratory()
        lab.platform.fail("create a", with: .breakOff)
        _ = try await lab.apply(module)
        #expect(try await status(lab) == .incomplete)
        lab.platform.fail("update a", with: .refuse)
        _ = try await lab.apply(module)
        #expect(try await status(lab) == .incomplete)
        lab.platform.fail("delete a", with: .refuse)
        _ = try await lab.apply(NotesModule(notes: []))
        #expect(try await status(lab) == .incomplete)
        #expect(try await lab.apply(module).done == [.update: 1])
        #expect(try await status(lab) == .ready)
    }

    @Test func `a process that died while a thing was made in part has it completed by the next one`() async throws {
        let lab = try Laboratory()
        lab.platform.fail("create a", with: .loseInPart)
        await #expect(throws: Diagnostic.self) { try await lab.leaveOpenCreate(of: a, in: module, happened: true) }
        #expect(try await lab.ledger.openOperations(environment: "default").count == 1)
        #expect(try await lab.apply(module).done == [.update: 1])
        #expect(lab.platform.effects == ["create a", "update a"])
        #expect(lab.platform.things["a"]?.inputs["text"] == "x")
    }
}
