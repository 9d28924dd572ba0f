// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import Shell

struct EnvironmentVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environment", abstract: "Lists, shows and compares the project's environments.",
        subcommands: [EnvironmentListVerb.self, EnvironmentShowVerb.self, EnvironmentCompareVerb.self])
}

struct EnvironmentListVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the environments that are declared, and those that the ledger knows.")

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        // A file that cannot be read is told instead of leaving its environments out.
        do { _ = try workspace.engine.environmentDefinition() } catch let problem as Diagnostic {
            guard problem.code == .noSuchEnvironment else { throw problem }
        }
        let declared = workspace.engine.environmentNames()
        let recorded = try await workspace.engine.ledger.environments().filter { !declared.contains($0) }
        var states: [EnvironmentState] = []
        for name in declared + recorded { states.append(try await EnvironmentState(workspace.engine(of: name))) }
        states.removeAll(where: \.isUnknown)
        if shared.json {
            workspace.output.print(document: ["environments": .list(states.map { .object($0.document) })])
            return
        }
        workspace.output.print(
            TableRenderer(style: workspace.output.style, width: workspace.output.width).text(
                ["ENVIRONMENT", "PROVIDERS", "POLICIES", "RESOURCES", "MODULES", "NEWEST VERSION"], states.map(\.row)),
            terminator: "")
    }
}

struct EnvironmentShowVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows an environment: providers, parameters, policies, and how much is there.")

    @Argument(help: "The environment; left out: the one of --env.") var name: String?
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        let state = try await workspace.environmentState(of: name ?? workspace.environment)
        if shared.json {
            workspace.output.print(document: ["environment": .object(state.document)])
        } else {
            workspace.output.print(
                state.text(workspace.output.style, width: workspace.output.width), terminator: "")
        }
    }
}

struct EnvironmentCompareVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Shows what differs between two environments; ends with 2 where something does.",
        discussion: "With a recipe: what it declares in the one and in the other. Without: what the ledger holds.")

    @Argument(help: "The first environment.") var first: String
    @Argument(help: "The second one.") var second: String
    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(recipe, shared, needsRecipe: false)
        let comparison = EnvironmentComparison(
            try await side(first, near: workspace), try await side(second, near: workspace),
            kinds: workspace.kinds)
        if shared.json {
            workspace.output.print(document: comparison.document)
        } else {
            workspace.output.print(
                comparison.isEmpty
                    ? "Nothing differs between \(first) and \(second).\n"
                    : comparison.text(workspace.output.style), terminator: "")
        }
        if !comparison.isEmpty { throw ExitCode.differences }
    }

    private func side(_ name: String, near workspace: Workspace) async throws -> EnvironmentComparison.Side {
        let state = try await workspace.environmentState(of: name)
        guard let origin = workspace.origin, recipe.recipe != nil || !origin.source.utf8.isEmpty else {
            return EnvironmentComparison.Side(recorded: state)
        }
        var own = shared
        own.environment = name
        do {
            return try EnvironmentComparison.Side(declared: try await Workspace(recipe, own).program(), state)
        } catch let problems as Diagnostics {
            throw Diagnostics(
                problems.all.map { problem in
                    var problem = problem
                    problem.notes.append("in environment \(name)")
                    return problem
                })
        }
    }
}

extension Workspace {
    /// The same project in another environment.
    func engine(of environment: String) -> Engine {
        environment == self.environment ? engine : invocation.engine(engine.project, environment: environment)
    }

    /// - Throws: Where neither the project nor the ledger knows the environment.
    func environmentState(of name: String) async throws -> EnvironmentState {
        let engine = engine(of: name)
        let state = try await EnvironmentState(engine)
        if state.isUnknown { _ = try engine.environmentDefinition() }
        return state
    }
}
