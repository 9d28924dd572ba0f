// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import Shell

struct ApplyVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Makes what is there match the recipe, or applies a saved plan.",
        discussion: "A saved plan has its selection: --only and the like are given when it is made.")

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @OptionGroup var selected: SelectionOptions
    @OptionGroup var change: ChangeOptions
    @OptionGroup var rename: RenameOptions

    func run() async throws {
        let saved = try Workspace.savedPlan(recipe)
        if saved != nil, !shared.settings.isEmpty || shared.environment != nil {
            throw ValidationError("A saved plan has its environment and parameters: leave --env and --set out.")
        }
        if saved != nil, selected.selection != .everything {
            throw ValidationError("A saved plan has its selection: leave --only and the like out.")
        }
        let workspace = try saved.map { try Workspace(saved: $0.file, shared) } ?? Workspace(recipe, shared)
        let program = try await workspace.program(matching: saved?.file)
        let isDestroy = saved?.file.binding.isDestroy == true
        let isRefresh = (saved?.file.plan.selection ?? selected.selection).isRefreshOnly
        try await ApplyCommand(
            workspace: workspace, shared: shared, change: change, rename: rename, selection: selected.selection
        ).run(
            isDestroy ? program.declaringNothing() : program,
            purpose: isDestroy ? .destroy : isRefresh ? .refresh : .apply, expected: saved)
    }
}

struct DestroyVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy", abstract: "Deletes everything that the recipe's module has made.")

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let (workspace, program) = try await target()
        try await ApplyCommand(workspace: workspace, shared: shared, change: change)
            .run(program.declaringNothing(), purpose: .destroy, expected: nil)
    }

    /// What a recipe has made can be deleted also where the file is gone.
    private func target() async throws -> (Workspace, Program) {
        do {
            let workspace = try Workspace(recipe, shared)
            return (workspace, try await workspace.program())
        } catch let problem as Diagnostic where problem.code == .noRecipe {
            guard let path = recipe.recipe, !Paths.exists(path) else { throw problem }
            let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
            let module = workspace.engine.project.moduleName(ofRecipe: path)
            let environment = workspace.environment
            let rows = try await workspace.engine.ledger.snapshot(environment: environment, module: module).records
            if rows.isEmpty { throw problem }
            workspace.output.say("\(path) is gone; what it made is deleted by what the ledger knows of it.")
            return (workspace, .emptied(environment: environment, module: module, recipeFolder: "."))
        }
    }
}

/// What `apply` and `destroy` do once they know the program.
struct ApplyCommand: Sendable {
    let workspace: Workspace
    let shared: SharedOptions
    let change: ChangeOptions
    /// For an apply whose recipe may have had another name; nil where that is no question.
    var rename: RenameOptions?
    /// What is wanted of the plan; a saved one has its own.
    var selection = PlanSelection.everything

    func run(
        _ program: Program, purpose: RunRecord.Purpose, expected: (file: PlanFile, digest: String)?
    ) async throws {
        let outcome = try await apply(program, purpose: purpose, expected: expected)
        switch outcome {
        case .declined: throw Diagnostic(.notConfirmed, "declined; nothing was changed")
        case .nothing(let plan, let notes):
            if shared.json {
                workspace.output.print(document: PlanRenderer(style: .plain).document(plan))
            } else if !change.events {
                workspace.output.print(Self.nothing(purpose, plan))
                for note in notes { workspace.output.print("Recorded: \(note).") }
                printOutputs(plan.outputs)
            }
        case .applied(let plan, let report): try await tell(plan, report, purpose)
        case .appliedInPart(let plan, let report, let why):
            try await tell(plan, report, purpose)
            throw why
        }
    }

    /// Plans, asks and applies.
    ///
    /// - Parameter only: The resources that may change; nil for all.
    func apply(
        _ program: Program, purpose: RunRecord.Purpose, expected: (file: PlanFile, digest: String)?,
        only: Set<Address>? = nil
    ) async throws -> ApplyFlow.Outcome {
        try workspace.beginChange()
        let flow = workspace.applyFlow(parallelism: change.parallelism, events: change.events)
        let isQuiet = shared.json || change.events
        let output = workspace.output
        let question = Question(output: output, interruption: workspace.interruption)
        let isAgreed = change.yes || workspace.invocation.isConfirmed
        let needsNoQuestion = isAgreed || expected != nil
        try await rename?.settle(program, in: workspace) { text in
            if needsNoQuestion || isQuiet { throw Diagnostic(.needsYes, text) }
            return try await workspace.watching { try await question.confirm(text) }
        }
        return try await workspace.watching {
            try await flow.apply(
                program, purpose: purpose, recipe: workspace.recordedRecipe, settings: workspace.recordedSettings,
                texts: workspace.texts(), wait: try change.waitDuration(), expected: expected, selection: selection,
                only: only,
                isRename: { (rename) throws(Diagnostic) in
                    if isQuiet || needsNoQuestion { return false }
                    let text =
                        "\(rename.former) goes, and \(rename.new) comes and is the same. Was it renamed, and stays?"
                    do throws(Diagnostic) { return try await question.confirm(text) } catch {
                        // Nobody is there: the question about the whole plan says so.
                        if error.code == .needsYes { return false }
                        throw error
                    }
                }
            ) { (plan) throws(Diagnostic) in
                if plan.isEmpty {
                    if !isQuiet, !plan.mappings.isEmpty {
                        output.print(PlanRenderer(style: output.style).text(plan), terminator: "")
                    }
                    return true
                }
                if expected != nil, plan.phase == 1, !plan.deferrals.isEmpty, !isAgreed, !question.canBeAsked {
                    throw Diagnostic(
                        .needsYes, "the plan has a later phase, of which nobody can be asked",
                        notes: ["what is decided then was in nobody's sight when the plan was saved"],
                        help: ["--yes    agrees to it beforehand"])
                }
                if !isQuiet { output.print(PlanRenderer(style: output.style).text(plan), terminator: "") }
                // A saved plan was agreed to as far as it went.
                if plan.phase == 1 ? needsNoQuestion : isAgreed { return true }
                return try await question.confirm(Self.question(purpose))
            }
        }
    }

    private static func nothing(_ purpose: RunRecord.Purpose, _ plan: Plan) -> String {
        switch purpose {
        case .destroy: "Nothing to delete."
        case .rollback: "Nothing to change: what is there is what that version says."
        default: PlanRenderer.nothing(plan)
        }
    }

    private static func question(_ purpose: RunRecord.Purpose) -> String {
        switch purpose {
        case .destroy: "Delete these?"
        case .rollback: "Go back to that?"
        case .refresh: "Take this into the ledger?"
        default: "Apply these changes?"
        }
    }

    /// Applies some resources on the way to a run, telling only what went wrong.
    func applyOnly(_ addresses: Set<Address>, of program: Program) async throws {
        switch try await apply(program, purpose: .apply, expected: nil, only: addresses) {
        case .declined: throw Diagnostic(.notConfirmed, "declined; nothing was changed and nothing was run")
        case .nothing: return
        case .appliedInPart(_, _, let why): throw why
        case .applied(_, let report):
            if report.run.status == .cancelled {
                workspace.output.say("Stopped before the run began; what was in flight is done and recorded.")
                throw ExitCode.interrupted
            }
            if !report.failures.isEmpty { throw Diagnostics(report.failures) }
        }
    }

    private func tell(_ plan: Plan, _ report: Applier.Report, _ purpose: RunRecord.Purpose) async throws {
        let output = workspace.output
        if shared.json {
            var document = PlanRenderer(style: .plain).document(plan)
            var summary = PlanSummary(plan.changes.filter { $0.action == .unchanged })
            summary = PlanSummary(plan.changes.filter { !report.left.contains($0.address) })
            document["summary"] = .object(PlanRenderer.summaryObject(summary))
            document["run"] = .object(["id": .string(report.run.id), "status": .string(report.run.status.rawValue)])
            document["outputs"] = .object(report.run.outputs)
            document["done"] = .list(Self.done(plan, report).map { .string($0.text) })
            document["failed"] = .list(report.failed.map { .string($0.text) })
            document["left"] = .list(report.left.map { .string($0.text) })
            document["diagnostics"] = .list(report.failures.map { .object(DiagnosticDocument.object($0)) })
            output.print(document: document)
        } else if !change.events {
            let done = PlannedAction.allCases.compactMap { action in
                report.done[action].map { "\($0) \(Self.past(action))" }
            }
            output.print("\(report.run.id): " + (done.isEmpty ? "nothing done" : done.joined(separator: ", ")) + ".")
            printOutputs(report.run.outputs)
        }
        if report.run.status == .cancelled {
            output.say(
                "Stopped. What was in flight is done and recorded; \(report.left.count) "
                    + "change\(report.left.count == 1 ? " is" : "s are") left. The same command goes on from there.")
            throw ExitCode.interrupted
        }
        if !report.failures.isEmpty {
            if !shared.json {
                output.say(report.failures)
            }
            if !shared.json { await tellWaysOut(plan, report, purpose) }
            throw ExitCode.failed
        }
    }

    private static func done(_ plan: Plan, _ report: Applier.Report) -> [Address] {
        let others = Set(report.left + report.failed)
        return plan.changes.filter { $0.action != .unchanged && !others.contains($0.address) }.map(\.address)
    }

    /// What is done, what is not, and both ways to go from there.
    private func tellWaysOut(_ plan: Plan, _ report: Applier.Report, _ purpose: RunRecord.Purpose) async {
        func say(_ title: String, _ addresses: [Address]) {
            if addresses.isEmpty { return }
            let names = addresses.prefix(20).map(\.text).joined(separator: ", ")
            workspace.output.say(
                "\(title): \(names)\(addresses.count > 20 ? " and \(addresses.count - 20) more" : "").")
        }
        let done = Self.done(plan, report)
        say("Done", done)
        say("Failed", report.failed)
        say("Not begun", report.left)
        workspace.output.say("What is done is recorded. Go on: mend the cause and give the same command again.")
        if done.isEmpty || purpose == .rollback || purpose == .destroy { return }
        let earlier: RunRecord?
        do throws(Diagnostic) {
            let versions = try await workspace.engine.ledger.versions(
                environment: plan.environment, module: plan.module, limit: 50)
            earlier = versions.first { version in
                version.id != report.run.id && (version.basis != nil || version.purpose == .destroy)
                    && !version.hasWish(of: report.run)
            }
        } catch {
            return workspace.output.say([error])
        }
        let file = workspace.recordedRecipe.map { " \($0)" } ?? ""
        workspace.output.say(
            "Or go back: "
                + (earlier.map { "`rollback \($0.id)`" } ?? "`destroy\(file)`, as there is no version before it")
                + ".")
    }

    private func printOutputs(_ outputs: ObjectValue) {
        for entry in outputs { workspace.output.print("\(entry.key) = \(entry.value.literal)") }
    }

    private static func past(_ action: PlannedAction) -> String {
        switch action {
        case .create: "created"
        case .update: "updated"
        case .replace: "replaced"
        case .delete: "deleted"
        case .move: "moved"
        case .adopt: "adopted"
        case .refresh: "taken into the ledger"
        case .unchanged: "unchanged"
        }
    }
}
