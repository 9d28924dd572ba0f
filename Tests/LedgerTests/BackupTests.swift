// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Planning
import Testing

struct BackupTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    @Test func `a backup is made where rows changed, and ten are kept`() async throws {
        let ledger = project.ledger()
        for round in 1...12 {
            try await ledger.apply(notes: 1, text: "round \(round)")
            try await ledger.backUp()
            let count = try ledger.backups().count
            _ = try await ledger.beginRun(.sample(.workflow))
            try await ledger.backUp()
            #expect(try ledger.backups().count == count)
            #expect(count == min(round, 10))
        }
        let sequences = try ledger.backups().map(\.sequence)
        #expect(sequences == sequences.sorted(by: >))
        let names = try FileManager.default.contentsOfDirectory(atPath: project.files.backups)
        #expect(names.count == 10)
    }

    @Test func `nothing is backed up of a project without resources`() async throws {
        let ledger = project.ledger()
        _ = try await ledger.beginRun(.sample(.workflow))
        try await ledger.backUp()
        #expect(try ledger.backups().isEmpty)
    }

    /// Two backups with one and two notes, and a third note that no backup has.
    private func history() async throws -> ProjectLedger {
        let ledger = project.ledger()
        for notes in 1...2 {
            try await ledger.apply(notes: notes)
            try await ledger.backUp()
        }
        try await ledger.apply(notes: 3)
        try ledger.close()
        return ledger
    }

    @Test(arguments: ["removed", "emptied", "damaged", "whole"])
    func `restoring puts the newest backup in place and keeps the old file`(state: String) async throws {
        let ledger = try await history()
        let content = try project.bytes(project.files.ledger)
        switch state {
        case "removed": try FileManager.default.removeItem(atPath: project.files.ledger)
        case "emptied": try project.write(Data(), to: project.files.ledger)
        case "damaged": try project.write(Data(repeating: 7, count: 9000), to: project.files.ledger)
        default: break
        }
        let restored = try ledger.restore(from: nil)
        #expect(restored.backup == (try ledger.backups().first))
        #expect((restored.keptAside == nil) == (state == "removed"))
        if state == "whole", let aside = restored.keptAside { #expect(try project.bytes(aside) == content) }
        #expect(try await ledger.snapshot(environment: "dev", module: "shop").records.count == 2)
        try await ledger.apply(notes: 4)
        try ledger.close()
        #expect(try await project.ledger().snapshot(environment: "dev", module: "shop").records.count == 4)
    }

    @Test func `a backup is chosen by its name or number`() async throws {
        let ledger = try await history()
        let oldest = try #require(try ledger.backups().last)
        for name in [oldest.name, String(oldest.name.dropLast(3)), String(oldest.sequence)] {
            #expect(try ledger.restore(from: name).backup == oldest)
            #expect(try await ledger.snapshot(environment: "dev", module: "shop").records.count == 1)
        }
        let failure = #expect(throws: Diagnostic.self) { try ledger.restore(from: "ledger-99.db") }
        #expect(failure?.code == .backupMissing)
        #expect(failure?.notes.first?.contains(oldest.name) == true)
    }

    @Test func `numbers of the lost history are not used again`() async throws {
        let ledger = try await history()
        let before = try await ledger.snapshot(environment: "dev", module: "shop").version
        let runs = try await ledger.runs(environment: nil, limit: 1)
        _ = try ledger.restore(from: nil)
        #expect(try await ledger.snapshot(environment: "dev", module: "shop").version > before + 1000)
        #expect(try await ledger.beginRun(.sample(.apply)).id == "apply-4")
        #expect(runs.map(\.id) == ["apply-3"])
    }

    @Test func `without a backup there is nothing to restore`() async throws {
        try await project.applied()
        let failure = #expect(throws: Diagnostic.self) { try project.ledger().restore(from: nil) }
        #expect(failure?.code == .backupMissing)
        #expect(try await project.ledger().records(environment: "dev").count == 3)
    }

    @Test func `a backup that is damaged or of another project is refused, and the ledger stays`() async throws {
        let ledger = try await history()
        let newest = try #require(try ledger.backups().first)
        let path = project.files.backups + "/" + newest.name
        let other = try ProjectFolder()
        let stranger = other.ledger()
        try await stranger.apply(notes: 1)
        try await stranger.backUp()
        let foreign = try other.bytes(other.files.backups + "/" + (try #require(try stranger.backups().first)).name)
        for content in [Data(), Data("nonsense".utf8), try project.bytes(path).prefix(5000), foreign] {
            try project.write(content, to: path)
            let failure = #expect(throws: Diagnostic.self) { try ledger.restore(from: nil) }
            #expect(failure?.code == .backupUnusable)
            #expect(failure?.message.contains(newest.name) == true)
            #expect(try await ledger.snapshot(environment: "dev", module: "shop").records.count == 3)
            try ledger.close()
        }
    }

    @Test func `nothing is restored while another process is at work`() async throws {
        let ledger = try await history()
        let other = project.ledger(command: "converge apply shop.recipe")
        try await other.withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in
            let failure = #expect(throws: Diagnostic.self) { try ledger.restore(from: nil) }
            #expect(failure?.code == .leaseHeld)
            #expect(failure?.notes.first?.contains("converge apply shop.recipe") == true)
        }
        try other.close()
        _ = try ledger.restore(from: nil)
    }

    @Test func `a process that has the ledger open goes on with the file that was restored`() async throws {
        let ledger = try await history()
        let prompt = project.ledger(command: "converge")
        #expect(try await prompt.records(environment: "dev").count == 3)
        _ = try ledger.restore(from: nil)
        #expect(try await prompt.records(environment: "dev").count == 2)
        try await prompt.apply(notes: 7)
        try prompt.close()
        #expect(try await ledger.records(environment: "dev").count == 7)
    }
}
