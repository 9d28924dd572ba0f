// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Models behind an endpoint of SageMaker, each version a variant with a weight.
///
/// A deployment is a configuration of its own that SageMaker rolls out beside the one before. The configuration that the
/// endpoint was declared with says on which machines, with which role and where the files of models are. Which model a
/// variant serves stands in the variables of its container, so that nothing has to be remembered elsewhere.
struct EndpointModels: ModelHost {
    private static let firstWait = Duration.seconds(2)
    private static let longestWait = Duration.seconds(15)
    /// What SageMaker takes to bring machines up, beside the model's own time.
    private static let rollout = Duration.seconds(1800)

    let client: AWSClient
    let services: any HostServices
    let endpoint: String
    /// The configuration that the recipe gave the endpoint.
    let declared: String
    /// How a new configuration is rolled out: AWS's own object; nil for its own choice.
    let rolling: Value?

    func current(_ context: CallContext) async throws(CallError) -> ModelDeployment {
        try checkCancellation()
        let told = try await told(context)
        let served = try await served(told, context)
        let counts = try await counts(served, context)
        return ModelDeployment(
            url:
                "https://runtime.sagemaker.\(client.region).\(client.partition.suffix)/endpoints/\(endpoint)/invocations",
            versions: served.models.map { model in
                ModelDeployment.Version(
                    version: model.version, model: model.reference, weight: served.share(of: model),
                    isHealthy: model.machines > 0, requests: counts[model.slot]?.requests ?? 0,
                    errors: counts[model.slot]?.errors ?? 0)
            })
    }

    func shift(_ request: ShiftRequest) async throws(CallError) -> ModelDeployment {
        let context = request.context
        let told = try await settled(context, within: Self.rollout)
        let served = try await served(told, context)
        if let expected = request.expected, expected != served.weights { throw Self.moved(served) }
        if let stray = request.weights.keys.sorted().first(where: { served.weights[$0] == nil }) {
            throw CallError(
                .notFound, "the endpoint has no version '\(stray)'",
                notes: ["it has " + served.models.map { "'\($0.version)'" }.joined(separator: ", ")])
        }
        let sum = request.weights.values.reduce(0, +)
        guard request.weights.values.allSatisfy({ $0 >= 0 }), abs(sum - 100) < 0.01 else {
            throw CallError(.invalid, "the shares of the versions add up to \(sum)%, not to 100%")
        }
        try await setWeights(
            served.models.map { ($0.slot, request.weights[$0.version] ?? 0) }, context)
        _ = try await settled(context, within: Self.rollout)
        return try await current(context)
    }

    private func setWeights(_ weights: [(slot: String, weight: Double)], _ context: CallContext) async throws(CallError)
    {
        let wanted = weights.map {
            Value.object(["variant_name": .string($0.slot), "desired_weight": .float($0.weight)])
        }
        _ = try await call(
            "UpdateEndpointWeightsAndCapacities",
            ["endpoint_name": .string(endpoint), "desired_weights_and_capacities": .list(wanted)], context)
    }

    func deploy(_ request: DeployModelRequest) async throws(CallError) -> ModelDeployment {
        let context = request.context
        guard (0...100).contains(request.weight) else {
            throw CallError(.invalid, "a model gets from 0% to 100% of the requests, not \(request.weight)%")
        }
        let limit = Self.rollout + request.startTimeout
        let name = configuration(context)
        var told = try await settled(context, within: limit)
        // Under this token it was rolled out before.
        if told["endpoint_config_name"]?.string == name { return try await current(context) }
        let before = try await served(told, context)
        if let there = before.models.first(where: { $0.digest == request.model.attributes["digest"]?.string }) {
            // The same files again: what is kept for being wanted back.
            try await setWeights(before.giving(request.weight, to: there.version), context)
            _ = try await settled(context, within: limit)
            return try await current(context)
        }
        let form = try await form(context)
        let package = try await ServingPackage(request.model, services)
        let model = try await make(package, request.model, form, context)
        let variants = before.variants(beside: model, weight: request.weight)
        try await make(configuration: name, variants, form, request.startTimeout, context)

        var parameters: ObjectValue = [
            "endpoint_name": .string(endpoint), "endpoint_config_name": .string(name),
            // Machines that scaling brought stay; the shares are those of the new configuration.
            "retain_all_variant_properties": true,
            "exclude_retained_variant_properties": [["variant_property_type": "DesiredWeight"]]
        ]
        if let rolling { parameters["deployment_config"] = rolling }
        _ = try await call("UpdateEndpoint", parameters, context)
        told = try await settled(context, within: limit)
        guard told["endpoint_config_name"]?.string == name else {
            let reason = told["failure_reason"]?.string ?? "SageMaker says no reason, and rolled it back"
            throw CallError(.failed, "the model '\(request.model.name)' does not come into service: \(reason)")
        }
        await forget(before, keeping: variants.compactMap(\.modelName), context)
        return try await current(context)
    }

    // MARK: Names

    /// Of the deployment of an operation.
    private func configuration(_ context: CallContext) -> String {
        ExperimentRuns.name(endpoint, longest: 30) + "-" + context.token.text
    }

    static func moved(_ served: ServedModels) -> CallError {
        let now = served.models.map { "'\($0.version)' gets \(Value.percent(served.share(of: $0)).literal)" }
        return CallError(.conflict, "the shares of the versions are not what they were", notes: now)
    }

    // MARK: Calls

    func call(_ operation: String, _ parameters: ObjectValue, _ context: CallContext) async throws(CallError)
        -> ObjectValue
    {
        do throws(AWSFailure) {
            return try await client.call("sagemaker", operation, parameters, context: context, repeatable: true)
        } catch { throw error.callError }
    }

    private func told(_ context: CallContext) async throws(CallError) -> ObjectValue {
        try await call("DescribeEndpoint", ["endpoint_name": .string(endpoint)], context)
    }

    /// What the endpoint is once nothing changes any more.
    private func settled(_ context: CallContext, within limit: Duration) async throws(CallError) -> ObjectValue {
        let end = services.clock.now().advanced(by: limit)
        var wait = Self.firstWait
        while true {
            try checkCancellation()
            let told = try await told(context)
            let status = told["endpoint_status"]?.string ?? ""
            switch status {
            case "InService": return told
            case "Creating", "Updating", "SystemUpdating", "RollingBack":
                services.log.progress(
                    nil, "SageMaker is \(status == "RollingBack" ? "rolling back" : status.lowercased())", context)
            default:
                throw CallError(
                    .failed, "the endpoint '\(endpoint)' is \(status)",
                    notes: told["failure_reason"]?.string.map { [$0] } ?? [])
            }
            guard services.clock.now() < end else {
                throw CallError(
                    .timedOut, "the endpoint '\(endpoint)' still is \(status) after \(Value.duration(limit).literal)")
            }
            try await services.clock.sleep(for: wait)
            wait = min(wait * 1.5, Self.longestWait)
        }
    }
}
