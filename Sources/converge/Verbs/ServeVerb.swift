// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import PluginHost

struct ServeVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs workflows by their triggers, and keeps services going, until it is asked to end.",
        discussion: """
            Without a recipe it serves all of the project that have triggers. It reads a recipe anew when its file \
            changes; one that has errors is served as it was before. Each firing is recorded before its run begins. \
            Ctrl-C or SIGTERM lets runs finish what is in flight, and the next `converge serve` goes on with them; a \
            second one stops them now.
            """)

    @ArgumentParser.Argument(help: "The recipes; left out for all of the project.") var recipes: [String] = []
    @OptionGroup var shared: SharedOptions
    @Option(help: "How many runs are under way at once.") var runs = 4
    @Option(
        help: ArgumentHelp(
            "Answers on this address of the machine itself: webhooks, /metrics and /healthz.",
            valueName: "127.0.0.1:PORT"))
    var listen: String?

    func validate() throws {
        guard (1...256).contains(runs) else { throw ValidationError("--runs takes a number from 1 to 256") }
        if let listen, LoopbackAddress(listen) == nil {
            throw ValidationError("--listen takes an address of this machine, such as 127.0.0.1:8080, not '\(listen)'")
        }
    }

    func run() async throws {
        let paths = recipes.map { Paths.absolute($0) }
        let workspace = try Workspace(RecipeArgument(recipes.first), shared, needsRecipe: false)
        let project = workspace.engine.project
        for path in paths where Project.containing(Paths.parent(path)) != project {
            throw Diagnostic(
                .serveFailed, "\(Paths.shown(path)) belongs to another project than \(Paths.shown(paths[0]))",
                help: ["serve each project by a process of its own"])
        }
        try workspace.checkDeclared()
        let log = ServeLog(
            output: workspace.output, clock: workspace.engine.services.clock, isJSON: shared.json)
        let daemon = Daemon(
            workspace: workspace, shared: shared, recipes: paths.isEmpty ? nil : paths, log: log, mostRuns: runs,
            port: listen.flatMap { LoopbackAddress($0)?.port })
        try await workspace.watching {
            try await workspace.engine.ledger.withLease(
                .serve(environment: workspace.environment), wait: .zero
            ) { (_) throws(Diagnostic) in
                do { try await daemon.serve() } catch {
                    throw error.asDiagnostics.first ?? Diagnostic(.serveFailed, "\(error)")
                }
            }
        }
    }
}
