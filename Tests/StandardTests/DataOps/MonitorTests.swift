// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures
import PluginHost
import Testing

/// Bounds on what runs of a tracker measure.
struct MonitorTests {
    private func bench() async throws -> Workbench {
        let bench = try await Workbench()
        let facet = try await bench.facet("ExperimentTracker", of: Address("tracking"))
        let tracker = try #require(facet as? any ExperimentTracker)
        for (number, recall) in [0.9, 0.4].enumerated() {
            let context = Workbench.context("fit", token: "run-\(number)")
            let run = try await tracker.begin(BeginRunRequest(experiment: "e", name: "n", context: context))
            let metric = RecordedMetric(name: "recall", value: recall, step: 0, time: bench.services.clock.now())
            try await tracker.record(RecordRequest(run: run.id, metrics: [metric], context: context))
            try await tracker.end(
                EndRunRequest(run: run.id, status: number == 0 ? .finished : .failed, context: context))
        }
        return bench
    }

    @Test func `a crossed bound is a result, and the newest value of a run counts`() async throws {
        let bench = try await bench()
        let response = try await bench.step(
            "Monitor", "look",
            [
                "of": .reference(bench.tracking),
                "checks": [
                    "low": ["metric": "recall", "below": 0.5, "over": .duration(.seconds(300))],
                    "many": ["metric": "runs", "above": 2.0, "over": .duration(.seconds(300))],
                    "failing": ["metric": "failed_runs", "above": 0.0]
                ]
            ])
        #expect(response.outputs["alarms"] == ["low": true, "many": false, "failing": true])
        let metrics = try #require(response.outputs["metrics"]?.object)
        #expect(metrics["runs"] == 2.0 && metrics["failed_runs"] == 1.0 && metrics["recall"] == 0.4)
        #expect(metrics["run_seconds"]?.number ?? -1 >= 0)
        #expect(
            response.outputs["reasons"] == [
                "low: recall is 0.4, below 0.5", "failing: failed_runs is 1, above 0"
            ])
    }

    @Test func `what is not measured is told, with the nearest name`() async throws {
        let bench = try await bench()
        let found = try await bench.failure(
            "Monitor", "look",
            ["of": .reference(bench.tracking), "checks": ["low": ["metric": "recal", "below": 0.5]]])
        #expect(found.code.text == "D1201" && found.help == ["did you mean 'recall'?"])
    }
}
