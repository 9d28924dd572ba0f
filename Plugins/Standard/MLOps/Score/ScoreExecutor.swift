// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Asks models about the rows of tables: a small program of this plugin starts the model's own and carries questions and
/// answers, here or on workers.
struct ScoreExecutor: StepExecutor {
    let kind = "Score"

    private static let command = ["sh", "-c", #"exec python3 "$CONVERGE_INPUT_SCORER""#]

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let data = try fields.reference("data")
        let model = try fields.optionalReference("model")
        let into = try fields.optionalReference("into") ?? data
        let modelFolder = if let model { try await ProgramInputs.keptPath(of: model, request) } else { String?.none }
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: into)
        let params: ObjectValue = [
            "types": data.attributes["columns"] ?? [:], "keep": .list(try fields.texts("keep").map { .string($0) }),
            "endpoint": try await address(of: try fields.optionalReference("endpoint"), request),
            "start_timeout": .float(try fields.duration("start_timeout").seconds)
        ]
        let rows = ProgramRows(
            table: try fields.optionalText("table") ?? TableName.of(step: request.context.operation), mode: .replace,
            field: "data", request: request)
        return try await request.host.services.files.withScratchFolder { folder throws(CallError) in
            let inputs: ObjectValue = [
                "data": .reference(data), "scorer": .reference(try await scorer(in: folder, request))
            ]
            let files = try RecipeFiles(named: [], command: [], in: request.recipeFolder)
            let inputsFolder = folder + "/inputs"
            var output = folder + "/output"
            if let workers = try fields.optionalReference("in") {
                let home = folder + "/run"
                try FileCopy.makeFolder(home)
                let job = ProgramJob(
                    place: workers, command: Self.command, files: files, params: params, env: [:],
                    image: try fields.optionalText("image"), framework: try fields.optionalText("framework"),
                    request: request)
                let results = try await job.run(
                    in: home, sending: folder + "/sent", model: modelFolder, leaves: ["CONVERGE_OUTPUT": "output"]
                ) { () throws(CallError) in try await ProgramInputs.prepare(inputs, in: inputsFolder, request) }
                output = results.artifactsFolder + "/output"
            } else {
                let program = ProgramRun(
                    command: Self.command, files: files, params: params, env: [:],
                    inputs: try await ProgramInputs.prepare(inputs, in: inputsFolder, request),
                    inputsFolder: inputsFolder, request: request)
                var results: ObjectValue = ["CONVERGE_OUTPUT": .string(output)]
                if let modelFolder { results["CONVERGE_MODEL"] = .string(modelFolder) }
                try await program.run(in: folder, results: results)
            }
            let (description, count) = try await rows.load(output, into: store)
            let reference = description.reference(in: into.resource)
            return StepResponse(
                outputs: ["table": .reference(reference), "rows": .int(description.rows ?? count)],
                reads: [data] + (model.map { [$0] } ?? []), writes: [reference])
        }
    }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        // What an endpoint serves changes without this step.
        guard try StepFields(request).optionalReference("endpoint") == nil else { return false }
        return try await response.isIntact(request)
    }

    /// Where questions go; null without an endpoint.
    private func address(of endpoint: Reference?, _ request: StepRequest) async throws(CallError) -> Value {
        guard let endpoint else { return .null }
        let host = try await request.host.facet((any ModelHost).self, named: "ModelHost", of: endpoint)
        let deployment = try await host.current(request.context)
        guard deployment.url.hasPrefix("http://127.0.0.1:") else {
            throw CallError(
                .unsupported(feature: "endpoint"), "questions to \(deployment.url) have to be signed by the platform",
                help: ["give `model` in the place of `endpoint`"]
            ).about("endpoint")
        }
        return .string(deployment.url)
    }

    private func scorer(in folder: String, _ request: StepRequest) async throws(CallError) -> Reference {
        let path = folder + "/score.py"
        try await request.host.services.files.writeAtomically(PackageResources.score_py, to: path, mode: 0o600)
        return try await request.host.services.files.keep(path: path).reference(name: "scorer")
    }
}
