// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Programs as training jobs of SageMaker.
///
/// A job's name follows from the operation's token, and is never free again: by it a job is found after a crash, and a
/// repeat is refused by SageMaker itself. The program, what it reads and what it leaves are in S3, below the job's name.
struct TrainingRuns: JobRunner {
    static let logGroup = "/aws/sagemaker/TrainingJobs"
    private static let absent = [
        "ValidationException:not found", "ValidationException:Could not find", "ResourceNotFound"
    ].map(FailureRule.init)
    private static let ended = ["ValidationException:status"].map(FailureRule.init)
    /// What the name of a job tells of the step.
    private static let longestWord = 20
    /// How long a job may take where nobody says it: SageMaker's own choice.
    private static let longest: Int64 = 86_400
    private static let largestValue = 2500
    private static let mostValues = 100

    let client: AWSClient
    let services: any HostServices
    let form: TrainingForm
    /// The name of the form: its jobs carry a short digest of it in their names.
    let pool: String
    let identity: ResourceIdentity

    func submit(_ request: JobRequest) async throws(CallError) -> String {
        try checkCancellation()
        if let run = try await find(request.context) { return run }
        guard let program = request.program else {
            throw CallError(.unsupported(feature: "arguments"), "a training job runs a program, and none is given")
        }
        let workers = request.workers ?? 1
        if let most = form.mostWorkers, workers > most {
            throw CallError(
                .invalid, "\(workers) workers are wanted, and there are \(most) at one time",
                help: ["ask for fewer in `workers`, or raise max_workers of the infrastructure"]
            ).about("workers")
        }
        let name = name(request.context)
        let (job, image) = (TrainingFiles(runs: self, name: name), try form.image(for: program))
        try await job.send(program, request.context)
        try await awaitRoom(for: workers, request.context)

        var stop: ObjectValue = ["max_runtime_in_seconds": .int(seconds(request.timeout))]
        if form.isSpot { stop["max_wait_time_in_seconds"] = .int(2 * seconds(request.timeout)) }
        var output: ObjectValue = ["s3_output_path": .string(Self.address(form.work))]
        if let key = form.key { output["kms_key_id"] = .string(key) }
        var parameters: ObjectValue = [
            "training_job_name": .string(name), "role_arn": .string(form.role),
            "algorithm_specification": [
                "training_image": .string(image), "training_input_mode": "File",
                "container_entrypoint": ["/bin/sh", .string(TrainingFiles.script)]
            ],
            "hyper_parameters": .object(hyperparameters(program.parameters, request.context)),
            "input_data_config": [
                [
                    "channel_name": .string(TrainingFiles.channel),
                    "data_source": [
                        "s3_data_source": [
                            "s3_data_type": "S3Prefix", "s3_uri": .string(job.sent.url),
                            "s3_data_distribution_type": "FullyReplicated"
                        ]
                    ]
                ]
            ],
            "output_data_config": .object(output), "resource_config": .object(form.machines(workers)),
            "stopping_condition": .object(stop), "enable_managed_spot_training": .bool(form.isSpot),
            "tags": .list(
                OwnTags.of(identity, request.context).map { ["key": .string($0.key), "value": $0.value] })
        ]
        let secrets = program.secrets
        if !secrets.isEmpty { parameters["environment"] = .object(secrets) }
        if !form.subnets.isEmpty {
            parameters["vpc_config"] = [
                "subnets": .list(form.subnets), "security_group_ids": .list(form.securityGroups)
            ]
        }
        do throws(AWSFailure) {
            _ = try await client.call(
                "sagemaker", "CreateTrainingJob", parameters, context: request.context, repeatable: true)
        } catch {
            // It carries the token of this operation: an earlier try made it.
            if !error.isOne(of: ["ResourceInUse"]) { throw error.callError }
        }
        return name
    }

    func find(_ context: CallContext) async throws(CallError) -> String? {
        let name = name(context)
        return try await described(name, context) == nil ? nil : name
    }

    func state(of run: String, context: CallContext) async throws(CallError) -> JobState {
        try checkCancellation()
        let told = try await told(run, context)
        let status = told["training_job_status"]?.string ?? ""
        switch status {
        case "InProgress", "Stopping": return .running
        case "Completed": return .succeeded
        case "Stopped":
            switch told["secondary_status"]?.string {
            case "MaxRuntimeExceeded": return .failed(reason: "it took longer than it may")
            case "MaxWaitTimeExceeded": return .failed(reason: "there were no spare machines for too long")
            default: return .cancelled
            }
        default: return .failed(reason: told["failure_reason"]?.string ?? "SageMaker says \(status)")
        }
    }

    func cancel(_ run: String, context: CallContext) async throws(CallError) {
        do throws(AWSFailure) {
            _ = try await client.call(
                "sagemaker", "StopTrainingJob", ["training_job_name": .string(run)], context: context,
                repeatable: true)
        } catch {
            if Self.ended.match(error), try await state(of: run, context: context) != .running { return }
            throw error.callError
        }
    }

    func results(_ request: JobResultsRequest) async throws(CallError) -> JobResults {
        try checkCancellation()
        let told = try await told(request.run, request.context)
        var metrics: ObjectValue = [:]
        for item in told["final_metric_data_list"]?.list ?? [] {
            guard let metric = item.object, let name = metric["metric_name"]?.string else { continue }
            metrics[name] = metric["value"]?.number.map { .float($0) }
        }
        let model = told["model_artifacts"]?.object?["s3_model_artifacts"]?.string
        try await TrainingFiles(runs: self, name: request.run).bring(
            model: model, into: request.folder, request.context)
        return JobResults(metrics: metrics, model: model)
    }

    // MARK: Names and numbers

    /// The job of an operation.
    func name(_ context: CallContext) -> String {
        ExperimentRuns.name(context.operation, longest: Self.longestWord) + "-\(mark)-" + context.token.text
    }

    /// By it the jobs of this form are known among all.
    private var mark: String { String(WireText.hex(services.hashing.sha256(Array(pool.utf8))).prefix(8)) }

    private func seconds(_ timeout: Duration?) -> Int64 {
        timeout.map { max(1, Int64($0.seconds.rounded(.up))) } ?? Self.longest
    }

    /// SageMaker wants no slash at the end.
    private static func address(_ place: StoragePrefix) -> String {
        place.url.hasSuffix("/") ? String(place.url.dropLast()) : place.url
    }

    /// What the console shows and containers of SageMaker's own read; the program has all of it in its file anyway.
    private func hyperparameters(_ parameters: ObjectValue, _ context: CallContext) -> ObjectValue {
        var told: ObjectValue = [:]
        for entry in parameters {
            let text = entry.value.string ?? entry.value.plainJSON
            if text.utf8.count > Self.largestValue || told.count == Self.mostValues {
                services.log.write("SageMaker is not told the parameter \(entry.key), which the program gets", context)
            } else {
                told[entry.key] = .string(text)
            }
        }
        return told
    }

    // MARK: Calls

    func described(_ run: String, _ context: CallContext) async throws(CallError) -> ObjectValue? {
        do throws(AWSFailure) {
            return try await client.call(
                "sagemaker", "DescribeTrainingJob", ["training_job_name": .string(run)], context: context)
        } catch {
            if Self.absent.match(error) { return nil }
            throw error.callError
        }
    }

    private func told(_ run: String, _ context: CallContext) async throws(CallError) -> ObjectValue {
        guard let told = try await described(run, context) else {
            throw CallError(.notFound, "SageMaker has no training job '\(run)'")
        }
        return told
    }

    /// Waits while as many workers are at work as may be.
    ///
    /// Whoever looks at the same time may begin at the same time, too: the limit is kept within one process's patience.
    private func awaitRoom(for workers: Int, _ context: CallContext) async throws(CallError) {
        guard let most = form.mostWorkers else { return }
        var wait = Duration.seconds(2)
        while true {
            let busy = try await workersAtWork(context)
            if busy + Int64(workers) <= most { return }
            services.log.progress(nil, "waiting for workers: \(busy) of \(most) are at work", context)
            try await services.clock.sleep(for: wait)
            wait = min(wait * 1.5, .seconds(30))
        }
    }

    private func workersAtWork(_ context: CallContext) async throws(CallError) -> Int64 {
        var names: [String] = []
        do throws(AWSFailure) {
            try await client.pages(
                "sagemaker", "ListTrainingJobs", ["name_contains": .string(mark), "status_equals": "InProgress"],
                context: context
            ) { page in
                names += page.items.compactMap { $0.object?["training_job_name"]?.string }
                return true
            }
        } catch { throw error.callError }
        var workers: Int64 = 0
        for name in names {
            let told = try await described(name, context)
            workers += told?["resource_config"]?.object?["instance_count"]?.int ?? 1
        }
        return workers
    }
}
