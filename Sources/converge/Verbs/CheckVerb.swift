// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Planning
import RecipeRuntime
import Shell

struct CheckVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Finds every error of a recipe and its imports, contacting nobody.")

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(recipe, shared)
        var problems = try workspace.check()
        if !problems.contains(where: { $0.severity == .error }) {
            problems += try workspace.checkTests()
            if Invocation.here().prompt == nil { problems += workspace.commands()?.problems ?? [] }
            // What only values show: bounds of parameters, keys of loops, what a mapping lacks.
            do {
                problems += Planner.contraryWishes(of: try await workspace.offlineProgram())
            } catch let more as Diagnostics {
                problems += more.all.filter { !Self.isMissingValue($0) }
            }
        }
        if shared.json {
            workspace.output.print(document: DiagnosticDocument.document(problems))
        } else {
            workspace.output.say(problems)
            if problems.isEmpty { workspace.output.print("No problems.") }
        }
        if problems.contains(where: { $0.severity == .error }) { throw ExitCode.failed }
    }

    /// A parameter without a value is no mistake of the recipe.
    private static func isMissingValue(_ problem: Diagnostic) -> Bool { problem.code == .parameterMissing }
}
