// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Runs programs in the recipe's folder.
struct ShellExecutor: StepExecutor {
    let kind = "Shell"

    /// What is printed is a value of the run; a longer one is refused.
    private static let longestOutput = 16 << 20

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = StepFields(request)
        let (command, name) = try Self.command(fields)
        let outcome = try await CommandRun(
            command: command, environment: try fields.object("env"), folder: request.recipeFolder, request: request,
            keptOutput: Self.longestOutput
        ).run()
        let mayFail = try fields.flag("allow_failure")
        let field = fields.value("run").isNull ? "command" : "run"
        if !mayFail {
            do throws(CallError) {
                try outcome.check(
                    named: name, code: .commandFailed,
                    help: "mend the command, or set allow_failure: true where the code is a result")
            } catch {
                throw error.about(field)
            }
        }
        if outcome.result.isCut {
            throw CallError(
                .failed,
                Diagnostic(
                    .outputTooLong, "'\(name)' printed more than \(Self.longestOutput >> 20) MiB",
                    help: ["let it write to a file, as in `… > out.txt`, and name that in `writes`"])
            ).about(field)
        }
        guard var output = String(validating: outcome.result.output, as: UTF8.self) else {
            throw CallError(
                .failed,
                Diagnostic(
                    .outputNotText, "what '\(name)' printed is not UTF-8",
                    help: ["let it print text alone, and write other bytes to a file"])
            ).about(field)
        }
        while output.last?.isNewline == true { output.removeLast() }
        let written = mayFail && outcome.code != 0 ? [] : try await Self.written(fields, request)
        return StepResponse(
            outputs: ["stdout": .string(output), "code": .int(outcome.code)],
            reads: try fields.texts("reads").map { Reference(type: "Artifact", resource: nil, name: $0) },
            writes: written)
    }

    func sources(_ request: StepRequest) async throws(CallError) -> [String] {
        var paths: [String] = []
        for name in try StepFields(request).texts("reads") {
            let path = FilePath.absolute(name, in: request.recipeFolder)
            if case .missing(let code) = FilePath.status(path) { throw .unreadable(name, code).about("reads") }
            paths.append(path)
        }
        return paths
    }

    /// A program that says what it writes need not run again while that is as it left it.
    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        guard response.outputs["code"] == .int(0), !response.writes.isEmpty else { return false }
        do throws(CallError) {
            return try await Self.written(StepFields(request), request) == response.writes
        } catch  where error.reason == .notFound || error.reason == .failed {
            return false
        }
    }

    /// The command, and its name in messages.
    private static func command(_ fields: StepFields) throws(CallError) -> (command: [String], name: String) {
        let command = try fields.texts("command")
        let run = fields.value("run")
        guard command.isEmpty else { return (command, command.joined(separator: " ")) }
        let line = try ShellText.render(run)
        return (["sh", "-c", line], line.count > 120 ? line.prefix(120) + "…" : line)
    }

    /// The files and folders that the step says it makes, as they are now.
    private static func written(_ fields: StepFields, _ request: StepRequest) async throws(CallError) -> [Reference] {
        var references: [Reference] = []
        for name in try fields.texts("writes") {
            let path = FilePath.absolute(name, in: request.recipeFolder)
            if case .missing = FilePath.status(path) {
                throw CallError(
                    .failed,
                    Diagnostic(
                        .promiseNotKept, "the command ended well and did not make '\(name)'",
                        help: ["let it make that in the recipe's folder, or take it out of `writes`"])
                ).about("writes")
            }
            let digest = try await request.host.services.hashing.digest(ofPath: path)
            references.append(
                Reference(
                    type: "Artifact", resource: nil, name: name,
                    attributes: ["path": .string(path), "digest": .string(digest)]))
        }
        return references
    }
}
