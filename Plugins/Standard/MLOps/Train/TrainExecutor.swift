// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Trains models by running programs.
struct TrainExecutor: StepExecutor {
    let kind = "Train"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = try TrainFields(request)
        let registry = try await TrackedWork.registry(of: fields.track, isNeeded: fields.isNamed, request)
        let tracking = try await TrackedWork.begin(
            fields.track, experiment: fields.name, parameters: fields.params,
            tags: fields.framework.map { ["framework": $0] } ?? [:], request)
        return try await tracking.following { () throws(CallError) in
            try await train(fields, tracking, registry, request)
        }
    }

    func sources(_ request: StepRequest) async throws(CallError) -> [String] {
        try TrainFields(request).files.absolutePaths
    }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        try await response.isIntact(request)
    }

    private func train(
        _ fields: TrainFields, _ tracking: TrackedWork?, _ registry: (any ModelRegistry)?, _ request: StepRequest
    ) async throws(CallError) -> StepResponse {
        let files = request.host.services.files
        return try await files.withScratchFolder { folder throws(CallError) in
            let home = folder + "/run"
            try FileCopy.makeFolder(home)
            let model = home + "/model"
            let results =
                if let place = fields.place {
                    try await Self.runJob(on: place, fields, in: home, sending: folder + "/sent", request)
                } else {
                    try await Self.runHere(fields, in: home, model: model, request)
                }
            try Self.check(model: model)

            let package = try await files.keep(path: model)
            let artifacts = try await Self.keepArtifacts(results.artifactsFolder, files)
            try await tracking?.record(
                results.metrics, artifacts: artifacts.merging(["model": package]) { own, _ in own })
            let reference =
                try await tracking?.register(
                    fields.name, package, results.metrics, in: registry)
                ?? Self.reference(fields.name, package, results.metrics)
            let references = artifacts.sorted { $0.key < $1.key }.map {
                ($0.key, Value.reference($0.value.reference(name: $0.key)))
            }
            return StepResponse(
                outputs: [
                    "model": .reference(reference), "metrics": .object(results.metrics),
                    "artifacts": .object(ObjectValue(references)),
                    "tracked_run": tracking.map { .string($0.run) } ?? .null
                ],
                reads: fields.inputs.compactMap(\.value.reference),
                writes: [reference] + references.compactMap { $0.1.reference })
        }
    }

    /// Runs the program as a process of this machine.
    private static func runHere(
        _ fields: TrainFields, in folder: String, model: String, _ request: StepRequest
    ) async throws(CallError) -> ProgramRun.Results {
        let inputsFolder = folder + "/inputs"
        let inputs = try await ProgramInputs.prepare(fields.inputs, in: inputsFolder, request)
        try FileCopy.makeFolder(model)
        let program = ProgramRun(
            command: fields.command, files: fields.files, params: fields.params, env: fields.env, inputs: inputs,
            inputsFolder: inputsFolder, request: request)
        return try await program.run(in: folder, model: model)
    }

    /// Runs the program on the workers that a place offers.
    ///
    /// - Parameters:
    ///   - folder: Gets what it leaves.
    ///   - sent: Gets what it is sent, where it does not run yet.
    private static func runJob(
        on place: Reference, _ fields: TrainFields, in folder: String, sending sent: String, _ request: StepRequest
    ) async throws(CallError) -> ProgramRun.Results {
        let job = ProgramJob(
            place: place, command: fields.command, files: fields.files, params: fields.params, env: fields.env,
            image: fields.image, framework: fields.framework, workers: fields.workers, request: request)
        return try await job.run(in: folder, sending: sent) { () throws(CallError) in
            try await ProgramInputs.prepare(fields.inputs, in: sent + "/inputs", request)
        }
    }

    /// Refuses a folder that is no model.
    private static func check(model: String) throws(CallError) {
        let help = ["let it write to model.json, in the folder that $CONVERGE_MODEL names, how the model is served"]
        guard case .file = FilePath.status(model + "/model.json") else {
            throw CallError(
                .failed, Diagnostic(.noModel, "the program left no model: there is no model.json", help: help)
            ).about("command")
        }
        let bytes = try FilePath.bytes(of: model + "/model.json", named: "model.json", limit: 16 << 20)
        let problem: String
        do {
            let value = try Value(foreignJSON: bytes)
            if value.object != nil { return }
            problem = "it holds \(value.typeName), not an object"
        } catch {
            problem = "at byte \(error.offset): \(error.reason)"
        }
        throw CallError(
            .failed, Diagnostic(.noModel, "the model's model.json cannot be read: \(problem)", help: help)
        ).about("command")
    }

    private static func keepArtifacts(
        _ folder: String, _ files: any FileStore
    ) async throws(CallError) -> [String: KeptArtifact] {
        var artifacts: [String: KeptArtifact] = [:]
        for entry in try FilePath.entries(of: folder, named: "$CONVERGE_ARTIFACTS") {
            artifacts[entry] = try await files.keep(path: folder + "/" + entry)
        }
        return artifacts
    }

    /// A model that no registry knows.
    private static func reference(_ name: String, _ package: KeptArtifact, _ metrics: ObjectValue) -> Reference {
        Reference(
            type: "Model", resource: nil, name: name,
            attributes: [
                "version": .null, "digest": .string(package.digest), "path": .string(package.path),
                "metrics": .object(metrics), "run": .null
            ])
    }
}

/// What a `Train` step asks for.
private struct TrainFields: Sendable {
    let command: [String]
    let files: RecipeFiles
    let inputs: ObjectValue
    let params: ObjectValue
    let env: ObjectValue
    /// What offers workers; nil for this machine.
    let place: Reference?
    let workers: Int
    let image: String?
    let track: Reference?
    let framework: String?
    /// The model's name.
    let name: String
    /// True where the recipe names it, which asks for a registry.
    let isNamed: Bool

    init(_ request: StepRequest) throws(CallError) {
        let fields = StepFields(request)
        command = try fields.texts("command")
        files = try RecipeFiles(named: try fields.texts("files"), command: command, in: request.recipeFolder)
        inputs = try fields.object("inputs")
        params = try fields.object("params")
        env = try fields.object("env")
        place = try fields.optionalReference("in")
        workers = Int(fields.value("workers").int ?? 1)
        image = try fields.optionalText("image")
        track = try fields.optionalReference("track")
        framework = try fields.optionalText("framework")
        let given = try fields.optionalText("register")
        name = given ?? TableName.of(step: request.context.operation)
        isNamed = given != nil
        try ProgramRun.check(params: params)
    }
}
