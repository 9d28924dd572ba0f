// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost

/// Starting and resuming runs of workflows.
struct RunFlow: Sendable {
    let engine: Engine
    let interruption: Interruption
    let parallelism: Int
    let onEvent: @Sendable (ExecutionEvent) -> Void

    private var runner: WorkflowRunner {
        WorkflowRunner(
            store: engine.ledger,
            surroundings: engine.surroundings(
                interruption: interruption, parallelism: parallelism, onEvent: onEvent),
            steps: engine.stepGateway)
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
        if let only = program.workflows.first, program.workflows.count == 1 { return only }
        throw Diagnostic(
            .whichWorkflow, names.isEmpty ? "there is no workflow to run" : "which workflow shall run?",
            notes: names.isEmpty ? [] : [listed], help: names.prefix(1).map(command))
    }

    func start(
        _ workflow: WorkflowNode, of program: Program, arguments: ObjectValue, recipe: String?,
        settings: ObjectValue, isFresh: Bool
    ) async throws -> WorkflowRunner.Report {
        let now = engine.services.clock.now()
        let parameters = try program.evaluation.parameters(of: workflow.name, arguments: arguments, now: now)
        let snapshot = try await engine.ledger.snapshot(environment: program.environment, module: program.module)
        let run = RunRecord(
            id: "", purpose: .workflow, environment: program.environment, module: program.module,
            workflow: workflow.name, recipe: recipe, settings: settings, parameters: parameters, started: now)
        let report = try await runner.start(run, of: program, snapshot: snapshot, isFresh: isFresh)
        try await recordOperationalOutputs(program)
        return report
    }

    /// - Parameter wait: How long to wait for another process that holds the run.
    func resume(_ run: RunRecord, of program: Program, wait: Duration) async throws -> WorkflowRunner.Report {
        let snapshot = try await engine.ledger.snapshot(environment: program.environment, module: program.module)
        let report = try await runner.resume(run, of: program, snapshot: snapshot, wait: wait)
        try await recordOperationalOutputs(program)
        return report
    }

    private func recordOperationalOutputs(_ program: Program) async throws {
        let surroundings = engine.surroundings(interruption: Interruption(), parallelism: parallelism) { _ in }
        try await OperationalOutputs(store: engine.ledger, surroundings: surroundings).record(program)
    }
}
