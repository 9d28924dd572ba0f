// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Ledger
import Planning
import Shell

struct CostVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Estimates what things cost in a month, by the price tables of the plugins.",
        discussion: """
            With a recipe: what it declares, beside what there is of it. Without: everything that is recorded in the \
            environment. What no table tells is unknown, and not counted. Platforms are not asked.
            """)

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @Option(help: "Sums up by resource, kind, capability, owner, module or label:NAME.") var by = "resource"

    func validate() throws {
        if CostReport.Grouping(by) == nil {
            throw ValidationError("--by takes \(CostReport.Grouping.words.joined(separator: ", ")), not '\(by)'")
        }
    }

    func run() async throws {
        let workspace = try Workspace(recipe, shared, needsRecipe: false)
        let grouping = CostReport.Grouping(by) ?? .resource
        let engine = workspace.engine
        let report: CostReport
        let isPlan = workspace.origin != nil
        if isPlan {
            report = try await engine.costReport(try await workspace.offlineProgram())
        } else {
            try await workspace.checkEnvironment()
            let records = try await engine.ledger.records(environment: workspace.environment)
                .filter { $0.status != .forgotten }
            report = try engine.costEstimator(of: records.map(\.kind)).report(records)
        }
        if shared.json {
            var document: ObjectValue = ["environment": .string(workspace.environment)]
            for entry in CostRenderer.object(report, by: grouping) { document[entry.key] = entry.value }
            workspace.output.print(document: document)
        } else {
            let renderer = CostRenderer(style: workspace.output.style, width: workspace.output.width)
            workspace.output.print(renderer.table(report, by: grouping, isPlan: isPlan), terminator: "")
        }
    }
}
