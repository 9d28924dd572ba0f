// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import GRDB
import Ledger
import Planning
import Testing

struct RepairTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    /// Overwrites every page of the ledger that holds the text.
    private func breakPages(holding text: String) throws {
        var content = try project.bytes(project.files.ledger)
        var found = false
        for page in stride(from: 1024, to: content.count, by: 1024)
        where content[page..<min(page + 1024, content.count)].range(of: Data(text.utf8)) != nil {
            content.replaceSubrange(page..<min(page + 1024, content.count), with: Data(repeating: 0xA5, count: 1024))
            found = true
        }
        try #require(found)
        try project.write(content, to: project.files.ledger)
    }

    @Test func `a whole ledger is left alone`() async throws {
        try await project.applied()
        #expect(try project.ledger().inspect() == nil)
        #expect(try project.ledger().repair() == nil)
    }

    @Test func `of a ledger with broken pages everything else is kept, and what is lost is named`() async throws {
        let ledger = project.ledger()
        try await ledger.apply(notes: 40)
        try await ledger.apply(notes: 40, in: "other", text: "needle")
        try await ledger.audit(.sample)
        try await ledger.consumePlan(digest: "digest", at: .sample)
        _ = try await ledger.record(sealed: "text", as: "name")
        try ledger.close()
        try breakPages(holding: "needle")
        let reader = project.ledger()
        let refused = await #expect(throws: Diagnostic.self) {
            try await reader.snapshot(environment: "dev", module: "shop")
        }
        #expect(refused?.code == .ledgerDamaged && refused?.help.first?.hasPrefix("ledger repair") == true)
        let before = try project.bytes(project.files.ledger)
        let found = try #require(try project.ledger().inspect())
        #expect(try project.bytes(project.files.ledger) == before)
        #expect(!found.lost.isEmpty && found.keptAside == nil && found.taken.isEmpty)

        let repairing = project.ledger()
        let done = try #require(try repairing.repair())
        #expect(done.lost == found.lost && done.kept == found.kept)
        let aside = try #require(done.keptAside)
        #expect(try project.bytes(aside) == before)
        let rows = try await repairing.snapshot(environment: "dev", module: "shop").records
        #expect(rows.count == 40 && rows.values.allSatisfy { $0.status == .ready })
        #expect(try await repairing.run("apply-1")?.status == .succeeded)
        #expect(try await repairing.auditTrail(limit: 1) == [.sample])
        #expect(try await repairing.verifyAudit().finding == nil)
        #expect(try await repairing.sealedText(named: "name") == "text")
        await #expect(throws: Diagnostic.self) { try await repairing.consumePlan(digest: "digest", at: .sample) }
        try repairing.close()
        #expect(try project.ledger().inspect() == nil)
        // It goes on.
        try await repairing.apply(notes: 2, in: "third")
        #expect(try await repairing.snapshot(environment: "dev", module: "third").records.count == 2)
    }

    @Test func `what a backup and the journal still tell truly is taken from them`() async throws {
        let ledger = project.ledger()
        try await ledger.apply(notes: 3, text: "needle")
        try await ledger.backUp()
        // One is changed after the backup, one is gone.
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            let run = try await ledger.beginRun(.sample(.apply, module: "shop"))
            var changed = ResourceRecord.note(1, module: "shop", text: "later")
            changed.outputs["id"] = "changed"
            for (effect, record) in [(ResourceEffect.update, changed), (.delete, .note(2, module: "shop"))] {
                let intent = OperationRecord(
                    token: OperationToken("later-\(effect.rawValue)"), run: run.id, identity: record.identity,
                    effect: .resource(effect, kind: record.kind), inputs: record.inputs, started: .sample)
                try await ledger.append([.intent(intent, nil)], under: lease)
                let result = OperationResult(
                    token: intent.token, status: .succeeded, outputs: effect == .delete ? [:] : record.outputs,
                    ended: .sample)
                try await ledger.append(
                    [.result(result, effect == .delete ? .remove(record.identity) : .put(record))], under: lease)
            }
            try await ledger.endRun(run.id, status: .succeeded, outputs: [:], failure: nil, at: .sample)
        }
        try ledger.close()
        let expected = try await project.ledger().snapshot(environment: "dev", module: "shop").records
        #expect(expected.count == 2)

        // The rows are broken and the journal is whole.
        let queue = try DatabaseQueue(path: project.files.ledger)
        try await queue.write { db in try db.execute(sql: "UPDATE resource SET status = 'decayed'") }
        try queue.close()
        let repairing = project.ledger()
        let done = try #require(try repairing.repair())
        #expect(done.taken.count == 2 && done.lost.isEmpty && done.backup != nil, "\(done)")
        let rows = try await repairing.snapshot(environment: "dev", module: "shop").records
        #expect(Set(rows.keys) == Set(expected.keys))
        for (address, row) in rows {
            #expect(row.inputs == expected[address]?.inputs && row.outputs == expected[address]?.outputs)
            #expect(row.status == .ready && row.provider == expected[address]?.provider)
        }
    }

    @Test func `a resource that nothing but the journal tells of is named as lost`() async throws {
        try await project.applied(notes: 2)
        let queue = try DatabaseQueue(path: project.files.ledger)
        try await queue.write { db in
            try db.execute(sql: "UPDATE resource SET inputs = '{}' WHERE id = (SELECT max(id) FROM resource)")
        }
        try queue.close()
        let done = try #require(try project.ledger().repair())
        #expect(done.lost.count == 1 && done.lost.first?.hasPrefix("resource dev/shop/") == true, "\(done)")
        #expect(done.backup == nil && done.kept.first { $0.what == "resources" }?.count == 1)
    }

    /// Files of a repair's own.
    private func leftovers() throws -> [String] {
        try project.names().filter { name in
            [".new", ".look", ".backup"].contains { name.contains("ledger.db\($0)") }
        }
    }

    /// Repairs a ledger after bytes of it were overwritten: whole or told why not, and never told to repair it again.
    private func repairs(overwritten range: Range<Int>, backedUp: Bool) async throws -> RepairReport? {
        let ledger = project.ledger()
        try await ledger.apply(notes: 15)
        if backedUp { try await ledger.backUp() }
        try await ledger.apply(notes: 15, in: "other")
        try ledger.close()
        var content = try project.bytes(project.files.ledger)
        let broken = range.clamped(to: 0..<content.count)
        try #require(!broken.isEmpty)
        content.replaceSubrange(broken, with: Data(repeating: 0x5A, count: broken.count))
        try project.write(content, to: project.files.ledger)

        let repairing = project.ledger()
        let report: RepairReport?
        do { report = try repairing.repair() } catch {
            #expect(error.code == .ledgerDamaged, "\(error)")
            #expect(!error.help.contains { $0.contains("ledger repair") } && !error.help.isEmpty, "\(error)")
            #expect(!backedUp, "a backup is what it goes on from: \(error)")
            #expect(try project.bytes(project.files.ledger) == content && leftovers() == [])
            return nil
        }
        #expect(try leftovers() == [])
        for module in ["shop", "other"] {
            _ = try await repairing.snapshot(environment: "dev", module: module)
        }
        _ = try await repairing.run("apply-1")
        try await repairing.apply(notes: 1, in: "third")
        #expect(try await repairing.snapshot(environment: "dev", module: "third").records.count == 1)
        try repairing.close()
        #expect(try project.ledger().inspect() == nil)
        return report
    }

    @Test(arguments: 0..<8, [false, true])
    func `whatever block is overwritten, a repair goes on or says what else to do`(
        block: Int, backedUp: Bool
    ) async throws {
        let report = try await repairs(overwritten: block * 4096..<(block + 1) * 4096, backedUp: backedUp)
        guard backedUp, block == 0 else { return }
        // The first block holds what the tables are: the backup alone tells, and what it does not is named.
        let lost = try #require(report?.lost)
        #expect(lost.contains("run 2") && lost.contains { $0.hasPrefix("everything recorded after") }, "\(lost)")
        #expect(report?.taken.count { $0.hasPrefix("resource dev/shop/") } == 15)
    }

    @Test(arguments: 8..<32)
    func `whatever page is overwritten, a repair ends`(page: Int) async throws {
        _ = try await repairs(overwritten: page * 1024..<(page + 1) * 1024, backedUp: false)
    }

    @Test func `behind a first page that is broken the rest is found`() async throws {
        let ledger = project.ledger()
        try await ledger.apply(notes: 20, text: "needle")
        try await ledger.apply(notes: 20, in: "other")
        try ledger.close()
        try breakPages(holding: "needle")
        let repairing = project.ledger()
        let done = try #require(try repairing.repair())
        #expect(!done.lost.isEmpty)
        #expect(try await repairing.snapshot(environment: "dev", module: "other").records.count > 10)
    }

    @Test func `a ledger that is gone is not taken for a whole one`() async throws {
        #expect(try project.ledger().repair() == nil)
        try await project.applied()
        try FileManager.default.removeItem(atPath: project.files.ledger)
        for act in [{ try $0.inspect() }, { try $0.repair() }] as [(ProjectLedger) throws -> RepairReport?] {
            let refused = #expect(throws: Diagnostic.self) { try act(project.ledger()) }
            #expect(refused?.code == .ledgerRemoved)
        }
    }

    @Test func `a day after the newest backup the next run makes another`() async throws {
        let ledger = project.ledger()
        try await ledger.apply(notes: 1)
        try await ledger.backUp()
        try await ledger.apply(notes: 1, in: "other")
        #expect(try ledger.backups().count == 1)
        let newest = try #require(try ledger.backups().first)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -90_000)],
            ofItemAtPath: project.files.backups + "/" + newest.name)
        try await ledger.apply(notes: 1, in: "third")
        #expect(try ledger.backups().count == 2)
    }
}
