// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension EndpointModels {
    /// The variables of a container that say which model it serves.
    private static let (nameVariable, digestVariable, numberVariable) = (
        "CONVERGE_MODEL_NAME", "CONVERGE_MODEL_DIGEST", "CONVERGE_MODEL_VERSION"
    )
    private static let existing = ["ValidationException:already exist", "ResourceInUse"].map(FailureRule.init)
    private static let shortestStart: Int64 = 60
    private static let longestStart: Int64 = 3600

    /// What deployments are made of, as the declared configuration and its model say.
    struct Form: Sendable {
        /// The variant that is copied.
        var variant: ObjectValue
        var configuration: ObjectValue
        var role: String
        var image: String
        /// Where the files of models are.
        var models: StoragePrefix
    }

    func form(_ context: CallContext) async throws(CallError) -> Form {
        let configuration = try await call(
            "DescribeEndpointConfig", ["endpoint_config_name": .string(declared)], context)
        guard let variant = configuration["production_variants"]?.list?.first?.object,
            let model = variant["model_name"]?.string
        else { throw Self.unfit("its configuration '\(declared)' names no model") }
        let told = try await call("DescribeModel", ["model_name": .string(model)], context)
        let container = told["primary_container"]?.object ?? told["containers"]?.list?.first?.object ?? [:]
        guard let role = told["execution_role_arn"]?.string, let image = container["image"]?.string,
            let address = container["model_data_url"]?.string, let place = StoragePrefix(url: address)
        else { throw Self.unfit("the model '\(model)' that it was made with lacks a role, an image or files in S3") }
        return Form(
            variant: variant, configuration: configuration, role: role, image: image,
            models: StoragePrefix(bucket: place.bucket, prefix: "models/"))
    }

    private static func unfit(_ why: String) -> CallError {
        CallError(
            .invalid, "no model can be brought to the endpoint: \(why)",
            help: ["declare a ModelServing, which has them"])
    }

    /// Which of our models the endpoint serves.
    func served(_ told: ObjectValue, _ context: CallContext) async throws(CallError) -> ServedModels {
        let name = told["endpoint_config_name"]?.string ?? declared
        let configuration = try await call(
            "DescribeEndpointConfig", ["endpoint_config_name": .string(name)], context)
        var states: [String: ObjectValue] = [:]
        for variant in told["production_variants"]?.list ?? [] {
            if let object = variant.object, let slot = object["variant_name"]?.string { states[slot] = object }
        }
        var models: [ServedModels.Model] = []
        for value in configuration["production_variants"]?.list ?? [] {
            guard let variant = value.object, let slot = variant["variant_name"]?.string,
                let modelName = variant["model_name"]?.string, let state = states[slot]
            else { continue }
            let container = try await call("DescribeModel", ["model_name": .string(modelName)], context)[
                "primary_container"]?.object
            guard let own = container?["environment"]?.object, let digest = own[Self.digestVariable]?.string else {
                continue
            }
            let (name, number) = (
                own[Self.nameVariable]?.string ?? "", own[Self.numberVariable]?.string.flatMap { Int64($0) }
            )
            var version = ServedModels.version(name: name, number: number, digest: digest)
            if models.contains(where: { $0.version == version }) { version += "-" + digest.prefix(12) }
            models.append(
                ServedModels.Model(
                    version: version, slot: slot, modelName: modelName, name: name, digest: digest, number: number,
                    weight: state["current_weight"]?.number ?? 0, machines: state["current_instance_count"]?.int ?? 0))
        }
        return ServedModels(models: models, since: configuration["creation_time"]?.time ?? services.clock.now())
    }

    /// Brings a model's files to S3 and makes a model of SageMaker of them.
    ///
    /// - Returns: Its name, which follows from the content, so that a repeat makes nothing new.
    func make(
        _ package: ServingPackage, _ model: Reference, _ form: Form, _ context: CallContext
    ) async throws(CallError) -> String {
        let key = form.models.prefix + package.digest + ".tar.gz"
        let store = BucketObjects(client: client, services: services, bucket: form.models.bucket)
        services.log.progress(nil, "sending the model", context)
        try await package.send(to: store, key: key, context)
        var variables = package.variables
        variables[Self.nameVariable] = .string(model.name)
        variables[Self.digestVariable] = .string(package.digest)
        if let number = model.attributes["version"]?.int { variables[Self.numberVariable] = .string(String(number)) }
        // Another name or version of the same files is another model.
        let mark = services.hashing.sha256(Array("\(package.digest) \(variables) \(form.role)".utf8))
        let name = ExperimentRuns.name(endpoint, longest: 40) + "-" + WireText.hex(mark).prefix(20)
        try await callOnce(
            "CreateModel",
            [
                "model_name": .string(name), "execution_role_arn": .string(form.role),
                "primary_container": [
                    "image": .string(package.image ?? form.image),
                    "model_data_url": .string("s3://\(form.models.bucket)/\(key)"), "environment": .object(variables)
                ]
            ], context)
        return name
    }

    func make(
        configuration name: String, _ variants: [ServedModels.Variant], _ form: Form, _ start: Duration,
        _ context: CallContext
    ) async throws(CallError) {
        var made: [Value] = []
        for variant in variants {
            var fields = form.variant
            fields["variant_name"] = .string(variant.slot)
            fields["model_name"] = variant.modelName.map { .string($0) }
            fields["initial_variant_weight"] = .float(variant.weight)
            if fields["serverless_config"] == nil {
                fields["container_startup_health_check_timeout_in_seconds"] = .int(
                    min(Self.longestStart, max(Self.shortestStart, Int64(start.seconds.rounded(.up)))))
            }
            made.append(.object(fields))
        }
        var parameters: ObjectValue = ["endpoint_config_name": .string(name), "production_variants": .list(made)]
        for field in [
            "data_capture_config", "kms_key_id", "vpc_config", "async_inference_config", "explainer_config"
        ] {
            guard let value = form.configuration[field], value.object?.isEmpty != true else { continue }
            parameters[field] = value
        }
        try await callOnce("CreateEndpointConfig", parameters, context)
    }

    /// Makes what has a name of its own; what an earlier try of the same operation made is no error.
    private func callOnce(
        _ operation: String, _ parameters: ObjectValue, _ context: CallContext
    ) async throws(CallError) {
        do throws(AWSFailure) {
            _ = try await client.call("sagemaker", operation, parameters, context: context, repeatable: true)
        } catch {
            if !Self.existing.match(error) { throw error.callError }
        }
    }

    /// Deletes the models that the endpoint served until then; the files in S3 stay.
    func forget(_ before: ServedModels, keeping: [String], _ context: CallContext) async {
        for model in before.models where !keeping.contains(model.modelName) {
            do throws(CallError) {
                _ = try await call("DeleteModel", ["model_name": .string(model.modelName)], context)
            } catch {
                services.log.write(
                    "the model \(model.modelName) is left at SageMaker: \(error.diagnostic.message)", context)
            }
        }
    }

    // MARK: Measures

    struct Count: Sendable {
        var requests: Int64 = 0
        var errors: Int64 = 0
    }

    /// How many requests each variant got since its configuration was made, as far as CloudWatch has counted them.
    func counts(_ served: ServedModels, _ context: CallContext) async throws(CallError) -> [String: Count] {
        let now = services.clock.now()
        let oldest = now.advanced(by: .seconds(-14 * 86_400))
        let start = served.since < oldest ? oldest : served.since
        var queries: [Value] = []
        for (number, model) in served.models.enumerated() {
            for (letter, metric) in [("r", "Invocations"), ("e", "Invocation5XXErrors")] {
                let measured: ObjectValue = [
                    "namespace": "AWS/SageMaker", "metric_name": .string(metric),
                    "dimensions": [
                        ["name": "EndpointName", "value": .string(endpoint)],
                        ["name": "VariantName", "value": .string(model.slot)]
                    ]
                ]
                queries.append([
                    "id": .string("\(letter)\(number)"), "return_data": true,
                    "metric_stat": ["metric": .object(measured), "period": 60, "stat": "Sum"]
                ])
            }
        }
        if queries.isEmpty { return [:] }
        var sums: [String: Double] = [:]
        do throws(AWSFailure) {
            try await client.pages(
                "cloudwatch", "GetMetricData",
                [
                    "start_time": .time(start), "end_time": .time(now.advanced(by: .seconds(60))),
                    "metric_data_queries": .list(queries)
                ], items: "metric_data_results", context: context
            ) { page in
                for item in page.items.compactMap(\.object) {
                    let sum = (item["values"]?.list ?? []).compactMap(\.number).reduce(0, +)
                    sums[item["id"]?.string ?? "", default: 0] += sum
                }
                return true
            }
        } catch { throw error.callError }
        var counts: [String: Count] = [:]
        for (number, model) in served.models.enumerated() {
            counts[model.slot] = Count(
                requests: Int64(sums["r\(number)"] ?? 0), errors: Int64(sums["e\(number)"] ?? 0))
        }
        return counts
    }
}
