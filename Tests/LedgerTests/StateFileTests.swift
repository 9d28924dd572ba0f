// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import GRDB
import Ledger
import Planning
import Testing

struct StateFileTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    @Test func `state files are for the user alone, open or closed`() async throws {
        let ledger = project.ledger()
        let log = ProjectRunLog(project: project.path)
        try await ledger.apply(notes: 2)
        try await ledger.backUp()
        log.write([LogLine(run: "run-1", operation: "a", time: .sample, text: "b")])
        try await log.flush()
        for isOpen in [true, false] {
            if !isOpen { try ledger.close() }
            let names = try project.names()
            #expect(names.contains(".converge/ledger.db") && names.contains(".converge/project.json"))
            #expect(names.contains(".converge/runs.db-wal"))
            for name in names {
                let attributes = try FileManager.default.attributesOfItem(atPath: project.path + "/" + name)
                let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
                #expect(attributes[.posixPermissions] as? Int == (isFolder ? 0o700 : 0o600), "\(name)")
            }
            #expect(names.contains(".converge/ledger.db-wal") == isOpen)
            #expect(!names.contains { $0.contains(".new") || $0.contains("journal") })
        }
    }

    @Test func `the ledger keeps the names of secrets and nothing else of them`() async throws {
        setenv("LEDGER_TEST_SECRET", "correct-horse-battery", 1)
        let ledger = project.ledger()
        var note = ResourceRecord.note(1)
        note.inputs["password"] = .secret(SecretReference(source: "env", name: "LEDGER_TEST_SECRET"))
        let record = note
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            try await ledger.append([.resource(.put(record))], under: lease)
        }
        try await ledger.backUp()
        for name in try project.names() {
            let path = project.path + "/" + name
            guard let content = FileManager.default.contents(atPath: path) else { continue }
            #expect(content.range(of: Data("correct-horse".utf8)) == nil, "\(name)")
        }
        #expect(try await ledger.records(environment: "dev") == [record])
    }

    /// Runs as a user whom the folder's rights bind, which those of root are not.
    private static func dropRights() {
        if getuid() == 0 { setuid(65_534) }
    }

    @Test func `a folder that cannot be written is told`() async throws {
        let path = project.path
        chmod(path, 0o555)
        await #expect(processExitsWith: .success) { [path = path as String] in
            StateFileTests.dropRights()
            let ledger = ProjectLedger(project: path, command: "converge apply")
            let records = try await ledger.records(environment: "dev")
            #expect(records.isEmpty)
            let failure = await #expect(throws: Diagnostic.self) { try await ledger.beginRun(.sample(.apply)) }
            #expect(failure?.code == .ledgerDenied)
            #expect(failure?.message.contains(path) == true)
        }
        chmod(path, 0o755)
    }

    @Test func `a ledger that cannot be read is told`() async throws {
        try await project.applied()
        let path = project.path
        chmod(path, 0o755)
        chmod(project.files.folder, 0o755)
        await #expect(processExitsWith: .success) { [path = path as String] in
            StateFileTests.dropRights()
            if getuid() != 65_534 { chmod(LedgerFiles(project: path).ledger, 0) }
            let ledger = ProjectLedger(project: path, command: "converge show")
            let failure = await #expect(throws: Diagnostic.self) { try await ledger.records(environment: "dev") }
            #expect(failure?.code == .ledgerDenied)
        }
    }

    @Test(.enabled(if: SmallDisk.isAllowed, "mounting a small file system needs root"))
    func `a full disk is told, and what was recorded before is still there`() async throws {
        try await SmallDisk.mounted { path in
            let ledger = ProjectLedger(project: path, command: "converge apply")
            try await ledger.apply(notes: 2)
            let failure = await #expect(throws: Diagnostic.self) {
                try await ledger.apply(notes: 2000, in: "large", text: String(repeating: "x", count: 2000))
            }
            #expect(failure?.code == .ledgerDiskFull)
            let shop = try await ledger.snapshot(environment: "dev", module: "shop")
            #expect(shop.records.count == 2)
            let partial = try await ledger.snapshot(environment: "dev", module: "large").records
            #expect(partial.count > 0 && partial.count < 2000)
            // What was kept for records is free now; others take it.
            let filler = open(path + "/filler", O_WRONLY | O_CREAT, 0o600)
            let block = [UInt8](repeating: 0, count: 4096)
            while write(filler, block, block.count) == block.count {}
            close(filler)
            let before = try ledger.backups()
            let backup = await #expect(throws: Diagnostic.self) { try await ledger.backUp() }
            #expect(backup?.code == .ledgerDiskFull)
            #expect(try ledger.backups() == before)
        }
    }

    @Test func `a file that may not grow is told, and what was recorded before is still there`() async throws {
        try await project.applied(notes: 2)
        let path = project.path
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let ledger = ProjectLedger(project: path, command: "converge apply")
            let failure = await #expect(throws: Diagnostic.self) {
                try await ledger.apply(notes: 2000, in: "large", text: String(repeating: "x", count: 2000))
            }
            #expect(failure?.code == .ledgerFailed)
            let shop = try await ledger.snapshot(environment: "dev", module: "shop")
            #expect(shop.records.count == 2)
        }
        let ledger = project.ledger()
        let partial = try await ledger.snapshot(environment: "dev", module: "large").records.count
        #expect(partial > 0 && partial < 2000)
        try await ledger.apply(notes: 1, in: "large")
    }

    @Test func `a ledger that another program keeps locked is told`() async throws {
        try await project.applied()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: project.files.ledger, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let ledger = ProjectLedger(project: project.path, command: "converge apply", patience: .milliseconds(20))
        let failure = await #expect(throws: Diagnostic.self) { try await ledger.beginRun(.sample(.apply)) }
        #expect(failure?.code == .ledgerBusy)
        #expect(try await ledger.records(environment: "dev").count == 3)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        _ = try await ledger.beginRun(.sample(.apply))
    }
}

/// A file system of a few hundred kilobytes, where the machine allows to mount one.
enum SmallDisk {
    static let isAllowed: Bool = {
        guard let path = try? mount() else { return false }
        unmount(path)
        return true
    }()

    private struct Refused: Error {}

    private static func mount() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/ledger-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Glibc.mount("none", path, "tmpfs", 0, "size=2m") == 0 else {
            rmdir(path)
            throw Refused()
        }
        return path
    }

    private static func unmount(_ path: String) {
        umount2(path, 0)
        rmdir(path)
    }

    static func mounted(_ body: (_ path: String) async throws -> Void) async throws {
        let path = try mount()
        defer { unmount(path) }
        try await body(path)
    }
}
