// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Planning
import Shell

/// Plans and applies recipes for the steps Plan and Apply: as the verbs do, asking nobody.
struct RecipeSteps: RecipeWork {
    let workspace: Workspace
    let parallelism: Int
    let onEvent: @Sendable (ExecutionEvent) -> Void

    /// How long another change of the environment is waited for.
    private static let patience = Duration.seconds(3600)

    func perform(_ work: HostWork, for request: StepRequest) async throws(CallError) -> StepResponse {
        do {
            switch work {
            case .plan(let recipe, let parameters):
                let (own, program) = try await read(recipe, parameters, request)
                let plan = try await flow(own, request).preview(program).plan
                let changed = plan.changes.filter { $0.action.isEffect }
                let deleted = plan.changes.filter { $0.action == .delete || $0.action == .replace }
                return StepResponse(outputs: [
                    "summary": .string(PlanRenderer(style: .plain).summary(PlanSummary(plan.changes))),
                    "changes": .int(Int64(changed.count)),
                    "deletes": .int(Int64(deleted.count)), "digest": .string(Self.digest(plan, own.engine))
                ])
            case .apply(let recipe, let parameters, let agreed):
                let (own, program) = try await read(recipe, parameters, request)
                try own.beginChange()
                return try Self.response(try await apply(program, own, request, agreed))
            default: throw CallError(.unsupported(feature: request.kind), "nothing else is done with recipes")
            }
        } catch let error as CallError {
            throw error
        } catch {
            let problems = error.asDiagnostics
            var problem = problems.first ?? Diagnostic(.callFailed, "the recipe cannot be used")
            problem.notes += problems.dropFirst().map { "\($0.code.text): \($0.message)" }
            let error = CallError(.failed, problem)
            throw problem.labels.isEmpty ? error.about("module") : error
        }
    }

    private func read(
        _ recipe: String?, _ parameters: ObjectValue, _ request: StepRequest
    ) async throws -> (Workspace, Program) {
        guard let recipe else {
            if !parameters.isEmpty {
                throw CallError(
                    .invalid, "the parameters of this recipe itself are those of the run",
                    help: ["run FILE --set NAME=VALUE"]
                ).about("params")
            }
            return (workspace, try await workspace.unattendedProgram())
        }
        let path = Paths.join(request.recipeFolder, recipe)
        let own = try Workspace(
            workspace.invocation, RecipeOrigin.file(path), SharedOptions.parse([]), environment: workspace.environment)
        return (
            own, parameters.isEmpty ? try await own.unattendedProgram() : try await own.program(given: parameters)
        )
    }

    private func flow(_ own: Workspace, _ request: StepRequest) -> ApplyFlow {
        let (tell, step) = (onEvent, request.context.operation)
        return ApplyFlow(
            engine: own.engine, interruption: workspace.interruption, parallelism: parallelism,
            onEvent: { event in if let event = event.inPart(of: step) { tell(event) } }, onRefresh: { _ in })
    }

    /// Stands for what a plan would change, and to what.
    private static func digest(_ plan: Plan, _ engine: Engine) -> String {
        let changes = PlanRenderer(style: .plain).document(plan)["changes"] ?? .null
        return engine.digest(Array(changes.json(.exact).utf8))
    }

    private func apply(
        _ program: Program, _ own: Workspace, _ request: StepRequest, _ agreed: String?
    ) async throws -> ApplyFlow.Outcome {
        let engine = own.engine
        return try await flow(own, request).apply(
            program, purpose: .apply, recipe: own.recordedRecipe, settings: own.recordedSettings, texts: own.texts(),
            wait: Self.patience
        ) { (plan) throws(Diagnostic) in
            // What comes in later phases was not known when somebody agreed.
            if agreed != nil, plan.phase > 1, !plan.isEmpty {
                throw Diagnostic(
                    .planStale, "a later phase is decided now, to which nobody has agreed",
                    notes: ["it is: \(PlanRenderer(style: .plain).summary(PlanSummary(plan.changes)))"],
                    help: ["a new run plans it, and asks"])
            }
            if let agreed, plan.phase == 1, Self.digest(plan, engine) != agreed {
                throw Diagnostic(
                    .planStale, "the plan is another one than was agreed to",
                    notes: ["it is now: \(PlanRenderer(style: .plain).summary(PlanSummary(plan.changes)))"],
                    help: ["a new run plans and asks anew"])
            }
            return true
        }
    }

    private static func response(_ outcome: ApplyFlow.Outcome) throws -> StepResponse {
        switch outcome {
        case .nothing(let plan, _), .declined(let plan):
            return StepResponse(outputs: ["summary": "no changes", "outputs": .object(plan.outputs)])
        case .appliedInPart(_, _, let why): throw why
        case .applied(let plan, let report):
            if report.run.status == .cancelled { throw CallError(.cancelled, "\(report.run.id) was stopped") }
            if !report.failures.isEmpty { throw Diagnostics(report.failures) }
            return StepResponse(outputs: [
                "summary": .string(PlanRenderer(style: .plain).summary(PlanSummary(plan.changes))),
                "outputs": .object(report.run.outputs)
            ])
        }
    }
}
