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
        discussion: "What the runs of a recipe gave stays until what the recipe made is destroyed.")

    @OptionGroup var shared: SharedOptions
    @Flag(help: "Does not ask.") var yes = false

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let (engine, output) = (workspace.engine, workspace.output)
        let sweep = ArtifactSweep(stateFolder: engine.project.stateFolder)
        let found = try sweep.unreachable(try await engine.ledger.textsOfWhatIsThere())
        if found.isEmpty { return tell([], workspace) }
        if !yes {
            if !shared.json {
                for item in found { output.print("\(item.digest.prefix(12))  \(Value.size(item.size).literal)") }
            }
            let question = Question(output: output, interruption: workspace.interruption)
            let text = "Free \(Self.count(found)), \(Self.size(found))?"
            let answer = try await workspace.watching { try await question.confirm(text) }
            if !answer { throw Diagnostic(.notConfirmed, "declined; nothing was changed") }
        }
        // What was begun meanwhile counts, too; and what is begun while this works stores its content anew.
        let begun = engine.services.clock.now()
        let texts = try await engine.ledger.textsOfWhatIsThere()
        let freed = try engine.ledger.whileAlone { () throws(CallError) in
            try sweep.free(try sweep.unreachable(texts), unlessStoredSince: begun)
        }
        try await note(freed, begun, workspace)
        tell(freed, workspace)
    }

    private func note(
        _ freed: [ArtifactSweep.Found], _ time: Timestamp, _ workspace: Workspace
    ) async throws(Diagnostic) {
        let here = LeaseHolder.current(command: "")
        try await workspace.engine.ledger.audit(
            AuditEntry(
                time: time, actor: here.user, host: here.host, action: "clean", environment: workspace.environment,
                module: "", detail: "freed \(Self.count(freed)), \(Self.size(freed))"))
    }

    private func tell(_ freed: [ArtifactSweep.Found], _ workspace: Workspace) {
        if shared.json {
            workspace.output.print(document: [
                "freed": .list(freed.map { .object(["digest": .string($0.digest), "size": .int($0.size)]) }),
                "bytes": .int(freed.reduce(0) { $0 + $1.size })
            ])
        } else if freed.isEmpty {
            workspace.output.print("Nothing to free: everything that is kept is named somewhere.")
        } else {
            workspace.output.print("Freed \(Self.count(freed)), \(Self.size(freed)).")
        }
    }

    private static func count(_ found: [ArtifactSweep.Found]) -> String {
        "\(found.count) model\(found.count == 1 ? " or artifact" : "s and artifacts")"
    }

    private static func size(_ found: [ArtifactSweep.Found]) -> String {
        Value.size(found.reduce(0) { $0 + $1.size }).literal
    }
}
