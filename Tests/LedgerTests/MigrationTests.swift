// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import GRDB
import Ledger
import Planning
import Testing

/// Reads ledgers as earlier versions wrote them.
///
/// `CONVERGE_REWRITE_GOLDEN=1` writes that of the present version anew, which after its release means that its ledgers
/// can no longer be read.
struct MigrationTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    private static let present = 6

    private static func golden(_ version: Int) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/ledger-\(version).sql")
    }

    private func note(_ number: Int) -> ResourceRecord {
        var note = ResourceRecord.note(number)
        note.inputs["keep"] = .duration(.seconds(90))
        note.inputs["password"] = .secret(SecretReference(source: "env", name: "PASSWORD"))
        note.dependencies = [Address("lake/bucket")]
        if number == 2 {
            note.composite = CompositeForm(
                capability: "DataLakeStorage", provider: "local", service: "Lake", mappingVersion: 1,
                children: [Address("note[\"1\"]")], facets: ["ObjectStore"])
        }
        return note
    }

    private func token(_ number: Int) -> OperationToken { OperationToken(String(format: "%032x", number)) }

    private func write(_ ledger: ProjectLedger) async throws {
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            let run = try await ledger.beginRun(.sample(.apply))
            for number in 1...3 {
                let intent = OperationRecord.create(note(number), run: run.id, token: token(number))
                try await ledger.append([.intent(intent, .put(note(number).with(.creating)))], under: lease)
                if number == 3 { break }
                let result = OperationResult(
                    token: intent.token, status: .succeeded, outputs: note(number).outputs,
                    writes: [Reference(type: "Table", resource: Address("db"), name: "notes")], ended: .sample)
                try await ledger.append([.result(result, .put(note(number)))], under: lease)
            }
            let failure = FailureRecord(code: "C0500", message: "it broke", notes: ["a note"], help: ["a way out"])
            try await ledger.endRun(run.id, status: .failed, outputs: [:], failure: failure, at: .sample)
        }
        let run = try await ledger.beginRun(.sample(.workflow, workflow: "daily"))
        try await ledger.withLease(.run(id: run.id), wait: .zero) { lease throws(Diagnostic) in
            let step = OperationRecord.step("load", run: run.id, key: "key-1", token: token(9))
            try await ledger.append([.intent(step, nil), .handle(step.token, "job/9")], under: lease)
            let result = OperationResult(
                token: step.token, status: .succeeded, outputs: ["rows": .int(7)], ended: .sample)
            try await ledger.append([.result(result, nil)], under: lease)
            let wait = OperationRecord.step("allow", run: run.id, key: nil, token: token(10))
            let pause = StepPause(until: .sample, signal: "allow", text: "a word")
            try await ledger.append([.intent(wait, nil), .pause(wait.token, run: run.id, pause)], under: lease)
            try await ledger.endRun(run.id, status: .waiting, outputs: [:], failure: nil, at: .sample)
            let signal = StepSignal(value: ["approved": true], by: "ana", at: .sample)
            try await ledger.give(signal, named: "allow", to: run.id, audit: .sample)
        }
        try await ledger.consumePlan(digest: "abc", at: .sample)
        try await ledger.audit(.sample)
        _ = try await ledger.record([.sample("2026-11-01")], of: .sample, mark: ["seen": .time(.sample)])
        try ledger.close()
    }

    /// A ledger as text: its tables and its rows, in a fixed order.
    private func text(_ file: String) throws -> String {
        let queue = try DatabaseQueue(path: file)
        defer { try? queue.close() }
        return try queue.inDatabase { db in
            var lines = ["PRAGMA application_id", "PRAGMA user_version"].map { pragma in
                "\(pragma) = \((try? Int.fetchOne(db, sql: pragma)) ?? 0);"
            }
            let schema = try Row.fetchAll(
                db,
                sql:
                    """
                    SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
                    ORDER BY rowid
                    """
            )
            lines += schema.compactMap { ($0["sql"] as String?).map { $0 + ";" } }
            for row in schema where row["type"] == "table" {
                let table: String = row["name"]
                let columns = try db.columns(in: table).map { "quote(\($0.name))" }.joined(separator: " || ', ' || ")
                lines += try String.fetchAll(
                    db, sql: "SELECT 'INSERT INTO \(table) VALUES (' || \(columns) || ');' FROM \(table)")
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }

    @Test(arguments: 1...present) func `a ledger of each version is read`(version: Int) async throws {
        let old = try ProjectFolder()
        try FileManager.default.createDirectory(atPath: old.files.folder, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: old.files.ledger)
        try queue.inDatabase { db in
            try db.execute(sql: try String(contentsOf: Self.golden(version), encoding: .utf8))
            try db.execute(sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
        let ledger = old.ledger()
        let rows = try await ledger.snapshot(environment: "dev", module: "shop").records
        #expect(Set(rows.values) == [note(1), note(2), note(3).with(.creating)])
        #expect(try await ledger.openOperations(environment: "dev").map(\.token) == [token(3)])
        #expect(try await ledger.operations(run: "apply-1").map(\.status) == [.succeeded, .succeeded, .intended])
        let step = try await ledger.succeededOperation(contentKey: "key-1")
        #expect(step?.handle == "job/9" && step?.outputs == ["rows": .int(7)])
        let runs = try await ledger.runs(environment: "dev", limit: 9)
        #expect(runs.map(\.id) == ["run-2", "apply-1"])
        let waits = try await ledger.waits(run: "run-2")
        #expect(waits.map(\.step) == (version < 6 ? [] : ["allow"]))
        #expect(waits.allSatisfy { $0.pause == StepPause(until: .sample, signal: "allow", text: "a word") })
        #expect(try await ledger.signals(run: "run-2")["allow"]?.by == (version < 6 ? nil : "ana"))
        let due = try await ledger.dueRuns(environment: "dev", now: .sample)
        #expect(due.map(\.id) == (version < 6 ? [] : ["run-2"]))
        #expect(runs.last?.failure?.help == ["a way out"])
        #expect(try await ledger.auditTrail(limit: 1) == [.sample])
        let verdict = try await ledger.verifyAudit()
        #expect(
            verdict.finding == nil && verdict.lines == (version < 6 ? 1 : 4)
                && verdict.unchained == (version == 1 ? 1 : 0))
        let firings = try await ledger.openFirings(environment: "dev")
        #expect(firings.map(\.subject) == (version < 3 ? [] : ["2026-11-01"]))
        // What gets another form is backed up first.
        #expect(try ledger.backups().count == (version == Self.present ? 0 : 1))
        await #expect(throws: Diagnostic.self) { try await ledger.consumePlan(digest: "abc", at: .sample) }
        try await ledger.apply(notes: 2, in: "other")
    }

    @Test func `what the present version writes has not changed`() async throws {
        try await write(project.ledger())
        let golden = Self.golden(Self.present)
        if ProcessInfo.processInfo.environment["CONVERGE_REWRITE_GOLDEN"] != nil {
            try text(project.files.ledger).write(to: golden, atomically: true, encoding: .utf8)
        }
        let lines = { (text: String) in text.split(separator: "\n").filter { !$0.contains("'project'") } }
        #expect(lines(try text(project.files.ledger)) == lines(try String(contentsOf: golden, encoding: .utf8)))
    }
}
