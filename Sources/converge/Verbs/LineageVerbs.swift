// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import Shell

struct LineageVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage",
        abstract: "Shows what something was made with: files, tables, models, steps and resources before it.",
        discussion: LineageCommand.discussion)

    @OptionGroup var command: LineageCommand

    func run() async throws { try await command.run(.sources) }
}

struct ImpactVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "impact",
        abstract: "Shows what is made with something: what a change of it would reach.",
        discussion: LineageCommand.discussion)

    @OptionGroup var command: LineageCommand

    func run() async throws { try await command.run(.targets) }
}

/// What `lineage` and `impact` take and do.
struct LineageCommand: ParsableArguments {
    static let discussion =
        "From what the newest run of each workflow read and wrote, what is recorded of resources, and what a recipe declares."

    @Argument(help: "A table, model, endpoint, resource, workflow, step or file, such as orders or table:orders.")
    var subject: String
    @Argument(help: "A recipe whose declarations count, too; at the prompt left out.") var recipe: String?
    @Option(help: "The module that is meant, where several have something of the name.") var module: String?
    @OptionGroup var shared: SharedOptions

    func run(_ direction: LineageGraph.Direction) async throws {
        let workspace = try Workspace(RecipeArgument(recipe), shared, needsRecipe: false)
        try await workspace.checkEnvironment()
        let graph = try await graph(workspace)
        let (meaning, others) = try choose(graph, prompt: recipe == nil ? workspace.module : nil)
        let renderer = LineageRenderer(graph, direction)
        let output = workspace.output
        if shared.json {
            output.print(document: renderer.document(meaning.starts))
            return
        }
        output.print(renderer.text(meaning.starts, output.style), terminator: "")
        if meaning.starts.allSatisfy({ graph.neighbours(of: $0, direction).isEmpty }) {
            output.print(direction == .sources ? "Nothing is known to lead to it." : "Nothing is known to come of it.")
        }
        if !others.isEmpty {
            output.say("Of that name, too: \(others.map { "\($0.word):\($0.name)" }.joined(separator: ", ")).")
        }
    }

    private func graph(_ workspace: Workspace) async throws -> LineageGraph {
        let ledger = workspace.engine.ledger
        var reading = LineageReading(kinds: workspace.kinds)
        reading.take(try await ledger.records(environment: workspace.environment))
        for run in try await newestRuns(workspace) { reading.take(run, try await ledger.operations(run: run.id)) }
        if recipe != nil {
            reading.take(try await workspace.program())
        } else if workspace.origin != nil {
            // What the module at the prompt has wrong is told by `check`.
            do { reading.take(try await workspace.program()) } catch is Diagnostics {}
        }
        return reading.graph
    }

    /// Of each workflow the newest run that ended well, else the newest.
    private func newestRuns(_ workspace: Workspace) async throws -> [RunRecord] {
        let runs = try await workspace.engine.ledger.runs(environment: workspace.environment, limit: 10_000)
            .filter { $0.purpose == .workflow }
        return Dictionary(grouping: runs) { "\($0.module)\n\($0.workflow ?? "")" }.values.compactMap { runs in
            runs.first { $0.status == .succeeded } ?? runs.first
        }.sorted { $0.started < $1.started }
    }

    private func choose(
        _ graph: LineageGraph, prompt: String?
    ) throws(Diagnostic) -> (meaning: LineageGraph.Meaning, others: [LineageGraph.Meaning]) {
        var found = graph.meanings(of: subject)
        if let module { found = found.filter { $0.module == module || $0.module.isEmpty } }
        if module == nil, let prompt, found.contains(where: { $0.module == prompt }) {
            found = found.filter { $0.module == prompt || $0.module.isEmpty }
        }
        guard let first = found.first else {
            throw Diagnostic(
                .noSuchResource, "nothing that is declared here or that a run told of is called '\(subject)'",
                help: NearestName.find(subject, in: graph.names).map { ["did you mean '\($0)'?"] } ?? [
                    "show    lists what there is", "runs    lists what was run"
                ])
        }
        let alike = Set(found.filter { $0.word == first.word }.map(\.module))
        if alike.count > 1 {
            throw Diagnostic(
                .severalOfAddress, "'\(subject)' may be of \(alike.sorted().joined(separator: " or "))",
                help: alike.sorted().map { "--module \($0)" })
        }
        return (first, Array(found.dropFirst()))
    }
}
