// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Brings models into service.
struct DeployExecutor: StepExecutor {
    let kind = "Deploy"

    private static let production = "production"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = try DeployFields(request)
        let host = try await request.host.facet((any ModelHost).self, named: "ModelHost", of: fields.place)
        _ = try await ProgramInputs.keptPath(of: fields.model, request)
        let before = try await host.current(request.context)
        let others = before.versions.filter { !fields.isModel($0) }
        let previous = others.max { $0.weight < $1.weight }

        let deployment = try await deployment(fields, others, host, request)
        guard let version = deployment.versions.first(where: fields.isModel) else {
            throw CallError(.failed, "the endpoint does not name the model that it was given")
        }
        guard version.weight > 0 else { throw .overtaken(fields.model, by: deployment) }
        try await moveAlias(fields.model, request)
        return StepResponse(
            outputs: [
                "url": .string(deployment.url), "version": .string(version.version),
                "previous": previous.map { .string($0.version) } ?? .null
            ],
            reads: [fields.model],
            writes: [Reference(type: "Model", resource: fields.place.resource, name: version.version)])
    }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        let fields = try DeployFields(request)
        let host = try await request.host.facet((any ModelHost).self, named: "ModelHost", of: fields.place)
        let now = try await host.current(request.context)
        return now.url == response.outputs["url"]?.string
            && now.versions.contains { fields.isModel($0) && $0.weight == 100 && $0.isHealthy }
    }

    /// Brings the model into service by the step's strategy. What has no version before it needs none.
    private func deployment(
        _ fields: DeployFields, _ others: [ModelDeployment.Version], _ host: any ModelHost, _ request: StepRequest
    ) async throws(CallError) -> ModelDeployment {
        let watch = DeployWatch(host: host, fields: fields, request: request)
        switch fields.strategy {
        case .canary where others.contains { $0.weight > 0 }:
            return try await CanaryTrial(watch: watch, weights: Self.weights(others)).run()
        case .blueGreen:
            // The newest with requests is the one that is kept running without.
            let present = others.first { $0.weight > 0 } ?? others.first { $0.version == request.handle }
            if let present { return try await BlueGreenSwitch(watch: watch, previous: present).run() }
        case .canary, .replace: break
        }
        let previous = others.max { $0.weight < $1.weight }
        return try await Self.deploy(fields, weight: 100, previous, host, request)
    }

    /// Starts the model beside what is served and gives it a share of the requests once it is healthy.
    static func deploy(
        _ fields: DeployFields, weight: Double, _ previous: ModelDeployment.Version?, _ host: any ModelHost,
        _ request: StepRequest
    ) async throws(CallError) -> ModelDeployment {
        request.host.services.log.progress(nil, "starting the model", request.context)
        do throws(CallError) {
            return try await host.deploy(
                DeployModelRequest(
                    model: fields.model, weight: weight, startTimeout: fields.startTimeout, context: request.context))
        } catch  where error.reason != .cancelled && error.reason != .lost {
            var error = error.field == nil ? error.about("model") : error
            error.diagnostic.notes.append(
                previous.map { "version '\($0.version)' stays in service" } ?? "nothing is in service")
            throw error
        }
    }

    /// The weights of versions, stretched so that their sum is 100.
    private static func weights(_ versions: [ModelDeployment.Version]) -> [String: Double] {
        let sum = versions.reduce(0) { $0 + $1.weight }
        var weights: [String: Double] = [:]
        for version in versions where version.weight > 0 { weights[version.version] = version.weight * 100 / sum }
        return weights
    }

    /// Points the alias `production` at the model in its registry.
    private func moveAlias(_ model: Reference, _ request: StepRequest) async throws(CallError) {
        guard model.resource != nil, let version = model.attributes["version"]?.int else { return }
        let registry = try await request.host.facet((any ModelRegistry).self, named: "ModelRegistry", of: model)
        let current = try await registry.model(
            ModelRequest(name: model.name, choice: .alias(Self.production), context: request.context))
        if current?.version == version { return }
        do throws(CallError) {
            try await registry.alias(
                AliasRequest(
                    name: model.name, alias: Self.production, version: version, expected: current?.version,
                    context: request.context))
        } catch  where error.reason == .conflict {
            throw CallError(
                .conflict,
                Diagnostic(
                    .aliasMoved,
                    "somebody else named another version of '\(model.name)' the production model meanwhile",
                    notes: [error.diagnostic.message], help: ["look at what is in service, and deploy again"])
            ).about("model")
        }
    }
}

/// What a `Deploy` step asks for.
struct DeployFields: Sendable {
    let model: Reference
    let place: Reference
    let strategy: Strategy
    /// Percent.
    let canary: Double
    let watch: Duration
    /// Percent.
    let mostErrors: Double
    let alarms: [DeployAlarm]
    let startTimeout: Duration

    enum Strategy: String, Sendable, CaseIterable {
        case replace
        case canary
        case blueGreen = "blue_green"
    }

    init(_ request: StepRequest) throws(CallError) {
        let fields = StepFields(request)
        model = try fields.reference("model")
        place = try fields.reference("to")
        strategy = Strategy(rawValue: try fields.text("strategy")) ?? .replace
        canary = try fields.percent("canary")
        watch = try fields.duration("watch")
        mostErrors = try fields.percent("max_errors")
        var alarms: [DeployAlarm] = []
        for entry in try fields.object("abort_when") { alarms.append(try DeployAlarm(entry.key, entry.value)) }
        self.alarms = alarms
        startTimeout = try fields.duration("start_timeout")
    }

    func isModel(_ version: ModelDeployment.Version) -> Bool {
        version.model.attributes["digest"] == model.attributes["digest"]
    }
}
