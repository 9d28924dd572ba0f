// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import GRDB
import Ledger
import Planning
import Testing

struct LossTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    /// What reading the ledger is refused with.
    private func refusal(_ code: DiagnosticCode, _ place: SourceLocation = #_sourceLocation) async -> Diagnostic? {
        let reader = project.ledger()
        let failure = await #expect(throws: Diagnostic.self, sourceLocation: place) {
            try await reader.snapshot(environment: "dev", module: "shop")
        }
        #expect(failure?.code == code, "\(failure.map { "\($0)" } ?? "nothing")", sourceLocation: place)
        let writer = project.ledger()
        let other = await #expect(throws: Diagnostic.self, sourceLocation: place) {
            try await writer.withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in }
        }
        #expect(other?.code == code, sourceLocation: place)
        return failure
    }

    @Test func `a project that never applied is empty, and reading it makes no file`() async throws {
        let ledger = project.ledger()
        #expect(try await ledger.snapshot(environment: "dev", module: "shop").records.isEmpty)
        #expect(try await ledger.records(environment: "dev").isEmpty)
        #expect(try await ledger.runs(environment: nil, limit: 10).isEmpty)
        #expect(try await ledger.run("apply-1") == nil)
        #expect(try await ledger.openOperations(environment: "dev").isEmpty)
        #expect(try await ledger.succeededOperation(contentKey: "k") == nil)
        #expect(try await ledger.auditTrail(limit: 10).isEmpty)
        #expect(try await ledger.sequence() == 0)
        try ledger.close()
        #expect(try project.names().isEmpty)
    }

    @Test func `a ledger that was removed is refused`() async throws {
        try await project.applied()
        try FileManager.default.removeItem(atPath: project.files.ledger)
        let failure = await refusal(.ledgerRemoved)
        #expect(failure?.notes == ["there is no backup in \(project.files.backups)"])
    }

    @Test func `the refusal names the newest backup and the way to restore it`() async throws {
        let ledger = project.ledger()
        try await ledger.apply(notes: 1)
        try await ledger.backUp()
        try await ledger.apply(notes: 2)
        try await ledger.backUp()
        try ledger.close()
        let newest = try #require(try ledger.backups().first)
        try FileManager.default.removeItem(atPath: project.files.ledger)
        let failure = await refusal(.ledgerRemoved)
        #expect(failure?.notes == ["the newest backup is \(newest.name)"])
        #expect(failure?.help.first?.contains("ledger restore") == true)
        // The backups alone tell of a history too.
        try FileManager.default.removeItem(atPath: project.files.project)
        _ = await refusal(.ledgerRemoved)
    }

    @Test func `a ledger that was emptied is refused`() async throws {
        try await project.applied()
        try project.write(Data(), to: project.files.ledger)
        _ = await refusal(.ledgerEmptied)
        try FileManager.default.removeItem(atPath: project.files.ledger)
        let other = try DatabaseQueue(path: project.files.ledger)
        try other.inDatabase { try $0.execute(sql: "CREATE TABLE other (x)") }
        try other.close()
        _ = await refusal(.ledgerEmptied)
    }

    @Test(arguments: [50, 100, 700, 4096, 5000])
    func `a ledger that was cut is refused`(length: Int) async throws {
        try await project.applied()
        try project.write(try project.bytes(project.files.ledger).prefix(length), to: project.files.ledger)
        _ = await refusal(.ledgerCut)
    }

    @Test func `a ledger that lost its last byte is refused`() async throws {
        try await project.applied()
        try project.write(try project.bytes(project.files.ledger).dropLast(), to: project.files.ledger)
        _ = await refusal(.ledgerCut)
    }

    @Test func `a file that is no database is refused`() async throws {
        try await project.applied()
        try project.write(Data("a letter to the editor".utf8), to: project.files.ledger)
        _ = await refusal(.ledgerDamaged)
    }

    /// Damage is either told or has harmed nothing.
    private func expectToldOrHarmless(
        _ expected: [Address: ResourceRecord], _ what: String, _ place: SourceLocation = #_sourceLocation
    ) async -> Bool {
        let ledger = project.ledger()
        do throws(Diagnostic) {
            let found = try await ledger.snapshot(environment: "dev", module: "shop").records
            #expect(found == expected, "\(what) went unseen", sourceLocation: place)
            return false
        } catch {
            #expect(error.code.text.hasPrefix("L01"), "\(what): \(error)", sourceLocation: place)
            return true
        }
    }

    @Test(arguments: [UInt8(0), 0xFF, 0x41])
    func `a page that was overwritten is told wherever it lies`(byte: UInt8) async throws {
        let expected = try await project.applied(notes: 20)
        let whole = try project.bytes(project.files.ledger)
        let size = 1024
        var told = 0
        for start in stride(from: 0, to: whole.count, by: size) {
            var damaged = whole
            damaged.replaceSubrange(
                start..<min(start + size, whole.count), with: repeatElement(byte, count: min(size, whole.count - start))
            )
            try project.write(damaged, to: project.files.ledger)
            if await expectToldOrHarmless(expected, "block \(start / size) of \(byte)") { told += 1 }
        }
        #expect(told > whole.count / size / 2)
        try project.write(whole, to: project.files.ledger)
        #expect(await !expectToldOrHarmless(expected, "the whole file"))
    }

    @Test func `one changed bit in a row is told`() async throws {
        let expected = try await project.applied(notes: 20)
        let whole = try project.bytes(project.files.ledger)
        for text in ["some text 7", "id-13", "local.Note", "note[\"3\"]", "shop", "dev"] {
            var damaged = whole
            let place = try #require(damaged.range(of: Data(text.utf8)))
            damaged[place.lowerBound] ^= 1
            try project.write(damaged, to: project.files.ledger)
            #expect(await expectToldOrHarmless(expected, "a bit of '\(text)'"), "\(text)")
        }
    }

    @Test func `a single bit anywhere is told or harmless`() async throws {
        let expected = try await project.applied(notes: 5)
        let whole = try project.bytes(project.files.ledger)
        var source = ValueSource(seed: 3)
        for _ in 0..<60 {
            var damaged = whole
            let place = Int.random(in: 0..<whole.count, using: &source)
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &source)
            try project.write(damaged, to: project.files.ledger)
            _ = await expectToldOrHarmless(expected, "bit at \(place)")
        }
    }

    @Test(arguments: [
        "DELETE FROM meta", "DELETE FROM resource", "DELETE FROM resource WHERE id = 2", "DELETE FROM module"
    ])
    func `rows that went behind the ledger's back are told`(sql: String) async throws {
        try await project.applied()
        let database = try DatabaseQueue(path: project.files.ledger)
        try database.inDatabase { try $0.execute(sql: sql) }
        try database.close()
        _ = await refusal(.ledgerDamaged)
    }

    @Test func `an older copy put in the ledger's place is refused`() async throws {
        try await project.applied(notes: 1)
        let old = try project.bytes(project.files.ledger)
        try await project.applied(notes: 2)
        try project.write(old, to: project.files.ledger)
        let failure = await refusal(.ledgerOlder)
        #expect(failure?.message.contains("older copy") == true)
    }

    @Test func `the ledger of another project is refused`() async throws {
        let other = try ProjectFolder()
        try await other.applied(notes: 50)
        try await project.applied()
        try project.write(try other.bytes(other.files.ledger), to: project.files.ledger)
        _ = await refusal(.ledgerForeign)
    }

    @Test func `a ledger of a newer Converge is refused and left as it is`() async throws {
        try await project.applied()
        let database = try DatabaseQueue(path: project.files.ledger)
        try database.inDatabase { try $0.execute(sql: "PRAGMA user_version = 99") }
        try database.close()
        let before = try project.bytes(project.files.ledger)
        _ = await refusal(.ledgerNewer)
        #expect(try project.bytes(project.files.ledger) == before)
    }

    @Test(arguments: ["", "{", "[]", "{\"format\": 2}", "{\"format\": 1, \"project\": 7}", "\u{0}"])
    func `a project file that Converge did not write is refused`(content: String) async throws {
        try await project.applied()
        try project.write(Data(content.utf8), to: project.files.project)
        _ = await refusal(.projectUnreadable)
        try FileManager.default.removeItem(atPath: project.files.project)
        let ledger = project.ledger()
        #expect(try await ledger.snapshot(environment: "dev", module: "shop").records.count == 3)
        try ledger.close()
        #expect(FileManager.default.fileExists(atPath: project.files.project))
    }

    @Test func `a ledger that is open elsewhere is read without harm`() async throws {
        let writer = project.ledger()
        try await writer.apply(notes: 3)
        try await writer.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            try await writer.append([.resource(.put(.note(9)))], under: lease)
            let reader = project.ledger()
            #expect(try await reader.records(environment: "dev").count == 4)
            try reader.close()
            try await writer.append([.resource(.put(.note(10)))], under: lease)
        }
        #expect(try await project.ledger().records(environment: "dev").count == 5)
    }
}
