// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Planning
import Synchronization
import Testing

struct LeaseTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    @Test func `a second process is told who holds the lease and since when`() async throws {
        let (first, second) = (project.ledger(command: "converge apply shop.recipe"), project.ledger())
        try await first.withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in
            let failure = await #expect(throws: Diagnostic.self) {
                try await second.withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in }
            }
            #expect(failure?.code == .leaseHeld)
            let note = failure?.notes.first ?? ""
            #expect(note.contains("process \(ProcessInfo.processInfo.processIdentifier)"))
            #expect(note.contains("`converge apply shop.recipe`"))
            #expect(note.contains(ProcessInfo.processInfo.hostName))
            #expect(note.contains(/since \d{4}-\d\d-\d\dT/))
            #expect(failure?.help.first?.contains("--wait") == true)
        }
        try await second.withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in }
    }

    @Test func `leases of different scopes exclude nobody`() async throws {
        let (first, second) = (project.ledger(), project.ledger())
        try await first.withLease(.apply(environment: "dev"), wait: .zero) { outer throws(Diagnostic) in
            for scope: LeaseScope in [
                .apply(environment: "prod"), .run(id: "run-1"),
                .apply(environment: "../dev"), .apply(environment: "de%76")
            ] {
                try await second.withLease(scope, wait: .zero) { inner throws(Diagnostic) in
                    #expect(inner.epoch > outer.epoch)
                }
            }
        }
    }

    @Test func `each scope has a lock file of its own in the folder of locks, which goes with the lease`() async throws
    {
        let ledger = project.ledger()
        for (environment, name) in [("dev", "apply-dev"), ("../dev", "apply-%2e%2e%2fdev"), ("d%6", "apply-d%256")] {
            let names = try await ledger.withLease(.apply(environment: environment), wait: .zero) {
                _ throws(Diagnostic) in try? FileManager.default.contentsOfDirectory(atPath: project.files.locks)
            }
            #expect(names?.contains("\(name).lock") == true)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: project.files.locks) == ["ledger.lock"])
    }

    @Test func `who waits gets the lease when it is freed`() async throws {
        let (first, second) = (project.ledger(), project.ledger())
        let order = Mutex<[String]>([])
        try await first.withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in
            let failure = await #expect(throws: Diagnostic.self) {
                try await second.withLease(.apply(environment: "dev"), wait: .milliseconds(60)) {
                    _ throws(Diagnostic) in
                }
            }
            #expect(failure?.message.contains("60ms") == true)
        }
        async let waiting: Void = second.withLease(.apply(environment: "dev"), wait: .seconds(30)) {
            _ throws(Diagnostic) in order.withLock { $0.append("second") }
        }
        try await waiting
        try await first.withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in
            order.withLock { $0.append("first") }
        }
        #expect(order.withLock { $0 } == ["second", "first"])
    }

    @Test func `waiting ends when the task is cancelled`() async throws {
        let (first, second) = (project.ledger(), project.ledger())
        try await first.withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in
            let task = Task {
                try await second.withLease(.apply(environment: "dev"), wait: .seconds(3600)) { _ throws(Diagnostic) in }
            }
            task.cancel()
            let failure = await #expect(throws: Diagnostic.self) { try await task.value }
            #expect(failure?.code == .applyInterrupted)
        }
    }

    @Test func `the lease is freed when the body throws`() async throws {
        let ledger = project.ledger()
        let own = Diagnostic(.callFailed, "as planned")
        let failure = await #expect(throws: Diagnostic.self) {
            try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in throw own }
        }
        #expect(failure == own)
        try await project.ledger().withLease(.apply(environment: "dev"), wait: .zero) { _ throws(Diagnostic) in }
    }

    @Test func `a holder whose lease was taken over writes nothing more`() async throws {
        let (old, new) = (project.ledger(command: "converge old"), project.ledger(command: "converge new"))
        try await old.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            try await old.append([.resource(.put(.note(1)))], under: lease)
            #expect(throws: Never.self) {
                try FileManager.default.removeItem(atPath: project.files.locks + "/apply-dev.lock")
            }
            try await new.withLease(.apply(environment: "dev"), wait: .zero) { taken throws(Diagnostic) in
                #expect(taken.epoch > lease.epoch)
                let failure = await #expect(throws: Diagnostic.self) {
                    try await old.append([.resource(.put(.note(2)))], under: lease)
                }
                #expect(failure?.code == .leaseLost)
                #expect(failure?.notes.first?.contains("`converge new`") == true)
                try await new.append([.resource(.put(.note(3)))], under: taken)
            }
        }
        let addresses = try await new.records(environment: "dev").map(\.identity.address.text)
        #expect(addresses == ["note[\"1\"]", "note[\"3\"]"])
    }

    @Test func `an epoch is never given twice`() async throws {
        var epochs: [Int64] = []
        for _ in 0..<3 {
            for scope: LeaseScope in [.apply(environment: "dev"), .run(id: "run-1")] {
                let ledger = project.ledger()
                epochs.append(
                    try await ledger.withLease(scope, wait: .zero) { lease throws(Diagnostic) in lease.epoch })
                try ledger.close()
            }
        }
        #expect(epochs == epochs.sorted() && Set(epochs).count == epochs.count)
    }
}
