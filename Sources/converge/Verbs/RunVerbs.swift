// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Planning
import PluginHost
import Shell

struct RunVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a workflow, after applying what it needs and is not there.",
        usage: "converge run FILE [WORKFLOW] [{ name: value }] [options]")

    @Argument(
        help:
            "The recipe (not at the prompt), the workflow where there are several, and its parameters as { name: value }."
    )
    var words: [String] = []
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var rename: RenameOptions
    @Flag(help: "Executes every step, also those whose result still holds.") var fresh = false
    @Option(
        help: ArgumentHelp(
            "One run for each time of the workflow's schedules on these days, or for each day without one; given again, it goes on.",
            valueName: "FROM..TO"))
    var backfill: String?
    @Option(help: "Names what a recipe from standard input makes; a file's module is named after the file.")
    var module: String?

    func validate() throws {
        if let backfill { _ = try BackfillRange(backfill) }
    }

    func run() async throws {
        let target = try RunTarget(words, isPrompt: Invocation.here().prompt != nil)
        let recipe = RecipeArgument(target.recipe, module: module)
        try recipe.validate()
        let workspace = try Workspace(recipe, shared)
        let program = try await workspace.program()
        let flow = workspace.runFlow(parallelism: change.parallelism, events: change.events)
        let workflow = try flow.workflow(target.workflow, in: program, recipe: target.recipe)
        try await workspace.refuseSecrets(inArguments: workspace.arguments(target.arguments))
        if let backfill {
            return try await BackfillCommand(
                workspace: workspace, shared: shared, change: change, rename: rename,
                range: BackfillRange(backfill), isFresh: fresh
            ).run(workflow, of: program, arguments: workspace.arguments(target.arguments))
        }
        let arguments = try await workspace.arguments(
            workspace.arguments(target.arguments), completing: workflow)
        let appliesItself = try flow.check(workflow, of: program, arguments: arguments)
        try workspace.beginChange()
        if let interrupted = try await workspace.engine.interruptedRun(of: workflow.name, module: program.module) {
            workspace.output.say(
                "\(interrupted.id) of this workflow was interrupted; `resume \(interrupted.id)` goes on with it. This is a "
                    + "new run.")
        }
        if !appliesItself {
            try await RunPreparation(workspace: workspace, shared: shared, change: change, rename: rename)
                .applyMissing(program)
        }
        let decided = try await workspace.engine.decided(program)
        let wait = try change.waitDuration()
        let report = try await workspace.watching {
            try await flow.start(
                workflow, of: decided, arguments: arguments, recipe: workspace.recordedRecipe,
                settings: workspace.recordedSettings, texts: workspace.texts(), isFresh: fresh, wait: wait)
        }
        try RunTelling(workspace: workspace, shared: shared, change: change).tell(report)
    }
}

/// What a run does before its first step.
struct RunPreparation: Sendable {
    let workspace: Workspace
    let shared: SharedOptions
    let change: ChangeOptions
    var rename: RenameOptions?

    /// Applies what is declared and not there; a change of what exists is only announced.
    func applyMissing(_ program: Program) async throws {
        // What the one phase makes decides what the next one does.
        while try await applyPhase(program) {}
    }

    /// - Returns: True where what was made decides what else there is.
    private func applyPhase(_ program: Program) async throws -> Bool {
        let flow = workspace.applyFlow(parallelism: change.parallelism, events: change.events)
        let preview = try await workspace.watching { try await flow.preview(program) }
        let missing = preview.plan.changes.filter { $0.action == .create }
        let pending = preview.plan.changes.filter { [.update, .replace, .delete, .move].contains($0.action) }
        if !pending.isEmpty {
            workspace.output.say(
                "Pending, and left alone by this run: "
                    + pending.map { "\($0.action.rawValue) \($0.address)" }.joined(separator: ", ")
                    + ". `apply` does it.")
        }
        if missing.isEmpty, preview.openOperations.isEmpty { return false }
        let wanted = Set(missing.map(\.address))
        let command = ApplyCommand(workspace: workspace, shared: shared, change: change, rename: rename)
        try await command.applyOnly(wanted, of: program)
        return !preview.plan.deferrals.isEmpty && !missing.isEmpty
    }
}

struct ResumeVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Goes on with a run that failed, was cancelled or was interrupted.")

    @Argument(help: "The run, such as run-3.") var run: String
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        let record = try await workspace.rootRun(self.run)
        guard record.purpose == .workflow else {
            throw Diagnostic(
                .nothingToResume, "\(record.id) is no run of a workflow",
                help: ["apply FILE    goes on with an apply that was interrupted"])
        }
        try await workspace.goOn(with: record, shared, change)
    }
}

/// What the words behind `run` mean.
struct RunTarget: Sendable, Hashable {
    var recipe: String?
    var workflow: String?
    /// The text of an object.
    var arguments: String?

    init(_ words: [String], isPrompt: Bool) throws {
        var rest = words[...]
        if let last = rest.last, last.hasPrefix("{") {
            arguments = last
            rest.removeLast()
        }
        if !isPrompt || rest.first.map({ $0.hasSuffix(".recipe") || $0 == "-" }) ?? false {
            guard let first = rest.popFirst() else { throw ValidationError("run takes a recipe file") }
            recipe = first
        }
        workflow = rest.popFirst()
        if let extra = rest.first { throw ValidationError("run takes no '\(extra)'") }
    }
}

/// How the end of a run is told.
struct RunTelling: Sendable {
    let workspace: Workspace
    let shared: SharedOptions
    let change: ChangeOptions

    /// - Parameter isWanted: True where the run was to be cancelled.
    func tell(_ report: WorkflowRunner.Report, isWanted: Bool = false) throws {
        let output = workspace.output
        if shared.json {
            output.print(document: [
                "run": .object(["id": .string(report.run.id), "status": .string(report.run.status.rawValue)]),
                "steps": .list(
                    report.steps.map { step in
                        .object([
                            "name": .string(step.address.text),
                            "status": .string(step.status?.rawValue ?? "not begun"), "outputs": .object(step.outputs)
                        ])
                    }),
                "outputs": .object(report.run.outputs),
                "diagnostics": .list((report.failures + report.warnings).map { .object(DiagnosticDocument.object($0)) })
            ])
        } else if !change.events {
            output.print("\(report.run.id) \(report.run.status.rawValue)\(counts(report)).")
            for entry in report.run.outputs { output.print("\(entry.key) = \(entry.value.literal)") }
            output.say(report.failures + report.warnings)
        }
        let takenBack =
            report.steps.filter { $0.status == .undone }.map(\.address.text) + report.insideTakenBack.map(\.text)
        if !takenBack.isEmpty { output.say("Taken back: \(takenBack.joined(separator: ", ")).") }
        if !report.notTakenBack.isEmpty {
            output.say(
                "Not taken back: \(report.notTakenBack.map(\.text).joined(separator: ", ")). `cancel \(report.run.id) "
                    + "--undo` goes on with that.")
        }
        if report.run.status == .waiting {
            if !shared.json, !change.events {
                for (step, pause) in report.waits.sorted(by: { $0.key < $1.key }) {
                    output.say("\(step) waits for \(pause.text)\(Self.wayOn(report.run.id, step, pause))")
                }
            }
            throw ExitCode.waiting
        }
        if report.run.status == .cancelled, isWanted { return }
        if report.run.status == .cancelled {
            output.say("Stopped; `resume \(report.run.id)` goes on with it.")
            throw ExitCode.interrupted
        }
        if report.run.status == .failed {
            let way =
                report.denial == nil
                ? "`resume \(report.run.id)` goes on with it."
                : "the run is over, and `\(report.run.command)` asks anew."
            output.say("`logs \(report.run.id)` shows what its steps said; \(way)")
            throw ExitCode.failed
        }
    }

    /// What somebody can do about a step that waits.
    private static func wayOn(_ run: String, _ step: Address, _ pause: StepPause) -> String {
        switch pause.signal {
        case StepPause.approval(of: step.text)?: "\n`approve \(run) \(CommandText.word(step.text))` lets it go on."
        case let signal?: "\n`signal \(run) \(CommandText.word(signal))` lets it go on."
        case nil where pause.until == nil: "\n`approve` or `signal` with the name of that run lets it go on."
        case nil: "\n`converge serve` goes on then, or `resume \(run)`."
        }
    }

    private func counts(_ report: WorkflowRunner.Report) -> String {
        var counts: [(OperationRecord.Status?, String)] = [
            (.succeeded, "executed"), (.reused, "unchanged"), (.recovered, "recovered"), (.skipped, "skipped"),
            (.failed, "failed"), (.cancelled, "cancelled"), (.waiting, "waiting"), (.undone, "taken back")
        ]
        counts.append((nil, "not begun"))
        // What was done and stays so although it was to be taken back is counted as that.
        let steps = report.steps.filter { !report.notTakenBack.contains($0.address) }
        var said = counts.compactMap { status, word -> String? in
            let count = steps.filter { $0.status == status }.count
            return count > 0 ? "\(count) \(word)" : nil
        }
        if !report.notTakenBack.isEmpty { said.append("\(report.notTakenBack.count) not taken back") }
        return said.isEmpty ? "" : " (\(said.joined(separator: ", ")))"
    }
}
