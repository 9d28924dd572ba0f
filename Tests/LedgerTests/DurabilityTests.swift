// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Planning
import Testing

struct DurabilityTests {
    /// What a child process has been told is durable: a line for each append that returned.
    private static func report(_ project: String) -> String { project + "/reported" }

    @Test func `kill -9 loses no append that returned`() async throws {
        let project = try ProjectFolder()
        let path = project.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let ledger = ProjectLedger(project: path, command: "converge apply")
            let report = open(DurabilityTests.report(path), O_WRONLY | O_CREAT | O_APPEND, 0o600)
            try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
                let run = try await ledger.beginRun(.sample(.apply))
                await withTaskGroup(of: Void.self) { group in
                    for worker in 0..<8 {
                        group.addTask {
                            for number in 0..<1000 {
                                let note = ResourceRecord.note(worker * 1000 + number)
                                let intent = OperationRecord.create(note, run: run.id)
                                await #expect(throws: Never.self) {
                                    try await ledger.append(
                                        [.intent(intent, .put(note.with(.creating)))], under: lease)
                                }
                                let line = Array("\(intent.token)\n".utf8)
                                _ = Glibc.write(report, line, line.count)
                                if worker == 3, number == 40 { kill(getpid(), SIGKILL) }
                            }
                        }
                    }
                }
            }
        }
        let reported = try String(contentsOfFile: Self.report(path), encoding: .utf8).split(separator: "\n").map(
            String.init)
        #expect(reported.count > 40)
        let ledger = project.ledger()
        let operations = try await ledger.operations(run: "apply-1")
        #expect(Set(operations.map(\.token.text)).isSuperset(of: reported))
        #expect(Set(try await ledger.openOperations(environment: "dev")) == Set(operations))
        let rows = try await ledger.snapshot(environment: "dev", module: "shop").records
        #expect(Set(rows.keys) == Set(operations.map(\.identity.address)))
        // The dead process holds no lease, and its epoch is over.
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            let stale = Lease(scope: lease.scope, epoch: lease.epoch - 1)
            let failure = await #expect(throws: Diagnostic.self) {
                try await ledger.append([.resource(.put(.note(1)))], under: stale)
            }
            #expect(failure?.code == .leaseLost)
        }
    }

    @Test func `the loss of commits that were not copied into the file yet is told`() async throws {
        let project = try ProjectFolder()
        let path = project.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let ledger = ProjectLedger(project: path, command: "converge apply")
            _ = try await ledger.beginRun(.sample(.apply))
            kill(getpid(), SIGKILL)
        }
        try FileManager.default.removeItem(atPath: project.files.ledger + "-wal")
        let failure = await #expect(throws: Diagnostic.self) {
            try await project.ledger().runs(environment: nil, limit: 1)
        }
        #expect(failure?.code == .ledgerOlder)
    }

    @Test func `a ledger that was damaged after a kill is told`() async throws {
        let project = try ProjectFolder()
        try await project.applied(notes: 30)
        let path = project.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let ledger = ProjectLedger(project: path, command: "converge apply")
            _ = try await ledger.beginRun(.sample(.apply))
            kill(getpid(), SIGKILL)
        }
        var bytes = try project.bytes(project.files.ledger)
        let text = try #require(bytes.range(of: Data("some text 21".utf8)))
        bytes[text.lowerBound] ^= 4
        try project.write(bytes, to: project.files.ledger)
        let failure = await #expect(throws: Diagnostic.self) {
            try await project.ledger().snapshot(environment: "dev", module: "other")
        }
        #expect(failure?.code == .ledgerDamaged)
    }
}
