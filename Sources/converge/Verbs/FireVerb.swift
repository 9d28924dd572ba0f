// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import FoundationEssentials
import Ledger
import Planning

/// What the daemon starts for a firing: its run, from the beginning or from where it was interrupted.
struct FireVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fire", abstract: "Runs what a trigger asked for.", shouldDisplay: false)

    @Argument(help: "The firing's number, or a run that goes on.") var firing: String
    @Option(help: "The project's folder.") var project: String
    @OptionGroup var shared: SharedOptions

    /// How long another run of the workflow, or an apply, is waited for.
    private static let patience = "1d"

    func run() async throws {
        guard FileManager.default.changeCurrentDirectoryPath(project) else {
            throw ValidationError("there is no folder \(project)")
        }
        let near = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        if RunName(self.firing) != nil { return try await resume(self.firing, near) }
        guard let number = Int64(self.firing), let firing = try await near.engine.ledger.firing(number) else {
            throw ValidationError("there is no firing \(self.firing)")
        }
        if let run = firing.run {
            if firing.status.isOpen { try await resume(run, near) }
            return
        }
        guard firing.status == .pending else { return }
        do {
            try await begin(firing, near)
        } catch let code as ExitCode {
            throw code
        } catch {
            try await refuse(firing, error.asDiagnostics, near)
            throw error
        }
    }

    private var change: ChangeOptions {
        get throws { try ChangeOptions.parse(["--yes", "--wait", Self.patience]) }
    }

    private func begin(_ firing: FiringRecord, _ near: Workspace) async throws {
        let change = try change
        guard let source = firing.source, let texts = try await near.engine.ledger.texts(digest: source) else {
            throw Diagnostic(
                .firingLost, "the ledger does not hold the recipe of firing \(firing.id) any more",
                help: ["run \(firing.recipe ?? "FILE") \(firing.trigger.workflow)    starts it by hand"])
        }
        let workspace = try Workspace.served(
            firing.recipe, texts: texts, settings: firing.settings, shared, near: near)
        let program = try await workspace.unattendedProgram()
        let name = firing.trigger.workflow
        guard let workflow = program.workflow(name),
            let trigger = workflow.triggers.firstIndex(where: { $0.key == firing.trigger.trigger })
        else { throw Diagnostic(.firingLost, "the recipe has no trigger '\(firing.trigger.trigger)' of '\(name)'") }
        let flow = workspace.runFlow(parallelism: change.parallelism, events: false)
        let arguments = try program.evaluation.arguments(ofTrigger: trigger, of: name, event: firing.event)
        if try !flow.check(workflow, of: program, arguments: arguments, due: firing.clock) {
            try await RunPreparation(workspace: workspace, shared: shared, change: change).applyMissing(program)
        }
        let decided = try await workspace.engine.decided(program)
        let wait = try change.waitDuration()
        let report = try await workspace.watching {
            try await flow.start(
                workflow, of: decided, arguments: arguments, recipe: workspace.recordedRecipe,
                settings: workspace.recordedSettings, texts: workspace.texts(), isFresh: false, wait: wait,
                firing: firing)
        }
        try RunTelling(workspace: workspace, shared: shared, change: change).tell(report)
    }

    private func resume(_ id: String, _ near: Workspace) async throws {
        let change = try change
        let record = try await near.run(id).0
        if record.status == .succeeded { return }
        try await near.goOn(with: record, shared, change, asks: false)
    }

    /// Notes why no run could begin. What was only stopped is left as it is, for the next daemon.
    private func refuse(_ firing: FiringRecord, _ problems: [Diagnostic], _ near: Workspace) async throws {
        guard let problem = problems.first, problem.code != .applyInterrupted, problem.code != .firingTaken else {
            return
        }
        _ = try await near.engine.ledger.settle(
            firing: firing.id, from: [.pending], to: .refused, note: "\(problem.code.text): \(problem.message)")
    }
}
