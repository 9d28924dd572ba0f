// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// One execution of a program of a step, in a fresh folder of its own.
///
/// The program finds copies of the recipe's files in its working folder, and by environment variables where its inputs
/// are (`CONVERGE_INPUT_NAME`; tables also as `inputs/NAME.csv`), its parameters (`CONVERGE_PARAMS`, a JSON file, and
/// each scalar as `CONVERGE_PARAM_NAME`), and where its results go. One that trains or judges a model:
/// `CONVERGE_METRICS`, a file for a JSON object of numbers; `CONVERGE_MODEL`, the model's folder;
/// `CONVERGE_ARTIFACTS`, a folder for anything else; `CONVERGE_SLICE`, the slice of the data that is measured. One that
/// makes a table: `CONVERGE_OUTPUT`, a file for its rows.
struct ProgramRun: Sendable {
    let command: [String]
    let files: RecipeFiles
    let params: ObjectValue
    let env: ObjectValue
    let inputs: ProgramInputs
    /// Where the tables of the inputs are.
    let inputsFolder: String
    let request: StepRequest

    struct Results: Sendable {
        var metrics: ObjectValue
        var artifactsFolder: String
    }

    private static let keptLines = 15

    /// Runs a program that trains or judges a model.
    ///
    /// - Parameters:
    ///   - folder: An empty folder for this run alone.
    ///   - model: The model's folder: one to fill, or one to judge.
    func run(in folder: String, model: String) async throws(CallError) -> Results {
        let (artifacts, metrics) = (folder + "/artifacts", folder + "/metrics.json")
        try FileCopy.makeFolder(artifacts)
        try await run(
            in: folder,
            results: [
                "CONVERGE_METRICS": .string(metrics), "CONVERGE_MODEL": .string(model),
                "CONVERGE_ARTIFACTS": .string(artifacts)
            ])
        return Results(metrics: try Self.metrics(at: metrics), artifactsFolder: artifacts)
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - folder: An empty folder for this run alone.
    ///   - results: The variables that tell where its results go.
    func run(in folder: String, results: ObjectValue) async throws(CallError) {
        let (work, paramsFile) = (folder + "/work", folder + "/params.json")
        try FileCopy.makeFolder(work)
        try files.copy(to: work)
        try FilePath.link(inputsFolder, at: work + "/inputs")
        let services = request.host.services
        try await services.files.writeAtomically(
            Array(Value.object(params).indentedJSON().utf8), to: paramsFile, mode: 0o600)

        var environment = inputs.environment.merging(results)
        environment["CONVERGE_PARAMS"] = .string(paramsFile)
        environment = environment.merging(try Self.told(params, request))
        let outcome = try await CommandRun(
            command: absolute(command, in: work), environment: environment.merging(env), folder: work, request: request
        ).run()
        do throws(CallError) {
            try outcome.check(named: command.joined(separator: " "), code: .programFailed, help: "mend the program")
        } catch {
            throw error.about("command")
        }
    }

    /// The variables that tell a program, wherever it runs, of which run it is a part and its scalar parameters.
    static func told(_ params: ObjectValue, _ request: StepRequest) throws(CallError) -> ObjectValue {
        var variables: ObjectValue = ["CONVERGE_RUN": .string(request.context.run)]
        for entry in params {
            guard let text = try scalar(entry.value) else { continue }
            variables["CONVERGE_PARAM_" + ProgramInputs.variableName(entry.key)] = .string(text)
        }
        return variables
    }

    /// Refuses parameters that would be written to files in clear.
    static func check(params: ObjectValue) throws(CallError) {
        for entry in params where entry.value.containsSecret {
            throw CallError(
                .invalid,
                Diagnostic(
                    .secretParameter, "the parameter '\(entry.key)' holds a secret, and parameters are recorded",
                    help: ["hand it over in `env`"])
            ).about("params")
        }
    }

    /// A program named by a path is found in the working folder whatever the folder of the caller.
    private func absolute(_ command: [String], in folder: String) -> [String] {
        guard let program = command.first, program.contains("/"), !program.hasPrefix("/") else { return command }
        return [FilePath.absolute(program, in: folder)] + command.dropFirst()
    }

    private static func scalar(_ value: Value) throws(CallError) -> String? {
        switch value {
        case .null, .list, .object: nil
        default: try PlainText.render(value)
        }
    }

    /// The numbers that the program left; none where it left no file.
    static func metrics(at path: String) throws(CallError) -> ObjectValue {
        guard case .file = FilePath.status(path) else { return [:] }
        let value: Value
        do {
            value = try Value(foreignJSON: try FilePath.bytes(of: path, named: "$CONVERGE_METRICS", limit: 16 << 20))
        } catch let error as JSONError {
            throw unusableMetrics("the file is not JSON at byte \(error.offset): \(error.reason)")
        } catch let error as CallError {
            throw error
        } catch {
            throw unusableMetrics("\(error)")
        }
        guard let object = value.object else {
            throw unusableMetrics("the file holds \(value.typeName), not an object")
        }
        var metrics = ObjectValue()
        for entry in object {
            guard let number = entry.value.number else {
                throw unusableMetrics("'\(entry.key)' is \(entry.value.literal), not a number")
            }
            metrics[entry.key] = .float(number)
        }
        return metrics
    }

    private static func unusableMetrics(_ what: String) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .unusableMetrics, "the program's metrics cannot be used: \(what)",
                help: ["let it write one JSON object of numbers to the file that $CONVERGE_METRICS names"])
        ).about("command")
    }
}
