// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import PluginFixtures
import PluginHost
import Synchronization
import Testing

/// Programs that train as runs of a platform of jobs.
struct TrainJobTests {
    private let workers = Reference(type: "ModelTrainingInfrastructure", resource: Address("workers"))

    private func bench(
        secrets: [String: String] = [:]
    ) async throws -> (bench: Workbench, orders: Reference, jobs: ProcessJobs, folder: String) {
        let (bench, orders) = try await TrainTests.bench(secrets: secrets)
        // Lives as long as the bench does.
        let folder = bench.recipe.path + "/.jobs"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let jobs = ProcessJobs(services: bench.services, folder: folder)
        bench.facets.withLock { $0["workers JobRunner"] = jobs }
        return (bench, orders, jobs, folder)
    }

    private func inputs(_ bench: Workbench, _ orders: Reference) -> ObjectValue {
        TrainTests.inputs(bench, orders).merging(["in": .reference(workers)])
    }

    @Test func `a platform of processes keeps the contract of jobs`() async throws {
        let (bench, _, jobs, _) = try await bench()
        let (scratch, count) = (try TemporaryFolder(), Counter())
        let conformance = JobRunnerConformance(jobs, services: bench.services, folder: scratch.path) {
            Workbench.context("job", token: "c-\(count.next())")
        }
        #expect(try await conformance.problems() == [])
    }

    @Test func `A program on workers makes the same as one beside Converge`() async throws {
        let (bench, orders, jobs, _) = try await bench()
        var inputs = inputs(bench, orders)
        inputs["framework"] = "PyTorch"
        inputs["image"] = "trainer:1"
        inputs["workers"] = 2
        let there = try await bench.step("Train", "fit", inputs)
        #expect(
            there.outputs["metrics"] == ["rows": 3.0, "score": 0.75, "measured_by_the_platform": 1.0])
        #expect(bench.log.contains("customer,n") && bench.log.contains("trained"))
        let here = try await bench.step("Train", "fit", TrainTests.inputs(bench, orders))
        let (model, local) = (
            try #require(there.outputs["model"]?.reference), try #require(here.outputs["model"]?.reference)
        )
        #expect(model.attributes["digest"] == local.attributes["digest"] && model.attributes["version"] == 1)
        #expect(there.reads == here.reads && there.outputs["artifacts"] == here.outputs["artifacts"])
        let request = try #require(jobs.requests.first)
        #expect(jobs.requests.count == 1 && request.workers == 2)
        #expect(request.program?.image == "trainer:1" && request.program?.framework == "PyTorch")
    }

    @Test func `A step that is taken up again goes on with the run that there is`() async throws {
        let (bench, orders, jobs, _) = try await bench()
        let (executor, request) = try bench.prepare("Train", "fit", inputs(bench, orders), token: "t-1")
        let first = try await executor.execute(request)
        let second = try await executor.execute(request)
        #expect(jobs.requests.count == 1)
        #expect(second.outputs["model"] == first.outputs["model"])
        #expect(bench.log.contains { $0.hasPrefix("the program still is the run job-t-1") })
    }

    @Test func `A run stops with its step`() async throws {
        let (bench, orders, jobs, _) = try await bench()
        try bench.recipe.write("echo begun; sleep 600", to: "train.sh")
        let (executor, request) = try bench.prepare("Train", "fit", inputs(bench, orders), token: "t-2")
        let work = Task { try await executor.execute(request) }
        try await wait { bench.log.contains("begun") }
        work.cancel()
        let result = await work.result
        #expect(throws: CallError.self) { try result.get() }
        try await wait { try await jobs.state(of: "job-t-2", context: request.context) != .running }
        #expect(try await jobs.state(of: "job-t-2", context: request.context) == .cancelled)
        #expect(bench.log.contains("job-t-2 was told to stop"))
    }

    @Test func `A program that fails on its workers is told with what it said last`() async throws {
        let (bench, orders, _, _) = try await bench()
        try bench.recipe.write("echo before; exit 3", to: "train.sh")
        let failure = try await bench.failure("Train", "fit", inputs(bench, orders))
        #expect(failure.code.text == "D0501")
        #expect(failure.message.hasPrefix("'sh train.sh' failed as job-step-"))
        #expect(failure.notes == ["it said last:\nbefore"])
    }

    @Test func `A start whose answer is lost is found again, and a run that somebody stops is told`() async throws {
        let (bench, orders, jobs, _) = try await bench()
        bench.facets.withLock { $0["workers JobRunner"] = LosingJobs(jobs: jobs) }
        let response = try await bench.step("Train", "fit", inputs(bench, orders))
        #expect(response.outputs["metrics"]?.object?["score"] == 0.75 && jobs.requests.count == 1)

        try bench.recipe.write("echo begun; sleep 600", to: "train.sh")
        let (executor, request) = try bench.prepare("Train", "fit", inputs(bench, orders), token: "t-3")
        let work = Task { try await executor.execute(request) }
        try await wait { bench.log.contains("begun") }
        try await jobs.cancel("job-t-3", context: request.context)
        let error = await #expect(throws: CallError.self) { try await work.value }
        #expect(error?.diagnostic.message == "'sh train.sh' was stopped as job-t-3, by somebody else")
    }

    @Test func `Secrets reach the workers and no file that is sent there`() async throws {
        let (bench, orders, _, folder) = try await bench(secrets: ["TOKEN": "hunter2-hunter2"])
        var inputs = inputs(bench, orders)
        try bench.recipe.write(
            "test \"$TOKEN\" = hunter2-hunter2; echo \"token $TOKEN\"; " + TrainTests.trainer, to: "train.sh")
        inputs["env"] = ["TOKEN": .secret(SecretReference(source: "env", name: "TOKEN"))]
        try await bench.step("Train", "fit", inputs)
        #expect(!bench.log.contains { $0.contains("hunter2") })
        let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
        for file in files where file.hasSuffix("run.sh") || file.hasSuffix("params.json") {
            #expect(try !String(contentsOfFile: folder + "/" + file, encoding: .utf8).contains("hunter2"))
        }
    }

    /// Until something holds, for a minute at most.
    private func wait(_ holds: () async throws -> Bool) async throws {
        for _ in 0..<3000 {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Unexpected(description: "it did not come about")
    }

    @Test func `A variable that a shell cannot hold is refused`() throws {
        let places = JobPlaces(archive: "a", inputs: "i", parameters: "p", model: "m", artifacts: "f", metrics: "j")
        let program = JobProgram(command: ["x"], folder: "/", environment: ["1 X": "y"])
        let error = #expect(throws: CallError.self) { try program.script(at: places) }
        #expect(error?.field == "env")
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

/// Starts runs and loses the answer.
private struct LosingJobs: JobRunner {
    let jobs: ProcessJobs

    func submit(_ request: JobRequest) async throws(CallError) -> String {
        _ = try await jobs.submit(request)
        throw CallError(.lost, "no answer came")
    }
    func find(_ context: CallContext) async throws(CallError) -> String? { try await jobs.find(context) }
    func state(of run: String, context: CallContext) async throws(CallError) -> JobState {
        try await jobs.state(of: run, context: context)
    }
    func cancel(_ run: String, context: CallContext) async throws(CallError) {
        try await jobs.cancel(run, context: context)
    }
    func log(_ request: JobLogRequest) async throws(CallError) -> JobLogPage { try await jobs.log(request) }
    func results(_ request: JobResultsRequest) async throws(CallError) -> JobResults {
        try await jobs.results(request)
    }
}
