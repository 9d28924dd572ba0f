// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import Testing

struct RunTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    @Test func `runs are numbered through in the project, whatever their purpose`() async throws {
        let ledger = project.ledger()
        var names: [String] = []
        for purpose: RunRecord.Purpose in [.apply, .workflow, .destroy, .refresh, .workflow] {
            names.append(try await ledger.beginRun(.sample(purpose)).id)
        }
        try ledger.close()
        names.append(try await project.ledger().beginRun(.sample(.apply)).id)
        #expect(names == ["apply-1", "run-2", "destroy-3", "refresh-4", "run-5", "apply-6"])
        #expect(try await ledger.runs(environment: nil, limit: 4).map(\.id) == Array(names.reversed().prefix(4)))
        #expect(try await ledger.runs(environment: "prod", limit: 4).isEmpty)
        #expect(try await ledger.run("apply-2") == nil)
    }

    @Test func `a run is read back as it was begun and ended`() async throws {
        let ledger = project.ledger()
        var run = try await ledger.beginRun(.sample(.workflow, workflow: "daily"))
        #expect(try await ledger.run(run.id) == run)
        run.status = .failed
        run.outputs = ["score": .percent(12)]
        run.failure = FailureRecord(code: "C0500", message: "broke")
        run.ended = .sample
        try await ledger.endRun(
            run.id, status: .failed, outputs: run.outputs, failure: run.failure, at: .sample)
        #expect(try await ledger.run(run.id) == run)
        #expect(try await project.ledger().run(run.id) == run)
    }

    @Test func `a run that is not there cannot end`() async throws {
        let ledger = project.ledger()
        let failure = await #expect(throws: Diagnostic.self) {
            try await ledger.endRun("apply-9", status: .succeeded, outputs: [:], failure: nil, at: .sample)
        }
        #expect(failure?.code == .journalOrder)
    }

    @Test func `a saved plan is applied once`() async throws {
        let ledger = project.ledger()
        try await ledger.consumePlan(digest: "abc", at: .sample)
        let failure = await #expect(throws: Diagnostic.self) {
            try await ledger.consumePlan(digest: "abc", at: .sample)
        }
        #expect(failure?.code == .planConsumed)
        #expect(failure?.message.contains(Timestamp.sample.description) == true)
        try await ledger.consumePlan(digest: "abd", at: .sample)
    }

    @Test func `the version of an environment rises with each change of its rows and with nothing else`() async throws {
        let ledger = project.ledger()
        try await ledger.apply(notes: 1)
        let first = try await ledger.snapshot(environment: "dev", module: "shop").version
        _ = try await ledger.beginRun(.sample(.apply))
        try await ledger.audit(.sample)
        #expect(try await ledger.snapshot(environment: "dev", module: "shop").version == first)
        #expect(try await ledger.snapshot(environment: "prod", module: "shop").version == 0)
        try await ledger.apply(notes: 1, in: "other")
        #expect(try await ledger.snapshot(environment: "dev", module: "shop").version > first)
    }
}

extension AuditEntry {
    static let sample = AuditEntry(
        time: .sample, actor: "ana", host: "build-7", action: "apply", environment: "dev", module: "shop",
        detail: "created 3")
}
