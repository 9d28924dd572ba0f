// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Trains models by running programs.
struct TrainExecutor: StepExecutor {
    let kind = "Train"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = try TrainFields(request)
        let tracking = try await TrackedWork.begin(
            fields.track, experiment: fields.name, parameters: fields.params,
            tags: fields.framework.map { ["framework": $0] } ?? [:], request)
        return try await tracking.following { () throws(CallError) in
            try await train(fields, tracking, request)
        }
    }

    func sources(_ request: StepRequest) async throws(CallError) -> [String] {
        try TrainFields(request).files.absolutePaths
    }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        try await response.isIntact(request)
    }

    private func train(
        _ fields: TrainFields, _ tracking: TrackedWork?, _ request: StepRequest
    ) async throws(CallError) -> StepResponse {
        let files = request.host.services.files
        return try await files.withScratchFolder { folder throws(CallError) in
            let (inputsFolder, model) = (folder + "/inputs", folder + "/model")
            let inputs = try await ProgramInputs.prepare(fields.inputs, in: inputsFolder, request)
            try FileCopy.makeFolder(model)
            let program = ProgramRun(
                command: fields.command, files: fields.files, params: fields.params, env: fields.env, inputs: inputs,
                inputsFolder: inputsFolder, request: request)
            let results = try await program.run(in: folder, model: model)
            try Self.check(model: model)

            let package = try await files.keep(path: model)
            let artifacts = try await Self.keepArtifacts(results.artifactsFolder, files)
            try await tracking?.record(
                results.metrics, artifacts: artifacts.merging(["model": package]) { own, _ in own })
            let reference =
                try await tracking?.register(fields.name, package, results.metrics)
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
                reads: inputs.reads, writes: [reference] + references.compactMap { $0.1.reference })
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
    let track: Reference?
    let framework: String?
    /// The model's name.
    let name: String

    init(_ request: StepRequest) throws(CallError) {
        let fields = StepFields(request)
        command = try fields.texts("command")
        files = try RecipeFiles(named: try fields.texts("files"), command: command, in: request.recipeFolder)
        inputs = try fields.object("inputs")
        params = try fields.object("params")
        env = try fields.object("env")
        track = try fields.optionalReference("track")
        framework = try fields.optionalText("framework")
        name = try fields.optionalText("register") ?? TableName.of(step: request.context.operation)
        try ProgramRun.check(params: params)
    }
}
