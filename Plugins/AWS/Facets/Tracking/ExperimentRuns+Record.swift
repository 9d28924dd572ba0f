// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension ExperimentRuns {
    func record(_ request: RecordRequest) async throws(CallError) {
        try checkCancellation()
        let told = try await component(request.run, request.context)
        var parameters: ObjectValue = ["trial_component_name": .string(request.run)]
        if !request.parameters.isEmpty {
            // What is there already is sent along: the documentation leaves open whether it stays otherwise.
            var all = told["parameters"]?.object ?? [:]
            for parameter in request.parameters { all[parameter.key] = Self.parameter(parameter.value) }
            parameters["parameters"] = .object(all)
        }
        if !request.artifacts.isEmpty {
            var all = told["output_artifacts"]?.object ?? [:]
            for (name, artifact) in request.artifacts.sorted(by: { $0.key < $1.key }) {
                let place = try await store(artifact, name, request)
                all[name] = ["value": .string(place)]
            }
            parameters["output_artifacts"] = .object(all)
        }
        if parameters.count > 1 { _ = try await call("UpdateTrialComponent", parameters, request.context) }
        try await measure(request)
    }

    private static func parameter(_ value: Value) -> Value {
        if let number = value.number, number.isFinite { return ["number_value": .float(number)] }
        return ["string_value": .string(value.string ?? value.plainJSON)]
    }

    private func measure(_ request: RecordRequest) async throws(CallError) {
        // SageMaker takes no numbers that are none.
        let metrics = request.metrics.filter(\.value.isFinite)
        for metric in request.metrics where !metric.value.isFinite {
            services.log.write(
                "the metric \(metric.name) is not recorded, because it is \(metric.value)", request.context)
        }
        for start in stride(from: 0, to: metrics.count, by: Self.largestBatch) {
            let batch = metrics[start..<min(start + Self.largestBatch, metrics.count)]
            let answer: ObjectValue
            do throws(AWSFailure) {
                answer = try await client.call(
                    "sagemakermetrics", "BatchPutMetrics",
                    [
                        "trial_component_name": .string(request.run),
                        "metric_data": .list(
                            batch.map {
                                [
                                    "metric_name": .string($0.name), "timestamp": .time($0.time), "step": .int($0.step),
                                    "value": .float($0.value)
                                ]
                            })
                    ], context: request.context, repeatable: true)
            } catch { throw error.callError }
            if let refused = answer["errors"]?.list?.first?.object {
                let name = refused["metric_index"]?.int.flatMap { batch.dropFirst(Int($0)).first?.name } ?? "one"
                throw CallError(
                    .failed, "SageMaker did not take the metric \(name): \(refused["code"]?.string ?? "no reason")")
            }
        }
    }

    /// Copies a kept file, or every file of a kept folder, into the bucket.
    ///
    /// - Returns: Its address.
    private func store(
        _ artifact: KeptArtifact, _ name: String, _ request: RecordRequest
    ) async throws(CallError) -> String {
        guard let files else {
            throw CallError(
                .unsupported(feature: "artifacts"), "the experiment '\(experiment)' does not say where files go",
                help: ["give it artifacts: \"s3://BUCKET/FOLDER\""])
        }
        let store = BucketObjects(client: client, services: services, bucket: files.bucket)
        let place = files.inside("\(request.run)/\(name)")
        for file in try FolderFiles.paths(in: artifact.path) {
            let tail = String(decoding: file.utf8.dropFirst(artifact.path.utf8.count), as: UTF8.self)
            _ = try await store.put(
                PutObjectRequest(key: place.prefix + tail, path: file, context: request.context))
        }
        return place.url
    }
}
