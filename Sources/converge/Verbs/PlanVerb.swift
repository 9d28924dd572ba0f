// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Ledger
import Planning
import Shell

struct PlanVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Shows what apply would change, and why.",
        discussion: """
            An address is that of a resource, such as lake, lake/bucket or note["a"]; a name stands for all that a loop or a
            module made under it.
            """)

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @Flag(help: "Ends with 2 where something would change.") var check = false
    @Option(help: "Writes the plan to a file that `apply` takes, once.") var out: String?
    @OptionGroup var selected: SelectionOptions
    @OptionGroup var reading: ReadingOptions

    func run() async throws {
        let workspace = try Workspace(recipe, shared)
        let selection = selected.selection
        let program =
            selection.isOffline ? try await workspace.offlineProgram() : try await workspace.program()
        let flow = workspace.applyFlow(parallelism: reading.parallelism, events: false)
        let preview = try await workspace.watching { try await flow.preview(program, selection: selection) }
        if let out {
            try workspace.save(preview, of: program, isDestroy: false, to: out)
        }
        let renderer = PlanRenderer(style: workspace.output.style)
        if let former = try await workspace.engine.formerModule(of: program) {
            workspace.output.say(former.sentence + " `apply` asks whether it was renamed.")
        }
        if shared.json {
            workspace.output.print(document: renderer.document(preview.plan))
        } else {
            if let holder = try workspace.busyHolder() {
                workspace.output.say(
                    "The environment is being changed right now by \(holder.description), since \(holder.since): this "
                        + "plan shows it in the middle of that.")
            } else if !preview.openOperations.isEmpty {
                workspace.output.say(
                    "An earlier command was interrupted; apply settles \(preview.openOperations.count) open "
                        + "operation\(preview.openOperations.count == 1 ? "" : "s") first.")
            }
            workspace.output.print(renderer.text(preview.plan), terminator: "")
            if let out { workspace.output.print("Saved to \(out); `apply \(out)` applies it.") }
        }
        if check, !preview.plan.isEmpty { throw ExitCode.differences }
    }
}
