// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Runs in an experiment of SageMaker: each is a trial component, and those of one name belong to one trial.
///
/// A run's name at SageMaker follows from the operation's token, so that a repeat finds the run that it began. Files go
/// into a bucket, and the run tells where each of them is.
struct ExperimentRuns: ExperimentTracker {
    /// SageMaker takes so many values in one call.
    static let largestBatch = 10
    private static let absent = [
        "ValidationException:Could not find", "ValidationException:does not exist",
        "ValidationException:RecordNotFound", "ResourceNotFound"
    ].map(FailureRule.init)

    let client: AWSClient
    let services: any HostServices
    let experiment: String
    /// Where files of runs go; nil where the experiment does not say.
    let files: StoragePrefix?

    func begin(_ request: BeginRunRequest) async throws(CallError) -> TrackedRun {
        try checkCancellation()
        let context = request.context
        let trial = try await trial(request.experiment, context)
        let name = Self.name(experiment, longest: 80) + "-" + context.token.text
        let place: ObjectValue = ["trial_component_name": .string(name)]
        if try await described("DescribeTrialComponent", place, context) == nil {
            var parameters = place
            parameters["display_name"] = .string(Self.name(request.name, longest: 120))
            parameters["start_time"] = .time(services.clock.now())
            parameters["status"] = ["primary_status": "InProgress"]
            let tags = request.tags.sorted { $0.key < $1.key }
            if !tags.isEmpty {
                parameters["tags"] = .list(
                    tags.map { ["key": .string($0.key), "value": .string($0.value)] })
            }
            _ = try await call("CreateTrialComponent", parameters, context)
        }
        _ = try await call(
            "AssociateTrialComponent", place.merging(["trial_name": .string(trial)]), context)
        return try await run(name, experiment: request.experiment, context)
    }

    /// The trial of a name; it is made where there is none.
    private func trial(_ name: String, _ context: CallContext) async throws(CallError) -> String {
        let trial = trialName(name)
        if try await described("DescribeTrial", ["trial_name": .string(trial)], context) == nil {
            _ = try await call(
                "CreateTrial",
                [
                    "trial_name": .string(trial), "experiment_name": .string(experiment),
                    "display_name": .string(Self.name(name, longest: 120))
                ], context)
        }
        return trial
    }

    /// Names of trials are unique in all of the account and region.
    private func trialName(_ name: String) -> String {
        Self.name(Self.name(experiment, longest: 60) + "-" + name, longest: 120)
    }

    func end(_ request: EndRunRequest) async throws(CallError) {
        try checkCancellation()
        let told = try await component(request.run, request.context)
        var parameters: ObjectValue = ["trial_component_name": .string(request.run)]
        parameters["status"] = ["primary_status": .string(Self.status(request.status))]
        if told["end_time"]?.time == nil, request.status != .running {
            parameters["end_time"] = .time(services.clock.now())
        }
        _ = try await call("UpdateTrialComponent", parameters, request.context)
    }

    func search(_ request: SearchRunsRequest) async throws(CallError) -> [TrackedRun] {
        try checkCancellation()
        var parameters: ObjectValue = ["sort_by": "CreationTime", "sort_order": "Descending"]
        if let name = request.experiment {
            parameters["trial_name"] = .string(trialName(name))
        } else {
            parameters["experiment_name"] = .string(experiment)
        }
        var names: [String] = []
        do throws(AWSFailure) {
            try await client.pages("sagemaker", "ListTrialComponents", parameters, context: request.context) { page in
                names += page.items.compactMap { $0.object?["trial_component_name"]?.string }
                return names.count < request.limit
            }
        } catch {
            if Self.absent.match(error) { return [] }
            throw error.callError
        }
        var runs: [TrackedRun] = []
        for name in names.prefix(max(0, request.limit)) {
            runs.append(try await run(name, experiment: request.experiment ?? experiment, request.context))
        }
        return runs
    }

    // MARK: Calls

    func call(
        _ operation: String, _ parameters: ObjectValue, _ context: CallContext
    ) async throws(CallError) -> ObjectValue {
        do throws(AWSFailure) {
            return try await client.call("sagemaker", operation, parameters, context: context, repeatable: true)
        } catch { throw error.callError }
    }

    /// What there is; nil where there is nothing of the name.
    private func described(
        _ operation: String, _ parameters: ObjectValue, _ context: CallContext
    ) async throws(CallError) -> ObjectValue? {
        do throws(AWSFailure) {
            return try await client.call("sagemaker", operation, parameters, context: context)
        } catch {
            if Self.absent.match(error) { return nil }
            throw error.callError
        }
    }

    func component(_ run: String, _ context: CallContext) async throws(CallError) -> ObjectValue {
        let found = try await described("DescribeTrialComponent", ["trial_component_name": .string(run)], context)
        guard let found else { throw CallError(.notFound, "the experiment '\(experiment)' has no run '\(run)'") }
        return found
    }

    // MARK: Forms

    private func run(
        _ name: String, experiment: String, _ context: CallContext
    ) async throws(CallError) -> TrackedRun {
        let told = try await component(name, context)
        var run = TrackedRun(
            id: name, experiment: experiment, name: told["display_name"]?.string ?? name,
            status: Self.status(told["status"]?.object?["primary_status"]?.string), parameters: [:], metrics: [:],
            started: told["start_time"]?.time ?? told["creation_time"]?.time ?? services.clock.now(),
            ended: told["end_time"]?.time)
        for parameter in told["parameters"]?.object ?? [:] {
            run.parameters[parameter.key] =
                parameter.value.object?["number_value"] ?? parameter.value.object?["string_value"]
        }
        for item in told["metrics"]?.list ?? [] {
            guard let metric = item.object, let key = metric["metric_name"]?.string else { continue }
            run.metrics[key] = metric["last"]
        }
        return run
    }

    private static func status(_ status: TrackedRunStatus) -> String {
        switch status {
        case .running: "InProgress"
        case .finished: "Completed"
        case .failed: "Failed"
        }
    }

    private static func status(_ text: String?) -> TrackedRunStatus {
        switch text {
        case "Completed": .finished
        case "Failed", "Stopped": .failed
        default: .running
        }
    }

    /// Letters and digits with single dashes between them, which is what SageMaker takes as a name.
    static func name(_ text: String, longest: Int) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            let isGood =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            if isGood {
                name.unicodeScalars.append(scalar)
            } else if !name.isEmpty, !name.hasSuffix("-") {
                name += "-"
            }
        }
        name = String(name.prefix(longest))
        while name.hasSuffix("-") { name.removeLast() }
        return name.isEmpty ? "run" : name
    }
}
