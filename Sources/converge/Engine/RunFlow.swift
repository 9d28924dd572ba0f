// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import RecipeRuntime

/// Starting and resuming runs of workflows.
struct RunFlow: Sendable {
    let engine: Engine
    let interruption: Interruption
    let parallelism: Int
    let onEvent: @Sendable (ExecutionEvent) -> Void
    /// Plans and applies recipes for steps.
    let recipes: any RecipeWork

    private var runner: WorkflowRunner {
        WorkflowRunner(
            store: engine.ledger,
            surroundings: engine.surroundings(
                interruption: interruption, parallelism: parallelism, onEvent: onEvent),
            steps: engine.stepGateway, recipes: recipes)
    }

    /// The workflow that is meant.
    ///
    /// - Parameters:
    ///   - name: Nil for the only one.
    ///   - recipe: As it was given; nil at the prompt.
    func workflow(_ name: String?, in program: Program, recipe: String?) throws(Diagnostic) -> WorkflowNode {
        let names = program.workflows.map(\.name)
        let command = { (name: String) in ["run", recipe, name].compactMap(\.self).joined(separator: " ") }
        let listed = names.isEmpty ? "none is declared" : "declared are \(names.joined(separator: ", "))"
        if let name {
            if let found = program.workflow(name) { return found }
            throw Diagnostic(
                .whichWorkflow, "there is no workflow '\(name)'", notes: [listed],
                help: NearestName.find(name, in: names).map { [command($0)] } ?? [])
        }
        // Those of imported modules are run by their names alone.
        let own = program.workflows.filter { !$0.name.contains(".") }
        if let only = own.first, own.count == 1 { return only }
        throw Diagnostic(
            .whichWorkflow, names.isEmpty ? "there is no workflow to run" : "which workflow shall run?",
            notes: names.isEmpty ? [] : [listed], help: names.prefix(1).map(command))
    }

    /// Refuses what the parameters alone show to be wrong, before anything is changed.
    ///
    /// - Parameter due: What the clock of the parameters' defaults shows; nil for the present.
    /// - Returns: Whether a step of the workflow applies the recipe itself, so that nothing need be there before.
    func check(
        _ workflow: WorkflowNode, of program: Program, arguments: ObjectValue, due: RunClock? = nil
    ) throws(Diagnostics) -> Bool {
        let parameters = try program.evaluation.parameters(
            of: workflow.name, arguments: arguments, clock: due ?? RunClock(now: engine.services.clock.now()))
        // Without parameters it was tried as it is when the program was checked.
        if workflow.parameters.isEmpty, !workflow.stepKinds.contains(Self.apply) { return false }
        let steps: [StepNode]
        do throws(Diagnostics) {
            steps = try program.evaluation.expansion(
                of: workflow.name, parameters: parameters, in: WorkflowState(resources: ResourceState())
            ).steps
        } catch {
            // What only the outputs of resources will tell waits for them, and needs them first.
            let problems = error.all.filter { $0.code != .unknownAtPlan }
            if problems.isEmpty { return false }
            throw Diagnostics(problems)
        }
        let problems = steps.flatMap(\.problems)
        if !problems.isEmpty { throw Diagnostics(problems) }
        return steps.contains { $0.kind.name == Self.apply && $0.inputs["module"]?.isNull != false }
    }

    private static let apply = "Apply"

    /// - Parameters:
    ///   - wait: How long to wait for another process that holds what the run needs.
    ///   - firing: What the run begins with, and what the clock of the parameters' defaults shows then.
    func start(
        _ workflow: WorkflowNode, of program: Program, arguments: ObjectValue, recipe: String?,
        settings: ObjectValue, texts: RecipeTexts?, isFresh: Bool, wait: Duration,
        firing: FiringRecord? = nil
    ) async throws -> WorkflowRunner.Report {
        let now = engine.services.clock.now()
        let parameters = try program.evaluation.parameters(
            of: workflow.name, arguments: arguments, clock: firing?.clock ?? RunClock(now: now))
        let snapshot = try await engine.snapshot(environment: program.environment, module: program.module)
        var run = RunRecord(
            id: "", purpose: .workflow, environment: program.environment, module: program.module,
            workflow: workflow.name, recipe: recipe, settings: settings, parameters: parameters,
            basis: try await engine.basis(texts, of: program), actor: LeaseHolder.current(command: "").user,
            started: now)
        run.firing = firing?.id
        var report = try await runner.start(run, of: program, snapshot: snapshot, isFresh: isFresh, wait: wait)
        report.warnings = await recordOperationalOutputs(program, wait: wait)
        return report
    }

    /// - Parameter wait: How long to wait for another process that holds the run.
    func resume(_ run: RunRecord, of program: Program, wait: Duration) async throws -> WorkflowRunner.Report {
        let snapshot = try await engine.snapshot(environment: program.environment, module: program.module)
        var report = try await runner.resume(run, of: program, snapshot: snapshot, wait: wait)
        report.warnings = await recordOperationalOutputs(program, wait: wait)
        return report
    }

    /// Takes back what a run did, by the steps that `@undo` names.
    ///
    /// - Parameter wait: How long to wait for another process that holds the run.
    func takeBack(_ run: RunRecord, of program: Program, wait: Duration) async throws -> WorkflowRunner.Report {
        let snapshot = try await engine.snapshot(environment: program.environment, module: program.module)
        var report = try await runner.takeBack(run, of: program, snapshot: snapshot, wait: wait)
        report.warnings = await recordOperationalOutputs(program, wait: wait)
        return report
    }

    /// How long a run waits at least for its turn to record what it changed of resources.
    private static let patience = Duration.seconds(10)

    /// Records what the run changed of resources, in turn with applies of the environment.
    ///
    /// - Returns: Why that could not be done.
    private func recordOperationalOutputs(_ program: Program, wait: Duration) async -> [Diagnostic] {
        let addresses = OperationalOutputs.addresses(in: program)
        if addresses.isEmpty { return [] }
        // A run that was stopped has changed what it has changed; only its waiting is stopped, too.
        let surroundings = engine.surroundings(interruption: Interruption(), parallelism: parallelism) { _ in }
        let outputs = OperationalOutputs(store: engine.ledger, surroundings: surroundings)
        let isStopped = interruption.wish != .none
        do throws(Diagnostic) {
            try await engine.whileHoldingEnvironment(
                program.environment, wait: isStopped ? .zero : max(wait, Self.patience),
                until: isStopped ? Interruption() : interruption
            ) { (lease) throws(Diagnostic) in try await outputs.record(program, under: lease) }
            return []
        } catch {
            var warning = error
            warning.severity = .warning
            let names = addresses.map(\.text).joined(separator: ", ")
            warning.notes.insert("the run is recorded, but not what it changed of \(names)", at: 0)
            warning.help = ["refresh FILE    takes it into the ledger"]
            return [warning]
        }
    }
}
