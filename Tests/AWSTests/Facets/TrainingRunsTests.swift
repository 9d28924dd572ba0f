// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import PluginFixtures
import Synchronization
import Testing

@testable import AWS

/// Training jobs of SageMaker, on a server that imitates AWS.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed"))
struct TrainingRunsTests {
    @Test func `a job is made once under a token, with all that its program sees, and is found again`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("print('hi')\n", to: "work/train.py")
        try folder.write("a\n1\n", to: "orders.csv")
        try folder.write("note", to: "shelf/deep/note")
        try await withRuns { aws, runs in
            let context = Connection.context()
            #expect(try await runs.find(context) == nil)
            var program = JobProgram(command: ["python3", "train.py"], folder: folder.path + "/work")
            program.inputs = [
                .init(
                    name: "orders.csv", variable: "CONVERGE_INPUT_ORDERS", path: folder.path + "/orders.csv",
                    isFolder: false),
                .init(name: "shelf", variable: "CONVERGE_INPUT_SHELF", path: folder.path + "/shelf", isFolder: true)
            ]
            program.parameters = ["depth": 3, "long": .string(String(repeating: "x", count: 3000)), "deep": [1, 2]]
            program.framework = "PyTorch"
            let request = JobRequest(program: program, workers: 2, timeout: .seconds(90), context: context)
            let run = try await runs.submit(request)
            #expect(run.hasSuffix("-" + context.token.text) && run.utf8.count <= 63)
            #expect(try await runs.submit(request) == run)
            #expect(try await runs.find(context) == run)
            #expect(aws.log.lines.contains { $0.contains("the parameter long") })

            let told = try await aws.client.call(
                "sagemaker", "DescribeTrainingJob", ["training_job_name": .string(run)], context: context)
            let form = runs.form
            #expect(told["role_arn"]?.string == form.role)
            #expect(
                told["hyper_parameters"] == ["depth": "3", "deep": "[1, 2]"]
                    || told["hyper_parameters"] == ["depth": "3", "deep": "[1,2]"])
            #expect(told["algorithm_specification"]?.object?["training_image"] == "registry/torch:2")
            #expect(
                told["algorithm_specification"]?.object?["container_entrypoint"]
                    == ["/bin/sh", "/opt/ml/input/data/converge/run.sh"])
            #expect(
                told["resource_config"] == [
                    "instance_type": "ml.m5.large", "instance_count": 2, "volume_size_in_gb": 50,
                    "keep_alive_period_in_seconds": 300
                ])
            #expect(told["stopping_condition"] == ["max_runtime_in_seconds": 90])
            let sent = form.work.inside("\(run)/input/")
            #expect(
                told["input_data_config"]?.list?.first?.object?["data_source"]?.object?["s3_data_source"]?.object?[
                    "s3_uri"]
                    == .string(sent.url))
            let store = BucketObjects(client: aws.client, services: aws.services, bucket: form.work.bucket)
            let page = try await store.list(ListObjectsRequest(prefix: sent.prefix, context: context))
            #expect(
                page.objects.map { String($0.key.dropFirst(sent.prefix.count)) } == [
                    "inputs/orders.csv", "inputs/shelf.tar", "params.json", "program.tar.gz", "run.sh"
                ])
            #expect(try await runs.state(of: run, context: context) == .succeeded)
        }
    }

    @Test func `what the program left and said comes back`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("{}", to: "model/model.json")
        try folder.write("{\"score\": 1}", to: "output/metrics.json")
        try folder.write("chart", to: "output/artifacts/chart.txt")
        try await withRuns { aws, runs in
            let context = Connection.context()
            let run = try await runs.submit(
                JobRequest(program: JobProgram(command: ["x"], folder: folder.path, image: "own:1"), context: context))
            let store = BucketObjects(client: aws.client, services: aws.services, bucket: runs.form.work.bucket)
            for name in ["model", "output"] {
                let packed = folder.path + "/\(name).tar.gz"
                let result = try await aws.services.processes.run(
                    ProcessRequest(
                        command: ["tar", "-czf", packed, "-C", folder.path + "/" + name, "."],
                        workingFolder: folder.path))
                #expect(result.exitCode == 0)
                _ = try await store.put(
                    PutObjectRequest(
                        key: runs.form.work.inside("\(run)/output/\(name).tar.gz").prefix, path: packed,
                        context: context))
            }
            let left = try TemporaryFolder()
            let results = try await runs.results(JobResultsRequest(run: run, folder: left.path, context: context))
            // What moto says of every job.
            #expect(results.metrics == ["train:progress": 100.0])
            #expect(results.model == runs.form.work.inside("\(run)/output/model.tar.gz").url)
            for (name, text) in [
                ("model/model.json", "{}"), ("metrics.json", "{\"score\": 1}"), ("artifacts/chart.txt", "chart")
            ] { #expect(try String(contentsOfFile: left.path + "/" + name, encoding: .utf8) == text) }

            #expect(try await runs.log(JobLogRequest(run: run, context: context)) == JobLogPage(lines: [], cursor: nil))
            _ = try? await aws.client.call(
                "logs", "CreateLogGroup", ["log_group_name": .string(TrainingRuns.logGroup)], context: context)
            let now = aws.services.clock.now().nanoseconds / 1_000_000
            for (worker, lines) in [("algo-1", ["one", "two"]), ("algo-2", ["other"])] {
                let stream: ObjectValue = [
                    "log_group_name": .string(TrainingRuns.logGroup),
                    "log_stream_name": .string("\(run)/\(worker)-1700000000")
                ]
                _ = try await aws.client.call("logs", "CreateLogStream", stream, context: context)
                let events = lines.enumerated().map { offset, line -> Value in
                    ["timestamp": .int(now + Int64(offset)), "message": .string(line)]
                }
                _ = try await aws.client.call(
                    "logs", "PutLogEvents", stream.merging(["log_events": .list(events)]), context: context)
            }
            let page = try await runs.log(JobLogRequest(run: run, context: context))
            #expect(page.lines == ["algo-1: one", "algo-1: two", "algo-2: other"])
            let next = try await runs.log(JobLogRequest(run: run, cursor: page.cursor, context: context))
            #expect(next.lines.isEmpty)
        }
    }

    @Test func `a framework without an image, more workers than there are and a missing form are refused`() async throws
    {
        try await withRuns { _, runs in
            var program = JobProgram(command: ["x"], folder: "/nowhere", framework: "JAX")
            let context = Connection.context()
            let unknown = await #expect(throws: CallError.self) {
                try await runs.submit(JobRequest(program: program, context: context))
            }
            #expect(unknown?.diagnostic.message == "there is no image for 'JAX'" && unknown?.field == "framework")
            program.framework = nil
            let many = await #expect(throws: CallError.self) {
                try await runs.submit(JobRequest(program: program, workers: 5, context: context))
            }
            #expect(many?.field == "workers")
            let none = await #expect(throws: CallError.self) { try await runs.submit(JobRequest(context: context)) }
            #expect(none?.reason == .unsupported(feature: "arguments"))
        }
        let error = #expect(throws: CallError.self) { try TrainingForm(["role": "r", "work": "nowhere"]) }
        #expect(error?.diagnostic.message.contains("s3://BUCKET/FOLDER, not 'nowhere'") ?? false)
    }

    private func withRuns(_ body: (Connection, TrainingRuns) async throws -> Void) async throws {
        try await Connection.withMoto { aws in
            let bucket = Connection.name("jobs")
            _ = try await aws.client.call(
                "s3", "CreateBucket",
                ["bucket": .string(bucket), "create_bucket_configuration": ["location_constraint": "eu-west-1"]],
                context: Connection.context())
            try await body(aws, try TrainingRuns.of(aws, bucket: bucket))
        }
    }
}

extension TrainingRuns {
    static func of(_ aws: Connection, bucket: String, form: ObjectValue = [:]) throws -> TrainingRuns {
        let base: ObjectValue = [
            "role": "arn:aws:iam::123456789012:role/jobs", "work": .string("s3://\(bucket)/jobs"),
            "machine": "ml.m5.large", "images": ["": "registry/plain:1", "pytorch": "registry/torch:2"], "disk": 50,
            "keep": 300, "max_workers": 4
        ]
        return TrainingRuns(
            client: aws.client, services: aws.services, form: try TrainingForm(base.merging(form)),
            pool: "/cv/" + bucket,
            identity: ResourceIdentity(environment: "test", module: "test", address: Address("workers/shape")))
    }
}

/// What no imitation does.
struct TrainingStateTests {
    @Test(arguments: [
        ("InProgress", "Training", JobState.running), ("Stopping", "Stopping", .running),
        ("Completed", "Completed", .succeeded), ("Stopped", "Stopped", .cancelled),
        ("Stopped", "MaxRuntimeExceeded", .failed(reason: "it took longer than it may")),
        ("Stopped", "MaxWaitTimeExceeded", .failed(reason: "there were no spare machines for too long")),
        ("Failed", "Failed", .failed(reason: "AlgorithmError: exit code 1"))
    ])
    func `SageMaker's words for a state are understood`(word: String, second: String, state: JobState) async throws {
        let server = try LoopbackServer { _, _ in
            .json(
                #"{"TrainingJobStatus":"\#(word)","SecondaryStatus":"\#(second)","FailureReason":"AlgorithmError: exit code 1"}"#
            )
        }
        try await Connection.with(server) { aws in
            let told = try await TrainingRuns.of(aws, bucket: "b").state(of: "j", context: Connection.context())
            #expect(told == state)
        }
    }

    @Test func `a job that has ended need not be stopped, one that goes on must`() async throws {
        for state in ["Completed", "InProgress"] {
            let server = try LoopbackServer { request, _ in
                request.headers["x-amz-target"] == "SageMaker.StopTrainingJob"
                    ? .error("ValidationException", "The job is in status \(state)")
                    : .json(#"{"TrainingJobStatus":"\#(state)"}"#)
            }
            try await Connection.with(server) { aws in
                let runs = try TrainingRuns.of(aws, bucket: "b")
                do {
                    try await runs.cancel("j", context: Connection.context())
                    #expect(state == "Completed")
                } catch let error as CallError {
                    #expect(
                        state == "InProgress" && error.diagnostic.notes.description.contains("status")
                            || error.diagnostic.message.contains("status"))
                }
            }
        }
    }

    @Test func `a job waits while as many workers are at work as may be`() async throws {
        let asked = Mutex(0)
        let server = try LoopbackServer { request, _ in
            switch request.headers["x-amz-target"] {
            case "SageMaker.ListTrainingJobs":
                let isBusy = asked.withLock { count in
                    count += 1
                    return count < 3
                }
                return .json(
                    isBusy
                        ? #"{"TrainingJobSummaries":[{"TrainingJobName":"other"}]}"# : #"{"TrainingJobSummaries":[]}"#)
            case "SageMaker.DescribeTrainingJob":
                return request.body.contains("other")
                    ? .json(#"{"ResourceConfig":{"InstanceCount":4}}"#)
                    : .error("ValidationException", "Requested resource not found.")
            case "SageMaker.CreateTrainingJob":
                // An earlier try of the same operation, whose answer was lost, made it.
                return .error("ResourceInUse", "Training job names must be unique")
            default: return request.method == "HEAD" ? .json("", status: 404) : .json("")
            }
        }
        let folder = try TemporaryFolder()
        try await Connection.with(server) { aws in
            let runs = try TrainingRuns.of(aws, bucket: "b")
            let context = Connection.context()
            let run = try await runs.submit(
                JobRequest(program: JobProgram(command: ["x"], folder: folder.path), context: context))
            #expect(run.hasSuffix(context.token.text))
            #expect(asked.withLock { $0 } == 3)
        }
    }
}
