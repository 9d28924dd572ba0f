// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import PluginFixtures
import Testing

@testable import AWS

/// Runs in an experiment of SageMaker, on a server that imitates AWS.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed"))
struct ExperimentTrackerTests {
    @Test func `a run begins once, takes parameters, metrics and files, and ends`() async throws {
        try await withTracker { aws, tracker, folder in
            let context = Connection.context()
            let begin = BeginRunRequest(
                experiment: "house prices", name: "run-1 train", tags: ["framework": "torch"], context: context)
            let run = try await tracker.begin(begin)
            #expect(run.status == .running && run.name == "run-1-train" && run.experiment == "house prices")
            #expect(try await tracker.begin(begin).id == run.id)

            try await tracker.record(
                RecordRequest(run: run.id, parameters: ["rate": .float(0.1), "deep": true], context: context))
            try FileManager.default.createDirectory(atPath: folder + "/model/in", withIntermediateDirectories: true)
            try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/model/model.json"))
            try Data("w".utf8).write(to: URL(fileURLWithPath: folder + "/model/in/weights"))
            let now = aws.clock.now()
            let metrics = (0..<12).map { RecordedMetric(name: "m\($0)", value: Double($0), step: 3, time: now) }
            let record = RecordRequest(
                run: run.id, parameters: ["seed": 7],
                metrics: metrics + [RecordedMetric(name: "nan", value: .nan, time: now)],
                artifacts: ["model": KeptArtifact(digest: "d", path: folder + "/model", size: 3)], context: context)
            try await tracker.record(record)
            try await tracker.record(record)
            #expect(aws.log.lines.contains { $0.contains("nan is not recorded") })

            let told = try await aws.client.call(
                "sagemaker", "DescribeTrialComponent", ["trial_component_name": .string(run.id)], context: context)
            #expect(
                told["parameters"] == [
                    "rate": ["number_value": .float(0.1)], "deep": ["string_value": "true"],
                    "seed": ["number_value": .float(7)]
                ])
            let place = try #require(tracker.files).inside("\(run.id)/model")
            #expect(told["output_artifacts"] == ["model": ["value": .string(place.url)]])
            let store = BucketObjects(client: aws.client, services: aws.services, bucket: place.bucket)
            let page = try await store.list(ListObjectsRequest(prefix: place.prefix, context: context))
            #expect(page.objects.map(\.key) == ["\(place.prefix)/in/weights", "\(place.prefix)/model.json"])

            try await tracker.end(EndRunRequest(run: run.id, status: .finished, context: context))
            let other = try await tracker.begin(
                BeginRunRequest(experiment: "rents", name: "run-2 train", context: Connection.context()))
            try await tracker.end(EndRunRequest(run: other.id, status: .failed, context: context))
            let found = try await tracker.search(SearchRunsRequest(experiment: "house prices", context: context))
            #expect(found.map(\.id) == [run.id] && found.map(\.status) == [.finished] && found.first?.ended != nil)
            #expect(found.first?.metrics["m11"] == .float(11) && found.first?.metrics.count == 12)
            let rents = try await tracker.search(SearchRunsRequest(experiment: "rents", context: context))
            #expect(rents.map(\.status) == [.failed])
            #expect(try await tracker.search(SearchRunsRequest(experiment: "none", context: context)).isEmpty)
        }
    }

    @Test func `a run that is not there, and files without a place, are refused`() async throws {
        try await withTracker { aws, tracker, folder in
            let context = Connection.context()
            let missing = await #expect(throws: CallError.self) {
                try await tracker.end(EndRunRequest(run: "none", status: .finished, context: context))
            }
            #expect(missing?.reason == .notFound)
            let homeless = ExperimentRuns(
                client: aws.client, services: aws.services, experiment: tracker.experiment, files: nil)
            let run = try await homeless.begin(BeginRunRequest(experiment: "x", name: "y", context: context))
            let refused = await #expect(throws: CallError.self) {
                try await homeless.record(
                    RecordRequest(
                        run: run.id, artifacts: ["a": KeptArtifact(digest: "d", path: folder, size: 0)],
                        context: context))
            }
            #expect(refused?.reason == .unsupported(feature: "artifacts"))
        }
    }

    @Test(arguments: [("run-1 Ä train", "run-1-train"), ("--", "run"), ("a__b--c-", "a-b-c"), ("abcdef", "abcd")])
    func `any text makes a name that SageMaker takes`(text: String, name: String) {
        #expect(ExperimentRuns.name(text, longest: name == "abcd" ? 4 : 120) == name)
    }

    private func withTracker(_ body: (Connection, ExperimentRuns, String) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await Connection.withMoto { aws in
            let (name, bucket) = (Connection.name("experiment"), Connection.name("runs"))
            let context = Connection.context()
            _ = try await aws.client.call(
                "s3", "CreateBucket",
                ["bucket": .string(bucket), "create_bucket_configuration": ["location_constraint": "eu-west-1"]],
                context: context)
            _ = try await aws.client.call(
                "sagemaker", "CreateExperiment", ["experiment_name": .string(name)], context: context)
            try await body(
                aws,
                ExperimentRuns(
                    client: aws.client, services: aws.services, experiment: name,
                    files: StoragePrefix(url: "s3://\(bucket)/runs")), folder.path)
        }
    }
}

/// What no imitation does.
struct RefusedMetricTests {
    @Test func `a metric that SageMaker does not take is named`() async throws {
        let server = try LoopbackServer { request, _ in
            request.path.hasSuffix("/BatchPutMetrics")
                ? .json(#"{"Errors":[{"Code":"METRIC_LIMIT_EXCEEDED","MetricIndex":1}]}"#)
                : .json(#"{"TrialComponentName":"r"}"#)
        }
        try await Connection.with(server) { aws in
            let tracker = ExperimentRuns(client: aws.client, services: aws.services, experiment: "e", files: nil)
            let now = aws.clock.now()
            let failure = await #expect(throws: CallError.self) {
                try await tracker.record(
                    RecordRequest(
                        run: "r",
                        metrics: ["loss", "auc"].map { RecordedMetric(name: $0, value: 1, time: now) },
                        context: Connection.context()))
            }
            #expect(failure?.diagnostic.message == "SageMaker did not take the metric auc: METRIC_LIMIT_EXCEEDED")
        }
    }
}
