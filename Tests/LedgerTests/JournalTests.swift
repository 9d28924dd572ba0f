// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import Testing

struct JournalTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    @Test(arguments: 1...8)
    func `what was written is read back as the same values, in this process and in the next`(seed: UInt64) async throws
    {
        var source = ValueSource(seed: seed)
        var expected: [ResourceIdentity: ResourceRecord] = [:]
        let ledger = project.ledger()
        var changes: [ResourceChange] = []
        for number in 0..<40 {
            let record = source.record(number)
            expected[record.identity] = record
            changes.append(.put(record))
        }
        for identity in expected.keys.shuffled(using: &source).prefix(10) {
            switch Int.random(in: 0..<3, using: &source) {
            case 0:
                expected[identity] = nil
                changes.append(.remove(identity))
            case 1:
                guard var moved = expected.removeValue(forKey: identity) else { continue }
                moved.identity = source.record(1000 + expected.count).identity
                expected[moved.identity] = moved
                changes.append(.move(from: identity, to: moved))
            default:
                guard var changed = expected[identity] else { continue }
                changed.outputs = source.object()
                expected[identity] = changed
                changes.append(.put(changed))
            }
        }
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { [changes] lease throws(Diagnostic) in
            for change in changes { try await ledger.append([.resource(change)], under: lease) }
        }
        for reader in [ledger, project.ledger()] {
            var found: [ResourceIdentity: ResourceRecord] = [:]
            for environment in ["dev", "prod"] {
                for record in try await reader.records(environment: environment) { found[record.identity] = record }
                for module in ["shop", "lib/net"] {
                    let snapshot = try await reader.snapshot(environment: environment, module: module)
                    let own = expected.values.filter {
                        $0.identity.environment == environment && $0.identity.module == module
                    }
                    #expect(snapshot.records.count == own.count)
                }
            }
            #expect(found == expected)
        }
    }

    @Test func `an operation keeps its intent, handle, result and order`() async throws {
        let ledger = project.ledger()
        var source = ValueSource(seed: 7)
        let run = try await ledger.beginRun(.sample(.workflow, workflow: "daily"))
        var expected: [OperationRecord] = []
        for number in 0..<20 {
            var operation = OperationRecord.step(
                "step-\(number)", run: run.id, key: number % 2 == 0 ? "key-\(number)" : nil)
            operation.inputs = source.object()
            operation.attempt = number % 3 + 1
            expected.append(operation)
        }
        let intents = expected
        try await ledger.withLease(.run(id: run.id), wait: .zero) { lease throws(Diagnostic) in
            for operation in intents { try await ledger.append([.intent(operation, nil)], under: lease) }
        }
        for offset in expected.indices {
            expected[offset].status = [.succeeded, .failed, .cancelled, .reused, .skipped][offset % 5]
            expected[offset].outputs = source.object()
            expected[offset].reads = [source.reference()]
            expected[offset].writes = [source.reference(), source.reference()]
            expected[offset].handle = offset % 2 == 0 ? "job/\(offset)" : nil
            expected[offset].ended = Timestamp(nanoseconds: Int64(offset))
            if offset % 5 == 1 {
                expected[offset].failure = FailureRecord(
                    code: "C0500", message: "no \"luck\"", notes: ["a"], help: ["b"])
            }
        }
        let ends = expected.reversed()
        try await ledger.withLease(.run(id: run.id), wait: .zero) { lease throws(Diagnostic) in
            for end in ends {
                if let handle = end.handle { try await ledger.append([.handle(end.token, handle)], under: lease) }
                let result = OperationResult(
                    token: end.token, status: end.status, outputs: end.outputs, reads: end.reads, writes: end.writes,
                    failure: end.failure, ended: end.ended ?? .sample)
                try await ledger.append([.result(result, nil)], under: lease)
            }
        }
        #expect(try await ledger.operations(run: run.id) == expected)
        #expect(try await project.ledger().operations(run: run.id) == expected)
    }

    @Test func `an operation that was reused or skipped is one entry`() async throws {
        let ledger = project.ledger()
        let run = try await ledger.beginRun(.sample(.workflow, workflow: "daily"))
        var operation = OperationRecord.step("load", run: run.id, key: "k")
        operation.status = .reused
        operation.outputs = ["rows": .int(7)]
        operation.ended = .sample
        let reused = operation
        try await ledger.withLease(.run(id: run.id), wait: .zero) { lease throws(Diagnostic) in
            try await ledger.append([.intent(reused, nil)], under: lease)
        }
        #expect(try await ledger.operations(run: run.id) == [reused])
    }

    @Test func `entries are written all or none`() async throws {
        let ledger = project.ledger()
        let run = try await ledger.beginRun(.sample(.apply))
        let note = ResourceRecord.note(1)
        let stray = OperationResult(token: .fresh, status: .succeeded, ended: .sample)
        await #expect(throws: Diagnostic.self) {
            try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
                try await ledger.append(
                    [.intent(.create(note, run: run.id), .put(note)), .result(stray, nil)], under: lease)
            }
        }
        #expect(try await ledger.operations(run: run.id).isEmpty)
        #expect(try await ledger.records(environment: "dev").isEmpty)
    }

    @Test func `a result that no intent waits for is refused`() async throws {
        let ledger = project.ledger()
        let run = try await ledger.beginRun(.sample(.workflow, workflow: "daily"))
        let operation = OperationRecord.step("load", run: run.id)
        let result = OperationResult(token: operation.token, status: .succeeded, ended: .sample)
        let failure = await #expect(throws: Diagnostic.self) {
            try await ledger.withLease(.run(id: run.id), wait: .zero) { lease throws(Diagnostic) in
                try await ledger.append([.intent(operation, nil), .result(result, nil)], under: lease)
                try await ledger.append([.result(result, nil)], under: lease)
            }
        }
        #expect(failure?.code == .journalOrder)
        #expect(try await ledger.operations(run: run.id).map(\.status) == [.succeeded])
    }

    @Test func `an operation of a run that never began is refused`() async throws {
        let ledger = project.ledger()
        for run in ["apply-7", "", "apply-", "x", "apply-99999999999999999999", "run-4294967296"] {
            let failure = await #expect(throws: Diagnostic.self) {
                try await ledger.withLease(.run(id: run), wait: .zero) { lease throws(Diagnostic) in
                    try await ledger.append([.intent(.step("a", run: run), nil)], under: lease)
                }
            }
            #expect(failure?.code == .journalOrder)
            #expect(try await ledger.operations(run: run).isEmpty)
            #expect(try await ledger.run(run) == nil)
        }
    }

    @Test func `open operations are those of resources that have no result, in any module of the environment`()
        async throws
    {
        let ledger = project.ledger()
        let run = try await ledger.beginRun(.sample(.apply))
        let first = OperationRecord.create(.note(1), run: run.id)
        let second = OperationRecord.create(.note(2, module: "other"), run: run.id)
        let done = OperationRecord.create(.note(3), run: run.id)
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            for operation in [first, done, second] { try await ledger.append([.intent(operation, nil)], under: lease) }
            try await ledger.append([.intent(.step("work", run: run.id), nil)], under: lease)
            let result = OperationResult(token: done.token, status: .failed, ended: .sample)
            try await ledger.append([.result(result, nil)], under: lease)
        }
        #expect(try await ledger.openOperations(environment: "dev") == [first, second])
        #expect(try await ledger.openOperations(environment: "prod").isEmpty)
    }

    @Test func `the newest success under a content key is found, also by a clock that was set back`() async throws {
        let ledger = project.ledger()
        let run = try await ledger.beginRun(.sample(.workflow, workflow: "daily"))
        let old = OperationRecord.step("old", run: run.id, key: "k")
        let new = OperationRecord.step("new", run: run.id, key: "k")
        let failed = OperationRecord.step("failed", run: run.id, key: "k")
        try await ledger.withLease(.run(id: run.id), wait: .zero) { lease throws(Diagnostic) in
            for (operation, status, time) in [
                (old, OperationRecord.Status.succeeded, 20), (new, .succeeded, 10), (failed, .failed, 30)
            ] {
                let ended = Timestamp(nanoseconds: Int64(time))
                try await ledger.append([.intent(operation, nil)], under: lease)
                try await ledger.append(
                    [.result(OperationResult(token: operation.token, status: status, ended: ended), nil)], under: lease)
            }
        }
        #expect(try await ledger.succeededOperation(contentKey: "k")?.token == new.token)
        #expect(try await ledger.succeededOperation(contentKey: "other") == nil)
    }
}
