// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import PluginFixtures
import PluginHost
import Synchronization
import Testing

/// Programs that judge models and make tables as runs of a platform of jobs.
struct WorkerProgramTests {
    private let workers = Reference(type: "ModelTrainingInfrastructure", resource: Address("workers"))

    private func bench() async throws -> (bench: Workbench, orders: Reference, jobs: ProcessJobs) {
        let (bench, orders) = try await TrainTests.bench()
        let folder = bench.recipe.path + "/.jobs"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let jobs = ProcessJobs(services: bench.services, folder: folder)
        bench.facets.withLock { $0["workers JobRunner"] = jobs }
        return (bench, orders, jobs)
    }

    private func model(_ bench: Workbench, _ orders: Reference, quality: Int, _ name: String) async throws -> Value {
        var inputs = TrainTests.inputs(bench, orders)
        inputs["params"] = ["quality": .int(Int64(quality))]
        inputs["register"] = .string(name)
        return try #require(try await bench.step("Train", name, inputs).outputs["model"])
    }

    @Test func `models and slices are judged on workers as beside Converge, each by a run of its own`() async throws {
        let (bench, orders, jobs) = try await bench()
        try bench.recipe.write(
            """
            quality=$(sed -n 's/.*"quality": \\([0-9]*\\).*/\\1/p' "$CONVERGE_MODEL/params.json")
            rows=$(($(wc -l < "$CONVERGE_INPUT_DATA") - 1))
            echo "judging ${CONVERGE_SLICE:-all}"
            echo "{\\"score\\": 0.$quality, \\"rows\\": $rows}" > "$CONVERGE_METRICS"
            """, to: "judge.sh")
        let (weak, good) = (
            try await model(bench, orders, quality: 40, "weak"), try await model(bench, orders, quality: 75, "fit")
        )
        var inputs: ObjectValue = [
            "model": good, "data": .reference(orders), "command": ["sh", "judge.sh"], "thresholds": ["score": 0.5],
            "baseline": weak, "compare": ["score"], "slices": ["n"]
        ]
        let here = try await bench.step("Evaluate", "judge", inputs)
        let rows = try await bench.rows("select * from judge_comparison order by rowid")
        inputs["in"] = .reference(workers)
        inputs["image"] = "judge:1"
        let (executor, request) = try bench.prepare("Evaluate", "judge", inputs, token: "e-1")
        let there = try await executor.execute(request)
        #expect(there.outputs["metrics"] == ["score": 0.75, "rows": 3.0])
        #expect(there.outputs["metrics"] == here.outputs["metrics"] && there.outputs["passed"] == true)
        #expect(try await bench.rows("select * from judge_comparison order by rowid") == rows)
        // The model, the baseline, and a run for each of three values.
        #expect(jobs.requests.count == 5 && Set(jobs.requests.map(\.context.token)).count == 5)
        #expect(jobs.requests.allSatisfy { $0.program?.image == "judge:1" })
        #expect(bench.log.contains("judging n = 1.0"), "\(bench.log)")
        // What is executed again under its token goes on with the runs that there are.
        #expect(try await executor.execute(request).outputs["metrics"] == there.outputs["metrics"])
        #expect(jobs.requests.count == 5)
    }

    @Test func `a table is made on workers, and kept by a store`() async throws {
        let (bench, orders, jobs) = try await bench()
        try bench.recipe.write(
            """
            test "$CONVERGE_PARAM_TIMES" = 2 || exit 4
            cat "$CONVERGE_INPUT_ORDERS" > "$CONVERGE_OUTPUT"
            """, to: "rows.sh")
        let inputs: ObjectValue = [
            "in": .reference(workers), "into": .reference(bench.warehouse), "command": ["sh", "rows.sh"],
            "inputs": ["orders": .reference(orders)], "params": ["times": 2], "framework": "sh"
        ]
        let (executor, request) = try bench.prepare("Transform", "rows", inputs, token: "w-1")
        let made = try await executor.execute(request)
        #expect(made.outputs["rows"] == 3 && made.reads == [orders])
        #expect(try made.columns().keys == ["customer", "n"])
        #expect(jobs.requests.count == 1 && jobs.requests.first?.program?.framework == "sh")
        _ = try await executor.execute(request)
        #expect(jobs.requests.count == 1)

        var nowhere = inputs
        nowhere["into"] = .null
        nowhere["framework"] = .null
        nowhere["in"] = .reference(bench.tracking)
        let failure = try await bench.failure("Transform", "rows", nowhere)
        #expect(failure.message == "'tracking' runs programs, and keeps no tables", "\(failure)")
    }
}
