// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import Testing

@testable import AWS

/// Runs of a Glue job, on a server that imitates AWS.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed"))
struct JobRunnerTests {
    @Test func `a run is started once under a token, found again, and tells its state and lines`() async throws {
        try await Connection.withMoto { aws in
            let context = Connection.context()
            let job = Connection.name("job")
            _ = try await aws.client.call(
                "glue", "CreateJob",
                [
                    "name": .string(job), "role": "arn:aws:iam::123456789012:role/glue",
                    "command": ["name": "glueetl", "script_location": "s3://code/job.py"]
                ], context: context)
            let runs = GlueRuns(client: aws.client, services: aws.services, job: job)
            #expect(try await runs.find(context) == nil)
            let request = JobRequest(
                arguments: ["day": "2026-01-02", "--mode": "fast"], workers: 3, timeout: .seconds(90), context: context)
            let run = try await runs.submit(request)
            _ = try await runs.submit(JobRequest(context: Connection.context()))
            #expect(try await runs.submit(request) == run)
            // Who comes after a crash has nothing but the token.
            #expect(try await GlueRuns(client: aws.client, services: aws.services, job: job).find(context) == run)
            let told = try await aws.client.call(
                "glue", "GetJobRun", ["job_name": .string(job), "run_id": .string(run)], context: context)
            #expect(
                told["job_run"]?.object?["arguments"] == [
                    "--mode": "fast", "--day": "2026-01-02", "--converge-token": .string(context.token.text)
                ])
            #expect(told["job_run"]?.object?["number_of_workers"] == 3 && told["job_run"]?.object?["timeout"] == 2)
            let state = try await runs.state(of: run, context: context)
            #expect(state == .running || state == .succeeded)

            // The imitation says "test/log" for the group.
            #expect(
                try await runs.log(JobLogRequest(run: run, context: context)) == JobLogPage(lines: [], cursor: nil))
            _ = try? await aws.client.call(
                "logs", "CreateLogGroup", ["log_group_name": "test/log/output"], context: context)
            _ = try await aws.client.call(
                "logs", "CreateLogStream",
                ["log_group_name": "test/log/output", "log_stream_name": .string(run)], context: context)
            let now = aws.services.clock.now().nanoseconds / 1_000_000
            _ = try await aws.client.call(
                "logs", "PutLogEvents",
                [
                    "log_group_name": "test/log/output", "log_stream_name": .string(run),
                    "log_events": [
                        ["timestamp": .int(now), "message": "one"], ["timestamp": .int(now + 1), "message": "two"]
                    ]
                ], context: context)
            let page = try await runs.log(JobLogRequest(run: run, context: context))
            #expect(page.lines == ["one", "two"])
            let next = try await runs.log(JobLogRequest(run: run, cursor: page.cursor, context: context))
            #expect(next.lines.isEmpty)
        }
    }
}

/// What no imitation does.
struct JobStateTests {
    @Test(arguments: [
        ("WAITING", JobState.running), ("SUCCEEDED", .succeeded), ("STOPPED", .cancelled),
        ("TIMEOUT", .failed(reason: "it took longer than it may")), ("FAILED", .failed(reason: "no such file")),
        ("ERROR", .failed(reason: "no such file"))
    ])
    func `Glue's words for a state are understood`(word: String, state: JobState) async throws {
        let server = try LoopbackServer { _, _ in
            .json(#"{"JobRun":{"JobRunState":"\#(word)","ErrorMessage":"no such file"}}"#)
        }
        try await Connection.with(server) { aws in
            let runs = GlueRuns(client: aws.client, services: aws.services, job: "j")
            let told = try await runs.state(of: "jr_1", context: Connection.context())
            #expect(told == state)
        }
    }

    @Test func `a run that has ended need not be stopped, one that goes on must`() async throws {
        for state in ["SUCCEEDED", "RUNNING"] {
            let server = try LoopbackServer { request, _ in
                request.headers["x-amz-target"] == "AWSGlue.BatchStopJobRun"
                    ? .json(#"{"Errors":[{"JobRunId":"jr_1","ErrorDetail":{"ErrorMessage":"not now"}}]}"#)
                    : .json(#"{"JobRun":{"JobRunState":"\#(state)"}}"#)
            }
            try await Connection.with(server) { aws in
                let runs = GlueRuns(client: aws.client, services: aws.services, job: "j")
                do {
                    try await runs.cancel("jr_1", context: Connection.context())
                    #expect(state == "SUCCEEDED")
                } catch let error as CallError {
                    #expect(state == "RUNNING" && error.diagnostic.message.contains("not now"))
                }
            }
        }
    }
}
