// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import Testing

struct GroupCommitTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    @Test func `a chain of durable steps costs two commits a step`() async throws {
        let ledger = project.ledger()
        let run = try await ledger.beginRun(.sample(.workflow, workflow: "daily"))
        try await ledger.withLease(.run(id: run.id), wait: .zero) { lease throws(Diagnostic) in
            let before = try await ledger.sequence()
            for number in 0..<20 {
                let step = OperationRecord.step("step-\(number)", run: run.id)
                try await ledger.append([.intent(step, nil)], under: lease)
                let result = OperationResult(token: step.token, status: .succeeded, ended: .sample)
                try await ledger.append([.result(result, nil)], under: lease)
            }
            #expect(try await ledger.sequence() - before == 40)
        }
    }

    @Test func `callers that arrive together share commits`() async throws {
        let ledger = project.ledger()
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            var commits: [Int64] = []
            // On a busy machine they may arrive one by one: then there is nothing to share, and they try again.
            repeat {
                let before = try await ledger.sequence()
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<400 {
                        group.addTask {
                            await #expect(throws: Never.self) {
                                try await ledger.append([.resource(.put(.note(number)))], under: lease)
                            }
                        }
                    }
                }
                commits.append(try await ledger.sequence() - before)
            } while commits.min() ?? 0 >= 100 && commits.count < 20
            #expect(commits.min() ?? 0 < 100, "\(commits)")
        }
        #expect(try await ledger.records(environment: "dev").count == 400)
    }

    @Test func `a caller that is refused takes nobody along who shares its commit`() async throws {
        let ledger = project.ledger()
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            let stale = Lease(scope: lease.scope, epoch: lease.epoch - 1)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let isGood = number % 2 == 0
                        do throws(Diagnostic) {
                            try await ledger.append([.resource(.put(.note(number)))], under: isGood ? lease : stale)
                            #expect(isGood)
                        } catch {
                            #expect(error.code == .leaseLost)
                        }
                    }
                }
            }
        }
        let kept = try await ledger.snapshot(environment: "dev", module: "shop").records
        #expect(Set(kept.keys) == Set((0..<100).map { ResourceRecord.note($0 * 2).identity.address }))
    }

    @Test func `a caller that was cancelled is recorded all the same`() async throws {
        let ledger = project.ledger()
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await ledger.append([.resource(.put(.note(1)))], under: lease)
                return try await ledger.records(environment: "dev").count
            }
            let count = try? await task.value
            #expect(count == 1)
        }
    }

    @Test func `two processes that write at the same time both get their turn`() async throws {
        let ledgers = [project.ledger(), project.ledger()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (ledger, module) in zip(ledgers, ["left", "right"]) {
                group.addTask {
                    try await ledger.withLease(.apply(environment: module), wait: .zero) { lease throws(Diagnostic) in
                        for number in 0..<30 {
                            try await ledger.append([.resource(.put(.note(number, module: module)))], under: lease)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await ledgers[0].records(environment: "dev").count == 60)
    }
}
