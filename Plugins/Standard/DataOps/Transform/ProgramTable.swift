// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A table of the rows that a program writes.
struct ProgramTable: Sendable {
    private let command: [String]
    /// The store that keeps the table.
    private let place: Reference
    /// What offers workers; nil for this machine.
    private let workers: Reference?
    private let image: String?
    private let framework: String?
    private let table: String
    private let mode: WriteMode
    private let files: RecipeFiles
    private let inputs: ObjectValue
    private let params: ObjectValue
    private let env: ObjectValue
    private let request: StepRequest

    init(_ command: [String], _ place: Reference, _ request: StepRequest) throws(CallError) {
        let fields = StepFields(request)
        self.command = command
        if let into = try fields.optionalReference("into") {
            (self.place, workers) = (into, place)
        } else {
            (self.place, workers) = (place, nil)
        }
        image = try fields.optionalText("image")
        framework = try fields.optionalText("framework")
        table = try fields.optionalText("table") ?? TableName.of(step: request.context.operation)
        mode = try fields.text("mode") == "append" ? .append : .replace
        files = try RecipeFiles(named: try fields.texts("files"), command: command, in: request.recipeFolder)
        inputs = try fields.object("inputs")
        params = try fields.object("params")
        env = try fields.object("env")
        self.request = request
        try ProgramRun.check(params: params)
    }

    /// Runs the program and loads what it wrote.
    func make() async throws(CallError) -> StepResponse {
        let store = try await store()
        return try await request.host.services.files.withScratchFolder { folder throws(CallError) in
            let inputsFolder = folder + "/inputs"
            var output = folder + "/output"
            if let workers {
                let home = folder + "/run"
                try FileCopy.makeFolder(home)
                let job = ProgramJob(
                    place: workers, command: command, files: files, params: params, env: env, image: image,
                    framework: framework, request: request)
                let results = try await job.run(
                    in: home, sending: folder + "/sent", leaves: ["CONVERGE_OUTPUT": "output"]
                ) { () throws(CallError) in try await ProgramInputs.prepare(self.inputs, in: inputsFolder, request) }
                output = results.artifactsFolder + "/output"
            } else {
                let inputs = try await ProgramInputs.prepare(self.inputs, in: inputsFolder, request)
                let program = ProgramRun(
                    command: command, files: files, params: params, env: env, inputs: inputs,
                    inputsFolder: inputsFolder, request: request)
                try await program.run(in: folder, results: ["CONVERGE_OUTPUT": .string(output)])
            }
            let (description, rows) = try await ProgramRows(
                table: table, mode: mode, field: "command", request: request
            )
            .load(output, into: store)
            let reference = description.reference(in: place.resource)
            return StepResponse(
                outputs: ["table": .reference(reference), "rows": .int(description.rows ?? rows)],
                reads: inputs.compactMap(\.value.reference), writes: [reference])
        }
    }

    private func store() async throws(CallError) -> any TableStore {
        do throws(CallError) {
            return try await request.host.facet((any TableStore).self, named: "TableStore", of: place)
        } catch {
            guard workers == nil, case .unsupported = error.reason else { throw error }
            throw CallError(
                .unsupported(feature: "TableStore"),
                "'\(place.resource?.text ?? place.name)' runs programs, and keeps no tables",
                help: ["name in `into` the store that keeps the table"]
            ).about("into")
        }
    }
}
