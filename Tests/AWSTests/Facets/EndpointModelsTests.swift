// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import PluginFixtures
import Synchronization
import Testing

@testable import AWS

/// Models behind an endpoint, on a server that keeps what SageMaker would; the client holds each call to AWS's model.
struct EndpointModelsTests {
    @Test func `the first model takes the place of the placeholder, and a second one all of its requests`() async throws
    {
        try await withEndpoint { aws, host, sagemaker in
            let first = try await aws.model("one", version: 1)
            let context = Connection.context()
            let begun = try await host.deploy(DeployModelRequest(model: first, weight: 10, context: context))
            // An endpoint's first version gets all.
            #expect(begun.weights == ["prices@1": 100] && begun.versions.first?.isHealthy == true)
            #expect(begun.url == "https://runtime.sagemaker.eu-west-1.amazonaws.com/endpoints/shop/invocations")
            let config = try #require(sagemaker.configurations[sagemaker.configuration])
            #expect(config["KmsKeyId"] == "key-1")
            let variant = try #require(config["ProductionVariants"]?.list?.first?.object)
            #expect(variant["VariantName"] == "live" && variant["InstanceType"] == "ml.m5.large")
            #expect(variant["ContainerStartupHealthCheckTimeoutInSeconds"] == 60)
            let container = try #require(sagemaker.container(of: variant))
            #expect(container["Image"] == "registry/plain:1")
            #expect(container["Environment"]?.object?["SAGEMAKER_SUBMIT_DIRECTORY"] == "/opt/ml/model/converge_serving")
            #expect(sagemaker.objects == ["/models/models/\(first.attributes["digest"]?.string ?? "").tar.gz"])

            // A repeat under the token changes nothing.
            let calls = sagemaker.updates
            #expect(
                try await host.deploy(DeployModelRequest(model: first, context: context)).weights == ["prices@1": 100])
            #expect(sagemaker.updates == calls)

            let second = try await aws.model("two", version: 2)
            let next = try await host.deploy(DeployModelRequest(model: second, context: Connection.context()))
            #expect(next.weights == ["prices@2": 100] && sagemaker.slots == ["live"])
            #expect(sagemaker.deleted == 1)
        }
    }

    @Test func `a share is given, moved at once, and only from what it was`() async throws {
        try await withEndpoint { aws, host, sagemaker in
            let (first, second) = (try await aws.model("one", version: 1), try await aws.model("two", version: 2))
            _ = try await host.deploy(DeployModelRequest(model: first, context: Connection.context()))
            let trial = try await host.deploy(
                DeployModelRequest(model: second, weight: 10, context: Connection.context()))
            #expect(trial.weights == ["prices@1": 90, "prices@2": 10])
            #expect(trial.versions.map(\.version) == ["prices@2", "prices@1"] && sagemaker.slots == ["next", "live"])
            #expect(trial.versions.map(\.requests) == [7, 7] && trial.versions.map(\.errors) == [2, 2])
            #expect(trial.versions.first?.model.attributes["digest"] == second.attributes["digest"])

            let conflict = await #expect(throws: CallError.self) {
                try await host.shift(
                    ShiftRequest(
                        weights: ["prices@2": 100], expected: ["prices@1": 50, "prices@2": 50],
                        context: Connection.context()))
            }
            #expect(conflict?.reason == .conflict)
            for weights in [["prices@3": 100.0], ["prices@2": 50.0]] {
                await #expect(throws: CallError.self) {
                    try await host.shift(ShiftRequest(weights: weights, context: Connection.context()))
                }
            }
            let shifted = try await host.shift(
                ShiftRequest(weights: ["prices@2": 100], expected: trial.weights, context: Connection.context()))
            #expect(shifted.weights == ["prices@1": 0, "prices@2": 100])
            // What is kept for being wanted back needs no machines of its own.
            let updates = sagemaker.updates
            let back = try await host.deploy(DeployModelRequest(model: first, context: Connection.context()))
            #expect(back.weights == ["prices@1": 100, "prices@2": 0] && sagemaker.updates == updates)
        }
    }

    @Test func `a model that does not start leaves what was there`() async throws {
        try await withEndpoint { aws, host, sagemaker in
            _ = try await host.deploy(
                DeployModelRequest(model: try await aws.model("one", version: 1), context: Connection.context()))
            sagemaker.refuses = true
            let error = await #expect(throws: CallError.self) {
                try await host.deploy(
                    DeployModelRequest(model: try await aws.model("two", version: 2), context: Connection.context()))
            }
            #expect(
                error?.diagnostic.message.hasSuffix("does not come into service: it did not pass the health check")
                    == true)
            #expect(try await host.current(Connection.context()).weights == ["prices@1": 100])
        }
    }

    @Test func `what is no model is refused, and an image of its own needs no program in front`() async throws {
        try await withEndpoint { aws, host, sagemaker in
            for text in ["", "{}", "{\"serve\": {\"command\": [1]}}", "{\"serve\": "] {
                let model = try await aws.model("one", version: 1, description: text)
                let error = await #expect(throws: CallError.self) {
                    try await host.deploy(DeployModelRequest(model: model, context: Connection.context()))
                }
                #expect(error?.field == "model")
            }
            let own = try await aws.model("one", version: nil, description: "{\"serve\": {\"image\": \"own:1\"}}")
            let deployed = try await host.deploy(DeployModelRequest(model: own, context: Connection.context()))
            let digest = try #require(own.attributes["digest"]?.string)
            #expect(deployed.weights == [String(digest.prefix(12)): 100])
            let variant = sagemaker.configurations[sagemaker.configuration]?["ProductionVariants"]?.list?.first?.object
            let container = try #require(sagemaker.container(of: variant ?? [:]))
            #expect(container["Image"] == "own:1" && container["Environment"]?.object?["SAGEMAKER_PROGRAM"] == nil)
        }
    }

    private func withEndpoint(
        _ body: (Connection, EndpointModels, EndpointServer) async throws -> Void
    ) async throws {
        let sagemaker = EndpointServer()
        let server = try LoopbackServer { request, _ in sagemaker.answer(request) }
        try await Connection.with(server) { aws in
            try await body(
                aws,
                EndpointModels(
                    client: aws.client, services: aws.services, endpoint: "shop", declared: "shape", rolling: nil),
                sagemaker)
        }
    }
}

extension Connection {
    /// A model that is kept.
    fileprivate func model(
        _ answer: String, version: Int64?,
        description: String = "{\"serve\": {\"command\": [\"python3\", \"serve.py\"]}}"
    ) async throws -> Reference {
        let folder = try TemporaryFolder()
        if !description.isEmpty { try folder.write(description, to: "model/model.json") }
        try folder.write(answer, to: "model/answer")
        let kept = try await services.files.keep(path: folder.path + "/model")
        return Reference(
            type: "Model", resource: nil, name: "prices",
            attributes: ["version": version.map { .int($0) } ?? .null, "digest": .string(kept.digest)])
    }
}

/// What SageMaker keeps of one endpoint, which was declared with a placeholder.
private final class EndpointServer: Sendable {
    private struct State {
        var configuration = "shape"
        var configurations: [String: ObjectValue] = [
            "shape": [
                "EndpointConfigName": "shape", "KmsKeyId": "key-1",
                "ProductionVariants": [
                    [
                        "VariantName": "live", "ModelName": "placeholder", "InstanceType": "ml.m5.large",
                        "InitialInstanceCount": 1, "InitialVariantWeight": 1.0
                    ]
                ]
            ]
        ]
        var models: [String: ObjectValue] = [
            "placeholder": [
                "ModelName": "placeholder", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/serve",
                "PrimaryContainer": [
                    "Image": "registry/plain:1", "ModelDataUrl": "s3://models/placeholder/model.tar.gz"
                ]
            ]
        ]
        var weights: [String: Double] = ["live": 1]
        var reason: String?
        var polls = 0
        var updates = 0
        var deleted = 0
        var objects: [String] = []
        var refuses = false
    }

    private let state = Mutex(State())

    var configuration: String { state.withLock { $0.configuration } }
    var configurations: [String: ObjectValue] { state.withLock { $0.configurations } }
    var updates: Int { state.withLock { $0.updates } }
    var deleted: Int { state.withLock { $0.deleted } }
    var objects: [String] { state.withLock { $0.objects } }
    var slots: [String] { state.withLock { Self.variants($0).compactMap { $0["VariantName"]?.string } } }
    var refuses: Bool {
        get { state.withLock { $0.refuses } }
        set { state.withLock { $0.refuses = newValue } }
    }

    func container(of variant: ObjectValue) -> ObjectValue? {
        state.withLock { $0.models[variant["ModelName"]?.string ?? ""]?["PrimaryContainer"]?.object }
    }

    private static func variants(_ state: State) -> [ObjectValue] {
        (state.configurations[state.configuration]?["ProductionVariants"]?.list ?? []).compactMap(\.object)
    }

    func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
        guard let target = request.headers["x-amz-target"] else { return object(request) }
        let input = (try? Value(foreignJSON: Array(request.body.utf8)))?.object ?? [:]
        return state.withLock { state in
            switch target {
            case "SageMaker.DescribeEndpoint": return endpoint(&state)
            case "SageMaker.DescribeEndpointConfig":
                return .json(
                    Value.object(state.configurations[input["EndpointConfigName"]?.string ?? ""] ?? [:]).plainJSON)
            case "SageMaker.DescribeModel":
                return .json(Value.object(state.models[input["ModelName"]?.string ?? ""] ?? [:]).plainJSON)
            case "SageMaker.CreateModel": return create(input, "ModelName", &state.models)
            case "SageMaker.CreateEndpointConfig": return create(input, "EndpointConfigName", &state.configurations)
            case "SageMaker.DeleteModel":
                state.models[input["ModelName"]?.string ?? ""] = nil
                state.deleted += 1
            case "SageMaker.UpdateEndpoint":
                state.updates += 1
                state.polls = 2
                if state.refuses {
                    state.reason = "it did not pass the health check"
                } else {
                    state.configuration = input["EndpointConfigName"]?.string ?? ""
                    state.weights = [:]
                    for variant in Self.variants(state) {
                        state.weights[variant["VariantName"]?.string ?? ""] = variant["InitialVariantWeight"]?.number
                    }
                }
            case "SageMaker.UpdateEndpointWeightsAndCapacities":
                for item in input["DesiredWeightsAndCapacities"]?.list ?? [] {
                    state.weights[item.object?["VariantName"]?.string ?? ""] = item.object?["DesiredWeight"]?.number
                }
            case "GraniteServiceVersion20100801.GetMetricData":
                let results = (input["MetricDataQueries"]?.list ?? []).compactMap(\.object).map { query -> Value in
                    let isError = query["Id"]?.string?.hasPrefix("e") ?? false
                    return [
                        "Id": query["Id"] ?? .null, "Timestamps": [1_700_000_000, 1_700_000_060],
                        "Values": isError ? [1.0, 1.0] : [3.0, 4.0]
                    ]
                }
                return .json(Value.object(["MetricDataResults": .list(results)]).plainJSON)
            default: return .error("ValidationException", "\(target) is not known here")
            }
            return .json("{}")
        }
    }

    private func create(
        _ input: ObjectValue, _ name: String, _ things: inout [String: ObjectValue]
    ) -> LoopbackServer.Answer {
        let key = input[name]?.string ?? ""
        guard things[key] == nil else { return .error("ValidationException", "Cannot create already existing \(key)") }
        things[key] = input
        return .json("{}")
    }

    private func endpoint(_ state: inout State) -> LoopbackServer.Answer {
        state.polls -= 1
        let variants = Self.variants(state).map { variant -> Value in
            let slot = variant["VariantName"]?.string ?? ""
            return [
                "VariantName": .string(slot), "CurrentWeight": .float(state.weights[slot] ?? 0),
                "CurrentInstanceCount": 1
            ]
        }
        var told: ObjectValue = [
            "EndpointName": "shop", "EndpointConfigName": .string(state.configuration),
            "EndpointStatus": state.polls > 0 ? "Updating" : "InService", "ProductionVariants": .list(variants)
        ]
        if let reason = state.reason { told["FailureReason"] = .string(reason) }
        return .json(Value.object(told).plainJSON)
    }

    private func object(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
        if request.method == "HEAD" { return .json("", status: 404) }
        state.withLock { $0.objects.append(request.path) }
        return LoopbackServer.Answer(headers: ["ETag": "\"e\""])
    }
}
