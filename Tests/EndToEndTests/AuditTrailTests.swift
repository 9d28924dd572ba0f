// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Who did what stands in the audit trail, also of what was killed.
struct AuditTrailTests {
    /// Notes that are made one after the other, so that a kill falls among them.
    private func chain(_ count: Int, _ more: String = "") -> String {
        (0..<count).map { number in
            number == 0
                ? "resource n0: local.Note { text: \"0\"\(more) }\n"
                : "resource n\(number): local.Note { text: \"\(number) after ${n\(number - 1).id}\" }\n"
        }.joined()
    }

    private func kill(_ words: [String], in project: Project) async throws {
        let started = try project.start(words)
        try #require(try await eventually { try Kills.openOperations(project) > 0 })
        started.send(SIGKILL)
        try #require(await started.end().code == -SIGKILL)
    }

    private func details(_ project: Project) async throws -> [String] {
        let trail = try await project.converge("audit", "--json").json.at("audit")?.list ?? []
        return trail.reversed().map { "\($0.at("action")?.string ?? "") \($0.at("detail")?.string ?? "")" }
    }

    @Test func `an apply, a destroy and a run that are killed stand in the audit trail`() async throws {
        let project = try Project([
            "many.recipe": chain(300),
            "work.recipe": "workflow work { step a: Shell { run: \"until [ -e go ]; do sleep 0.02; done\" } }\n"
        ])
        try await kill(["apply", "many.recipe", "--yes"], in: project)
        #expect(try await details(project) == ["apply apply-1: begun"])
        let history = try await project.converge("history", "--json")
        #expect(try history.json.at("versions", "0", "status") == "interrupted", "\(history.output)")
        #expect(try await project.converge("apply", "many.recipe", "--yes").code == 0)
        try await kill(["destroy", "many.recipe", "--yes"], in: project)
        #expect(try await project.converge("destroy", "many.recipe", "--yes").code == 0)
        try await kill(["run", "work.recipe", "--yes"], in: project)
        #expect(try await details(project).last == "run run-5: workflow work begun")
        try project.write("", to: "go")
        #expect(try await project.converge("resume", "run-5").code == 0)
        let all = try await details(project)
        #expect(all.contains("destroy destroy-3: begun"), "\(all)")
        #expect(all.suffix(2) == ["run run-5: workflow work gone on with", "run run-5: workflow work succeeded"])
        #expect(try await project.converge("audit", "verify").code == 0)
    }

    @Test func `a run that is closed stands in the audit trail`() async throws {
        let project = try Project([
            "work.recipe": "workflow work { step a: Shell { run: \"until [ -e go ]; do sleep 0.02; done\" } }\n"
        ])
        try await kill(["run", "work.recipe", "--yes"], in: project)
        #expect(try await project.converge("cancel", "run-1").code == 0)
        #expect(try await details(project).last == "run run-1: workflow work cancelled")
    }

    @Test func `an exemption that is made use of stands in the audit trail before what it allows is done`() async throws
    {
        let exempt = ", @exempt: { \"polite\": { until: 2999-12-31, why: \"legacy greeting\" } }"
        let project = try Project([
            "many.recipe": "policy polite for local.Note { deny when self.text == \"0\" \"too short\" }\n"
                + chain(300, exempt)
        ])
        try await kill(["apply", "many.recipe", "--yes"], in: project)
        let all = try await details(project)
        #expect(
            all == [
                "apply apply-1: begun", "exempt apply-1: n0 from policy 'polite' until 2999-12-31: legacy greeting"
            ])
    }

    @Test func `a recipe's text that was changed in the ledger is told, and nothing goes by it`() async throws {
        let project = try Project(["a.recipe": "resource note: local.Note { text: \"hello\" }\n"])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        try project.write("resource note: local.Note { text: \"other\" }\n", to: "a.recipe")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let edit = try await project.program(
            "python3", "-c",
            """
            import sqlite3
            database = sqlite3.connect(".converge/ledger.db")
            database.executescript("update source set content = replace(content, 'hello', 'jello')")
            """)
        try #require(edit.code == 0, "\(edit.errors)")
        let reason = "the text that apply-1 went by is not what was kept"
        try await project.converge("audit", "verify").expectRefusal("L0111", reason, wayOut: "ledger repair")
        try await project.converge("rollback", "apply-1", "--yes").expectRefusal("L0111", reason)
        #expect(try await project.converge("show", "note.text").output == "other\n")
        // Of the present version nothing was changed.
        #expect(try await project.converge("plan", "a.recipe", "--check").code == 0)
        let repair = try await project.converge("ledger", "repair", "--yes")
        #expect(repair.code == 0, "\(repair.output)\(repair.errors)")
        #expect(try await project.converge("audit", "verify").code == 0)
        #expect(try await project.converge("rollback", "apply-1", "--yes").code == 0)
        #expect(try await project.converge("show", "note.text").output == "hello\n")
    }
}
