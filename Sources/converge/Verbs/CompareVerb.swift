// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Shell

struct CompareVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Shows what differs between two runs, or what a recipe becomes on two platforms.",
        discussion: """
            Of runs: parameters, metrics, outputs, times, and what steps went by. Of platforms, such as `compare local aws \
            shop.recipe`: which service carries each resource there and what it makes, and what keeps the recipe from being \
            portable; ends with 2 where something does.
            """)

    @Argument(help: "The first run, such as run-3, or a platform, such as local.") var first: String
    @Argument(help: "The second run or platform; left out: the newest run of that workflow.") var second: String?
    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let here = try Workspace(recipe, shared, needsRecipe: false)
        if let second, let platforms = here.platforms([first, second]) {
            return try comparePlatforms(platforms, here)
        }
        if recipe.recipe != nil {
            throw ValidationError(
                "A recipe is compared on two platforms, such as: compare local aws \(recipe.recipe ?? "")")
        }
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        let one = try await workspace.run(first)
        let other: String
        if let second {
            other = second
        } else {
            let runs = try await workspace.engine.ledger.runs(environment: one.0.environment, limit: 1000)
            let alike = runs.first { run in
                run.id != one.0.id && run.purpose == one.0.purpose && run.workflow == one.0.workflow
                    && run.module == one.0.module
            }
            guard let alike else {
                throw Diagnostic(
                    .noSuchRun, "there is no other run to compare \(one.0.id) with", help: ["runs    lists the runs"])
            }
            other = alike.id
        }
        let latter = try await workspace.run(other)
        let comparison = RunComparison(
            first: RunComparison.Run(one.0, one.1), second: RunComparison.Run(latter.0, latter.1))
        if shared.json {
            workspace.output.print(document: comparison.document)
        } else {
            workspace.output.print(
                comparison.text(workspace.output.style, width: workspace.output.width), terminator: "")
        }
    }

    private func comparePlatforms(_ platforms: [String], _ workspace: Workspace) throws {
        guard let comparison = try workspace.comparison(on: platforms) else {
            throw ValidationError("Which recipe? Give a file, or - for standard input.")
        }
        if shared.json {
            workspace.output.print(document: comparison.document)
        } else {
            workspace.output.print(
                comparison.text(workspace.output.style, width: workspace.output.width), terminator: "")
        }
        if !comparison.isPortable { throw ExitCode.differences }
    }
}
