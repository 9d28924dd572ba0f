// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The runs of a Glue job.
///
/// Glue knows no token of its own: it is an argument of the run, which Glue lists with it.
struct GlueRuns: JobRunner {
    static let tokenName = "--converge-token"

    let client: AWSClient
    let services: any HostServices
    let job: String

    func submit(_ request: JobRequest) async throws(CallError) -> String {
        try checkCancellation()
        if let run = try await find(request.context) { return run }
        guard request.program == nil else {
            throw CallError(
                .unsupported(feature: "program"), "a Glue job runs the script that it was made with",
                help: ["name a ModelTrainingInfrastructure"]
            ).about("in")
        }
        var arguments: ObjectValue = [:]
        for (name, value) in request.arguments.sorted(by: { $0.key < $1.key }) {
            arguments[name.hasPrefix("--") ? name : "--" + name] = .string(value)
        }
        arguments[Self.tokenName] = .string(request.context.token.text)
        var parameters: ObjectValue = ["job_name": .string(job), "arguments": .object(arguments)]
        if let workers = request.workers { parameters["number_of_workers"] = .int(Int64(workers)) }
        if let timeout = request.timeout {
            // Glue counts whole minutes.
            parameters["timeout"] = .int(max(1, Int64((timeout.seconds / 60).rounded(.up))))
        }
        do throws(AWSFailure) {
            let answer = try await client.call("glue", "StartJobRun", parameters, context: request.context)
            guard let run = answer["job_run_id"]?.string else {
                throw AWSFailure(
                    .answerFault(AnswerFault(path: "job_run_id", reason: "it is missing"), status: 200, requestID: nil),
                    service: "glue", operation: "StartJobRun", isReading: false)
            }
            return run
        } catch { throw error.callError }
    }

    func find(_ context: CallContext) async throws(CallError) -> String? {
        var found: String?
        do throws(AWSFailure) {
            // The newest are first.
            try await client.pages(
                "glue", "GetJobRuns", ["job_name": .string(job)], items: "job_runs", context: context
            ) { page in
                let run = page.items.compactMap(\.object).first {
                    $0["arguments"]?.object?[Self.tokenName]?.string == context.token.text
                }
                found = run?["id"]?.string
                return found == nil
            }
        } catch { throw error.callError }
        return found
    }

    private func told(_ run: String, _ context: CallContext) async throws(CallError) -> ObjectValue {
        do throws(AWSFailure) {
            let answer = try await client.call(
                "glue", "GetJobRun", ["job_name": .string(job), "run_id": .string(run)], context: context)
            return answer["job_run"]?.object ?? [:]
        } catch { throw error.callError }
    }

    func state(of run: String, context: CallContext) async throws(CallError) -> JobState {
        try checkCancellation()
        let told = try await told(run, context)
        let state = told["job_run_state"]?.string ?? ""
        switch state {
        case "STARTING", "RUNNING", "STOPPING", "WAITING": return .running
        case "SUCCEEDED": return .succeeded
        case "STOPPED": return .cancelled
        case "TIMEOUT": return .failed(reason: "it took longer than it may")
        default: return .failed(reason: told["error_message"]?.string ?? "Glue says \(state)")
        }
    }

    func cancel(_ run: String, context: CallContext) async throws(CallError) {
        let answer: ObjectValue
        do throws(AWSFailure) {
            answer = try await client.call(
                "glue", "BatchStopJobRun", ["job_name": .string(job), "job_run_ids": [.string(run)]],
                context: context, repeatable: true)
        } catch { throw error.callError }
        guard let error = answer["errors"]?.list?.first?.object?["error_detail"]?.object else { return }
        // It has ended meanwhile.
        if try await state(of: run, context: context) != .running { return }
        throw CallError(.failed, "Glue does not stop \(run): \(error["error_message"]?.string ?? "no reason")")
    }

    func log(_ request: JobLogRequest) async throws(CallError) -> JobLogPage {
        try checkCancellation()
        let group = try await told(request.run, request.context)["log_group_name"]?.string ?? "/aws-glue/jobs"
        var parameters: ObjectValue = [
            "log_group_name": .string(group + "/output"), "log_stream_name": .string(request.run),
            "start_from_head": true
        ]
        if let cursor = request.cursor { parameters["next_token"] = .string(cursor) }
        do throws(AWSFailure) {
            let answer = try await client.call("logs", "GetLogEvents", parameters, context: request.context)
            let lines = (answer["events"]?.list ?? []).compactMap { $0.object?["message"]?.string }
            return JobLogPage(lines: lines, cursor: answer["next_forward_token"]?.string ?? request.cursor)
        } catch {
            // There is none before the first line.
            if error.isOne(of: ["ResourceNotFoundException"]) { return JobLogPage(lines: [], cursor: request.cursor) }
            throw error.callError
        }
    }
}
