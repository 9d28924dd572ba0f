// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A table of the rows that a program writes.
struct ProgramTable: Sendable {
    private let command: [String]
    private let place: Reference
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
        self.place = place
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
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: place)
        return try await request.host.services.files.withScratchFolder { folder throws(CallError) in
            let inputsFolder = folder + "/inputs"
            let inputs = try await ProgramInputs.prepare(self.inputs, in: inputsFolder, request)
            let program = ProgramRun(
                command: command, files: files, params: params, env: env, inputs: inputs, inputsFolder: inputsFolder,
                request: request)
            let output = folder + "/output"
            try await program.run(in: folder, results: ["CONVERGE_OUTPUT": .string(output)])
            let (description, rows) = try await load(output, into: store)
            let reference = description.reference(in: place.resource)
            return StepResponse(
                outputs: ["table": .reference(reference), "rows": .int(description.rows ?? rows)],
                reads: inputs.reads, writes: [reference])
        }
    }

    private func load(
        _ path: String, into store: any TableStore
    ) async throws(CallError) -> (TableDescription, rows: Int64) {
        guard case .file(let size) = FilePath.status(path) else {
            throw withoutRows("the program wrote no file to $CONVERGE_OUTPUT")
        }
        let file = SourceFile(name: "$CONVERGE_OUTPUT", path: path, size: size)
        let layout = RowLayout(format: try format(of: file), delimiter: nil, hasHeader: true, declared: [:])
        let load = FileLoad([file], layout, field: "command", request)
        let discovery = try await load.discover { discovery throws(CallError) in try check(discovery) }
        return (try await load.load(discovery, into: store, table: table, mode: mode), discovery.good)
    }

    /// No header begins with a brace, and every line of JSON does.
    private func format(of file: SourceFile) throws(CallError) -> SourceFile.Format {
        do throws(CallError) {
            let window = ByteWindow(try file.open())
            try window.skipByteOrderMark()
            while true {
                while window.position < window.end {
                    switch window.bytes[window.position] {
                    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                        window.position += 1
                    case UInt8(ascii: "{"): return .jsonLines
                    default: return .csv
                    }
                }
                if window.isAtEnd { return .csv }
                try window.extend()
            }
        } catch {
            throw error.about("command")
        }
    }

    private func check(_ discovery: Discovery) throws(CallError) {
        if discovery.bad > 0 {
            throw CallError(
                .failed,
                Diagnostic(
                    .programBrokenRows,
                    "\(discovery.bad) of \(discovery.good + discovery.bad) rows that the program wrote "
                        + (discovery.bad == 1 ? "is broken" : "are broken"),
                    notes: (discovery.firstBad.map { ["the first: \($0)"] } ?? []) + ["nothing was loaded"],
                    help: ["let it write whole CSV with a header, or one JSON object a line"]))
        }
        if discovery.columns.isEmpty { throw withoutRows("what the program wrote to $CONVERGE_OUTPUT has no columns") }
    }

    private func withoutRows(_ message: String) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .programWithoutRows, message, notes: ["nothing was loaded"],
                help: ["let it write a header and its rows to the file that $CONVERGE_OUTPUT names"])
        ).about("command")
    }
}
