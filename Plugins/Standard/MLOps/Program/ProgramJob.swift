// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A program of a step on the workers that a place offers, with all that it finds beside Converge.
struct ProgramJob: Sendable {
    let place: Reference
    let command: [String]
    let files: RecipeFiles
    let params: ObjectValue
    let env: ObjectValue
    var image: String?
    var framework: String?
    var workers = 1
    /// Where several programs run for one step, what tells this one from the others.
    var part: String?
    let request: StepRequest

    /// Runs the program, or goes on with the run that there is.
    ///
    /// - Parameters:
    ///   - folder: Gets what it leaves: `model`, `artifacts`, `metrics.json`.
    ///   - sent: A folder for what it is sent, where it does not run yet.
    ///   - model: The folder of a model that it judges.
    ///   - leaves: Variables that name files for it to write, by those files' names below `artifacts`.
    ///   - inputs: Made only where the program does not run yet.
    func run(
        in folder: String, sending sent: String, model: String? = nil, leaves: [String: String] = [:],
        _ inputs: () async throws(CallError) -> ProgramInputs
    ) async throws(CallError) -> ProgramRun.Results {
        let runner = try await request.host.facet((any JobRunner).self, named: "JobRunner", of: place)
        var own = request
        if let part {
            let mark = request.host.services.hashing.sha256(Array("\(request.context.token.text) \(part)".utf8))
            own.context.token = OperationToken(
                mark.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
        }
        let job = JobRun(runner: runner, command: command, workers: workers, request: own, isPart: part != nil)
        return try await job.run(in: folder) { () throws(CallError) in
            let work = sent + "/work"
            try FileCopy.makeFolder(sent)
            try FileCopy.makeFolder(work)
            let inputs = try await inputs()
            try files.copy(to: work)
            var carried = inputs.carried
            if let model {
                carried.append(
                    JobProgram.Input(name: "converge-model", variable: "CONVERGE_MODEL", path: model, isFolder: true))
            }
            var program = JobProgram(
                command: command, folder: work, inputs: carried, parameters: params,
                environment: try ProgramRun.told(params, request).merging(inputs.told).merging(env), image: image,
                framework: framework)
            program.leaves = leaves
            return program
        }
    }
}
