// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the kinds of this plugin offer to steps.
struct AWSFacets: Sendable {
    let client: AWSClient
    let services: any HostServices

    /// - Throws: `CallError` with `unsupported` where the kind does not offer the facet.
    func facet(_ request: FacetRequest) throws(CallError) -> any Facet {
        let thing = OfferingThing(request)
        switch (request.kind, request.facet) {
        case ("aws.s3.Bucket", "ObjectStore"):
            return BucketObjects(client: client, services: services, bucket: try thing.text("bucket"))
        case ("aws.kinesis.Stream", "EventLog"):
            return StreamEvents(client: client, services: services, stream: try thing.text("stream_name"))
        case ("aws.athena.WorkGroup", "TableStore"):
            return AthenaTables(
                client: client, services: services, workGroup: try thing.text("name"),
                database: thing.optionalText("database") ?? "default",
                files: thing.optionalText("tables").flatMap { StoragePrefix(url: $0) }
                    ?? thing.optionalText("configuration", "result_configuration", "output_location")
                    .flatMap { StoragePrefix(url: $0)?.inside("tables/") })
        case ("aws.redshift.Cluster", "TableStore"): return try clusterTables(thing)
        case ("aws.redshiftserverless.Workgroup", "TableStore"): return try workgroupTables(thing)
        case ("aws.sagemaker.Experiment", "ExperimentTracker"):
            return ExperimentRuns(
                client: client, services: services, experiment: try thing.text("experiment_name"),
                files: thing.optionalText("artifacts").flatMap { StoragePrefix(url: $0) })
        case ("aws.ecs.Service", "ExperimentTracker"): return MLflowRuns(server: try mlflow(thing))
        case ("aws.ecs.Service", "ModelRegistry"): return MLflowModels(server: try mlflow(thing))
        case ("aws.glue.Job", "JobRunner"):
            return GlueRuns(client: client, services: services, job: try thing.text("name"))
        case ("aws.sagemaker.Endpoint", "ModelHost"):
            return EndpointModels(
                client: client, services: services, endpoint: try thing.text("endpoint_name"),
                declared: try thing.text("endpoint_config_name"), rolling: thing.value("deployment_config"))
        case ("aws.sns.Topic", "Notifier"): return TopicNotifier(client: client, topic: try thing.text("arn"))
        case ("aws.lambda.Alias", "ModelHost"):
            return FunctionModels(
                client: client, services: services, function: try thing.text("function_name"),
                alias: try thing.text("name"), models: thing.optionalText("models").flatMap { StoragePrefix(url: $0) })
        case ("aws.sagemaker.JobForm", "JobRunner"):
            return TrainingRuns(
                client: client, services: services, form: try TrainingForm(thing.object("form")),
                pool: try thing.text("name"), identity: request.identity)
        case ("aws.sagemaker.FeatureGroup", "FeatureServer"):
            return FeatureGroupRows(
                client: client, services: services, group: try thing.text("feature_group_name"),
                key: try thing.text("record_identifier_feature_name"),
                eventTime: try thing.text("event_time_feature_name"), types: thing.featureTypes)
        case (let kind, "MetricSource"):
            guard let all = CloudWatchMeasure.all(of: kind) else { throw notOffered(request) }
            var dimensions: [(name: String, value: String)] = []
            for dimension in all.dimensions { dimensions.append((dimension.name, try thing.text(dimension.from))) }
            return CloudWatchMetrics(client: client, measures: all.measures, dimensions: dimensions)
        default: throw notOffered(request)
        }
    }

    private func clusterTables(_ thing: OfferingThing) throws(CallError) -> RedshiftTables {
        let signIn: RedshiftPlace.SignIn =
            thing.optionalText("secret").map { .secret(arn: $0) }
            ?? thing.optionalText("database_user").map { .user($0) } ?? .identity
        return RedshiftTables(
            client: client, services: services,
            place: RedshiftPlace(
                computing: .cluster(try thing.text("cluster_identifier")), database: try thing.text("db_name"),
                signIn: signIn),
            staging: thing.staging(role: thing.optionalText("default_iam_role_arn") ?? thing.firstRole))
    }

    private func workgroupTables(_ thing: OfferingThing) throws(CallError) -> RedshiftTables {
        RedshiftTables(
            client: client, services: services,
            place: RedshiftPlace(
                computing: .workgroup(try thing.text("workgroup_name")),
                database: thing.optionalText("database") ?? "dev",
                signIn: thing.optionalText("secret").map { .secret(arn: $0) } ?? .identity),
            staging: thing.staging(role: thing.optionalText("loading_role")))
    }

    private func mlflow(_ thing: OfferingThing) throws(CallError) -> MLflowServer {
        guard let address = thing.optionalText("mlflow") else {
            throw CallError(
                .unsupported(feature: "mlflow"), "the tasks of this service are no MLflow server",
                help: [#"where they are, say its address: mlflow: "http://…""#])
        }
        return MLflowServer(
            address: address.hasSuffix("/") ? String(address.dropLast()) : address, services: services)
    }

    private func notOffered(_ request: FacetRequest) -> CallError {
        CallError(
            .unsupported(feature: request.facet), "an \(request.kind) does not offer \(request.facet)",
            help: ["explain \(request.kind)"])
    }
}

/// The thing that a facet belongs to, as it was recorded.
struct OfferingThing: Sendable {
    private let request: FacetRequest

    init(_ request: FacetRequest) { self.request = request }

    /// The types of a feature group's features.
    var featureTypes: [String: String] {
        let pairs = (request.inputs["feature_definitions"]?.list ?? []).compactMap { item -> (String, String)? in
            guard let name = item.object?["feature_name"]?.string, let type = item.object?["feature_type"]?.string
            else { return nil }
            return (name, type)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// The first of the roles that a warehouse may take.
    var firstRole: String? { request.inputs["iam_roles"]?.list?.first?.string }

    /// Where the files of loads go; nil where the thing says none.
    func staging(role: String?) -> RedshiftStaging? {
        optionalText("staging").flatMap { StoragePrefix(url: $0) }.map { RedshiftStaging(place: $0, role: role) }
    }

    /// A field; nil where it is not given.
    func value(_ name: String) -> Value? {
        guard let value = request.inputs[name], !value.isNull else { return nil }
        return value
    }

    /// An object among the fields; empty where there is none.
    func object(_ name: String) -> ObjectValue { request.inputs[name]?.object ?? [:] }

    /// The text at a path into the fields; nil where there is none.
    func optionalText(_ path: String...) -> String? {
        var value = Value.object(request.inputs)
        for name in path { value = value.object?[name] ?? .null }
        return value.string
    }

    /// An output or field; where both have the name, AWS's own word counts.
    func text(_ name: String) throws(CallError) -> String {
        if let text = request.outputs[name]?.string ?? request.inputs[name]?.string { return text }
        throw CallError(
            .failed, "the record of \(request.identity.address) has no \(name)", help: ["drift    reads it again"])
    }
}
