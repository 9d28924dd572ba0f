// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import Shell

struct DriftVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift",
        abstract: "Shows what others changed since it was last recorded; ends with 2 where something differs.",
        discussion: """
            `apply` puts it right. --accept takes it over: it writes the recipe's fields as they are there, takes out what
            declares things that are gone, shows the edit and asks first. Where a value comes from somewhere else, it says what to change instead.
            """)

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @Flag(help: "Makes the recipe and the ledger say what is there.") var accept = false
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Accepts what was changed of this resource alone.", valueName: "address"))
    var only: [String] = []
    @OptionGroup var change: ChangeOptions

    func validate() throws {
        if !accept, !only.isEmpty || change.yes { throw ValidationError("--only and --yes go with --accept.") }
        if change.events { throw ValidationError("`drift` tells no events: leave --events out.") }
    }

    func run() async throws {
        let workspace = try Workspace(recipe, shared)
        let program = try await workspace.program()
        let flow = workspace.applyFlow(parallelism: change.parallelism, events: false)
        if accept {
            let acceptance = DriftAcceptance(
                workspace: workspace, flow: flow, change: change, isJSON: shared.json,
                only: only.map(SelectionOptions.address))
            if try await !acceptance.run(program) { throw ExitCode.differences }
            return
        }
        let found = try await workspace.watching {
            let snapshot = try await workspace.engine.snapshot(
                environment: program.environment, module: program.module
            ).reached(by: program)
            let observations = try await Refresher(surroundings: flow.surroundings)
                .observations(of: snapshot, onProgress: flow.onRefresh)
            return DriftReport(snapshot: snapshot, observations: observations, kinds: workspace.kinds)
        }
        let open = try await workspace.engine.ledger.openOperations(environment: program.environment)
            .filter { $0.identity.module == program.module }
        if shared.json {
            workspace.output.print(
                document: found.document.merging(["open_operations": .int(Int64(open.count))]))
        } else {
            workspace.output.print(found.text(workspace.output.style), terminator: "")
            if let first = open.first {
                let rest = open.count > 1 ? " and \(open.count - 1) more" : ""
                workspace.output.say(
                    "An earlier command was interrupted at \(first.identity.address)\(rest), which is not looked at: "
                        + "`apply` settles it first.")
            }
        }
        if !found.isEmpty { throw ExitCode.differences }
    }
}

struct RefreshVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Takes what is there into the ledger, without changing anything.")

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let workspace = try Workspace(recipe, shared)
        let program = try await workspace.program()
        try workspace.beginChange()
        let flow = workspace.applyFlow(parallelism: change.parallelism, events: change.events)
        let ledger = workspace.engine.ledger
        let kinds = workspace.kinds
        let found = try await workspace.watching {
            try await workspace.engine.whileHoldingEnvironment(
                program.environment, wait: try change.waitDuration(), until: workspace.interruption
            ) { (lease) throws(Diagnostic) in
                _ = try await Settler(store: ledger, surroundings: flow.surroundings)
                    .settleAll(environment: program.environment, under: lease)
                let snapshot = try await workspace.engine.snapshot(
                    environment: program.environment, module: program.module
                ).reached(by: program)
                let observations = try await Refresher(surroundings: flow.surroundings)
                    .observations(of: snapshot, onProgress: flow.onRefresh)
                let report = DriftReport(snapshot: snapshot, observations: observations, kinds: kinds)
                let entries = report.accepted(at: flow.surroundings.clock.now())
                if !entries.isEmpty {
                    let line = report.line(
                        "refresh", "taken into the ledger", report.items.map(\.record.identity.address), of: program,
                        flow.surroundings)
                    try await ledger.append(entries + [.audit(line)], under: lease)
                }
                try await OperationalOutputs(store: ledger, surroundings: flow.surroundings)
                    .record(program, under: lease)
                return report
            }
        }
        if shared.json {
            workspace.output.print(document: found.document)
        } else if found.isEmpty {
            workspace.output.print("The ledger says what is there.")
        } else {
            workspace.output.print(found.text(workspace.output.style) + "Taken into the ledger.")
        }
    }
}
