// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import GRDB
import Ledger
import Planning
import Testing

struct AuditTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    @Test func `the trail keeps every line, the newest first`() async throws {
        let ledger = project.ledger()
        var second = AuditEntry.sample
        second.action = "destroy"
        try await ledger.audit(.sample)
        try await ledger.audit(second)
        #expect(try await ledger.auditTrail(limit: 10) == [second, .sample])
    }

    @Test func `a line comes with what it tells of, in one commit, or neither does`() async throws {
        let ledger = project.ledger()
        try await ledger.apply(notes: 1)
        let run = try await ledger.beginRun(.sample(.apply))
        let before = try await ledger.sequence()
        try await ledger.endRun(
            run.id, status: .succeeded, outputs: [:], failure: nil, at: .sample, audit: .sample)
        #expect(try await ledger.sequence() == before + 1)
        #expect(try await ledger.auditTrail(limit: 1) == [.sample])
        let note = ResourceRecord.note(7)
        let entries: [JournalEntry] = [.resource(.put(note)), .audit(.sample)]
        let lines = try await ledger.auditTrail(limit: 100).count
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            try await ledger.append(entries, under: lease)
            let stranger = OperationToken(String(repeating: "f", count: 32))
            let unknown = OperationResult(token: stranger, status: .succeeded, ended: .sample)
            await #expect(throws: Diagnostic.self) {
                try await ledger.append([.result(unknown, nil)] + entries, under: lease)
            }
        }
        #expect(try await ledger.auditTrail(limit: 100).count == lines + 1)
        let signal = StepSignal(value: true, by: "ana", at: .sample)
        try await ledger.give(signal, named: "allow", to: run.id, audit: .sample)
        await #expect(throws: Diagnostic.self) {
            try await ledger.give(signal, named: "allow", to: run.id, audit: .sample)
        }
        #expect(try await ledger.auditTrail(limit: 100).count == lines + 2, "what is refused has no line")
        #expect(try await ledger.verifyAudit().finding == nil)
    }

    @Test(arguments: ["DELETE FROM audit", "UPDATE audit SET actor = 'nobody'"])
    func `nothing takes a line out of the trail or changes one`(sql: String) async throws {
        let ledger = project.ledger()
        try await ledger.audit(.sample)
        try ledger.close()
        let database = try DatabaseQueue(path: project.files.ledger)
        #expect(throws: DatabaseError.self) { try database.inDatabase { try $0.execute(sql: sql) } }
        try database.close()
        #expect(try await ledger.auditTrail(limit: 10) == [.sample])
    }

    /// Changes the ledger as somebody would who wants to hide something.
    private func tamper(_ sql: String) throws {
        let database = try DatabaseQueue(path: project.files.ledger)
        try database.inDatabase { db in
            try db.execute(sql: "DROP TRIGGER audit_keeps_lines; DROP TRIGGER audit_keeps_words")
            try db.execute(sql: sql)
        }
        try database.close()
    }

    private func filled() async throws -> ProjectLedger {
        let ledger = project.ledger()
        _ = try await ledger.beginRun(.sample(.apply))
        for number in 1...5 {
            var entry = AuditEntry.sample
            entry.detail = "apply-\(number)"
            try await ledger.audit(entry)
        }
        try ledger.close()
        return ledger
    }

    @Test func `a trail that nobody touched is whole`() async throws {
        let verdict = try await filled().verifyAudit()
        #expect(verdict.finding == nil && verdict.lines == 6 && verdict.unchained == 0)
    }

    @Test(arguments: [
        "UPDATE audit SET actor = 'nobody' WHERE id = 3", "UPDATE audit SET time = time + 1 WHERE id = 1",
        "DELETE FROM audit WHERE id = 2", "UPDATE audit SET link = NULL WHERE id = 4",
        "UPDATE audit SET id = 9 WHERE id = 2",
        "INSERT INTO audit SELECT 7, time, actor, host, action, environment, module, detail, link FROM audit WHERE id = 5"
    ])
    func `a line that was changed, taken out or put in is found`(sql: String) async throws {
        let ledger = try await filled()
        try tamper(sql)
        guard case .broken? = try await ledger.verifyAudit().finding else {
            Issue.record("not found: \(sql)")
            return
        }
    }

    @Test(arguments: ["DELETE FROM audit WHERE id > 3", "DELETE FROM audit"])
    func `lines that are missing at the end are found by the project's file`(sql: String) async throws {
        let ledger = try await filled()
        try tamper(sql)
        let last: Int64 = sql.contains("3") ? 3 : 0
        #expect(try await ledger.verifyAudit().finding == .cut(after: last, known: 6))
    }
}
