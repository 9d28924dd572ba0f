// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import PluginHost
import Shell

struct LedgerCleanVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Frees models and artifacts that nothing names any more: no resource, endpoint, tracker or run.",
        discussion:
            "What the runs of a recipe gave stays until what the recipe made is destroyed, and large outputs that a backup names "
            + "as long as the backup is kept. With the rest go encrypted values to which nothing in the ledger refers.")

    @OptionGroup var shared: SharedOptions
    @Flag(help: "Does not ask.") var yes = false

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let (engine, output) = (workspace.engine, workspace.output)
        let sweep = ArtifactSweep(stateFolder: engine.project.stateFolder)
        let found = try sweep.unreachable(try await texts(engine))
        let sealed = try await engine.ledger.forsakenSealedValues()
        if found.isEmpty, sealed == 0 { return tell([], 0, workspace) }
        if !yes {
            if !shared.json {
                for item in found { output.print("\(item.digest.prefix(12))  \(Value.size(item.size).literal)") }
            }
            let question = Question(output: output, interruption: workspace.interruption)
            let text = "Free \(Self.words(found, sealed))?"
            let answer = try await workspace.watching { try await question.confirm(text) }
            if !answer { throw Diagnostic(.notConfirmed, "declined; nothing was changed") }
        }
        // What was begun meanwhile counts, too; and what is begun while this works stores its content anew.
        let begun = engine.services.clock.now()
        let texts = try await texts(engine)
        let freed = try engine.ledger.whileAlone { () throws(CallError) in
            try sweep.free(try sweep.unreachable(texts), unlessStoredSince: begun)
        }
        let unsealed = sealed == 0 ? 0 : try engine.ledger.freeSealedValues()
        try await note(freed, unsealed, begun, workspace)
        tell(freed, unsealed, workspace)
    }

    private func texts(_ engine: Engine) async throws(Diagnostic) -> [String] {
        try await engine.ledger.textsOfWhatIsThere() + engine.ledger.textsOfBackups()
    }

    private func note(
        _ freed: [ArtifactSweep.Found], _ sealed: Int, _ time: Timestamp, _ workspace: Workspace
    ) async throws(Diagnostic) {
        let here = LeaseHolder.current(command: "")
        try await workspace.engine.ledger.audit(
            AuditEntry(
                time: time, actor: here.user, host: here.host, action: "clean", environment: workspace.environment,
                module: "", detail: "freed \(Self.words(freed, sealed))"))
    }

    private func tell(_ freed: [ArtifactSweep.Found], _ sealed: Int, _ workspace: Workspace) {
        if shared.json {
            workspace.output.print(document: [
                "freed": .list(freed.map { .object(["digest": .string($0.digest), "size": .int($0.size)]) }),
                "bytes": .int(freed.reduce(0) { $0 + $1.size }), "encrypted": .int(Int64(sealed))
            ])
        } else if freed.isEmpty, sealed == 0 {
            workspace.output.print("Nothing to free: everything that is kept is named somewhere.")
        } else {
            workspace.output.print("Freed \(Self.words(freed, sealed)).")
        }
    }

    private static func words(_ found: [ArtifactSweep.Found], _ sealed: Int) -> String {
        let values = "\(sealed) encrypted value\(sealed == 1 ? "" : "s") to which nothing refers"
        let content = "\(count(found)), \(size(found))"
        return sealed == 0 ? content : found.isEmpty ? values : "\(content), and \(values)"
    }

    private static func count(_ found: [ArtifactSweep.Found]) -> String {
        "\(found.count) model\(found.count == 1 ? " or artifact" : "s and artifacts")"
    }

    private static func size(_ found: [ArtifactSweep.Found]) -> String {
        Value.size(found.reduce(0) { $0 + $1.size }).literal
    }
}
