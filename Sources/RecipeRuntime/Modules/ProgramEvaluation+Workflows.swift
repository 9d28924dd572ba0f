// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ProgramEvaluation {
    private func workflow(_ name: String) throws(Diagnostics) -> PlacedWorkflow {
        if let found = workflows.first(where: { $0.name == name }) { return found }
        throw Diagnostics([Diagnostic(.absent, "the recipe declares no workflow '\(name)'")])
    }

    private func instance(
        of workflow: String, _ parameters: ObjectValue, _ state: WorkflowState
    ) throws(Diagnostics) -> (WorkflowInstance, EvaluationSession) {
        let workflow = try self.workflow(workflow)
        let instance = WorkflowInstance(
            workflow.code, around: workflow.module, parameters: parameters, state: state)
        let session = session(state.resources)
        session.workflow = instance
        return (instance, session)
    }

    // MARK: Parameters

    func parameters(
        of workflow: String, arguments: ObjectValue, clock: RunClock
    ) throws(Diagnostics) -> ObjectValue {
        let placed = try self.workflow(workflow)
        let code = placed.code
        let report = Report()
        let session = session(ResourceState())
        session.clock = clock
        var slots = [ScopeInstance.Slot](repeating: .own, count: code.scope.slots.count)
        let known = code.parameters.map(\.contract.name)
        for entry in arguments where !known.contains(entry.key) {
            report.add(.noParameter(entry.key, of: workflow, among: known))
        }
        for (position, slot) in code.scope.slots.enumerated() {
            guard case .parameter(let parameter) = slot.form else { continue }
            if let given = arguments[slot.name] {
                do throws(EvaluationError) {
                    slots[position] = .settled(try session.argument(given, parameter), Reads())
                } catch {
                    report.add(error.all)
                }
            } else if parameter.contract.isRequired {
                report.add(
                    Diagnostic(
                        .parameterMissing, "the parameter '\(slot.name)' of '\(workflow)' has no value",
                        at: placed.place(parameter.range), help: ["run \(workflow) { \(slot.name): … }"]))
            }
        }
        if report.hasErrors { throw Diagnostics(report.ordered) }
        return try settled(placed.scope(slots), session, report)
    }

    /// The defaults of the parameters; those that must be given are unknown.
    private func trialParameters(of workflow: PlacedWorkflow, now: Timestamp) throws(Diagnostics) -> ObjectValue {
        let session = session(ResourceState())
        session.clock = RunClock(now: now)
        var isWhole = true
        let slots = workflow.code.scope.slots.map { slot -> ScopeInstance.Slot in
            guard case .parameter(let parameter) = slot.form, parameter.contract.isRequired else { return .own }
            isWhole = false
            return .settled(.unknown(UnknownValue(origin: "the parameter '\(slot.name)'")), Reads())
        }
        return try settled(workflow.scope(slots), session, Report(), allowsUnknown: !isWhole)
    }

    private func settled(
        _ scope: ScopeInstance, _ session: EvaluationSession, _ report: Report, allowsUnknown: Bool = false
    ) throws(Diagnostics) -> ObjectValue {
        var values = ObjectValue()
        for (position, slot) in scope.code.slots.enumerated() {
            guard case .parameter(let parameter) = slot.form else { continue }
            do throws(EvaluationError) {
                let place = SlotPlace(level: scope.level, index: position)
                let value = try session.slot(place, scope)
                if let unknown = value.firstUnknown, !allowsUnknown {
                    throw session.failure(
                        .unknownAtPlan, "the parameter '\(slot.name)' depends on \(unknown.origin)",
                        at: parameter.range,
                        in: scope, help: ["give it a value: run … { \(slot.name): … }"])
                }
                values[slot.name] = value
                let rule = ModuleInstance.OpenRule(
                    parameter: parameter, position: position, scope: scope, field: nil, giver: scope,
                    range: parameter.range)
                _ = try session.holds(rule)
            } catch {
                report.add(error.all)
            }
        }
        if report.hasErrors { throw Diagnostics(report.ordered) }
        return values
    }

    // MARK: Steps

    func expansion(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> WorkflowExpansion {
        let (expansion, problems) = try expansion(of: workflow, parameters: parameters, in: state, isTrial: false)
        if !problems.isEmpty { throw Diagnostics(problems) }
        return expansion
    }

    /// - Parameter isTrial: True to go on behind what is wrong, so that all of it is told.
    private func expansion(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState, isTrial: Bool
    ) throws(Diagnostics) -> (WorkflowExpansion, [Diagnostic]) {
        let placed = try self.workflow(workflow)
        let (instance, session) = try instance(of: workflow, parameters, state)
        var expansion = WorkflowExpansion(steps: [], isComplete: true, hasFinally: instance.code.hasFinally)
        expansion.steps.reserveCapacity(instance.code.steps.count)
        var problems: [Diagnostic] = []
        for position in instance.code.statements.indices {
            if !isTrial, !problems.isEmpty { break }
            do throws(EvaluationError) {
                let (steps, isComplete) = try instance.expand(position, session)
                if !isComplete { expansion.isComplete = false }
                for step in steps {
                    do throws(EvaluationError) {
                        if let node = try session.node(step, of: instance) {
                            expansion.steps.append(placed.placed(node))
                        } else if !step.isFinal || state.outcome != nil {
                            expansion.isComplete = false
                        }
                    } catch {
                        if !isTrial { throw error }
                        problems += error.all
                        expansion.isComplete = false
                    }
                }
            } catch {
                problems += error.all
                expansion.isComplete = false
            }
        }
        expansion.waitsFor = instance.waitsFor
        expansion.openOrigins = instance.openOrigins
        return (expansion, problems + expansion.contradictions)
    }

    func step(
        _ address: Address, of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> StepNode {
        let (instance, session) = try instance(of: workflow, parameters, state)
        let name = String(address.text.prefix { $0 != "[" })
        let placed = try self.workflow(workflow)
        do throws(EvaluationError) {
            if let index = instance.code.stepIndex[name],
                let step = try instance.step(address, of: index, session),
                let node = try session.node(step, of: instance)
            {
                return placed.placed(node)
            }
        } catch {
            throw Diagnostics(error.all)
        }
        throw Diagnostics([Diagnostic(.absent, "the workflow '\(workflow)' has no step \(address)")])
    }

    func place(of field: String, in step: Address, of workflow: String) -> SourcePlace? {
        let name = String(step.text.prefix { $0 != "[" })
        guard let workflow = workflows.first(where: { $0.name == workflow }),
            let code = workflow.code.stepIndex[name].map({ workflow.code.steps[$0] }),
            let position = code.contract.fieldIndex[field], let given = code.fields[position]
        else { return nil }
        return workflow.place(given.range)
    }

    func outputs(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> ObjectValue {
        let (instance, session) = try instance(of: workflow, parameters, state)
        var values = ObjectValue()
        do throws(EvaluationError) {
            for output in instance.code.outputs {
                let value = try session.inFrame { () throws(EvaluationError) in
                    try session.evaluate(output.value, in: instance.scope)
                }
                values[output.name] = value.withoutUnknown
            }
        } catch {
            throw Diagnostics(error.all)
        }
        return values
    }

    // MARK: The program's nodes

    /// - Parameter recipeFolder: Of the recipe itself.
    func workflowNodes(recipeFolder: String, triggers: [String: [TriggerNode]]) -> [WorkflowNode] {
        workflows.map { workflow in
            let (code, module) = (workflow.code, workflow.module)
            var needed: Set<Address> = []
            for index in code.resources {
                for instance in module.made(index) { needed.formUnion(instance.natives) }
            }
            for index in code.imports { needed.formUnion(module.madeImport(index)?.natives ?? []) }
            var queue = Array(needed)
            while let address = queue.popLast() {
                for dependency in program.resource(address)?.dependencies ?? [] where needed.insert(dependency).inserted
                {
                    queue.append(dependency)
                }
            }
            return WorkflowNode(
                name: workflow.name, parameters: code.parameters.map(\.contract.schema),
                stepKinds: Set(code.steps.map(\.contract.schema.name)), resources: needed.sorted(),
                recipeFolder: workflow.folder(below: recipeFolder), triggers: triggers[workflow.name] ?? [],
                place: workflow.place(code.range))
        }
    }

    /// Expands each workflow once with the defaults of its parameters, so that what is wrong is told before anything
    /// is applied; what depends on parameters that must be given waits for the run.
    func tryWorkflows(now: Timestamp, _ report: Report) {
        var steps: [String: [StepNode]] = [:]
        for workflow in workflows {
            let session = session(ResourceState())
            for lookup in workflow.code.lookups {
                do throws(EvaluationError) {
                    _ = try session.lookup(lookup, workflow.module.scope)
                } catch {
                    report.add(error.all)
                }
            }
            do throws(Diagnostics) {
                let parameters = try trialParameters(of: workflow, now: now)
                let state = WorkflowState(resources: ResourceState())
                let (expansion, problems) = try expansion(
                    of: workflow.name, parameters: parameters, in: state, isTrial: true)
                report.add(problems.filter { $0.code != .unknownAtPlan })
                report.add(expansion.steps.flatMap(\.problems))
                if let circle = expansion.circle { report.add(circle) }
                steps[workflow.name] = expansion.steps
            } catch {
                report.add(error.all.filter { $0.code != .unknownAtPlan })
            }
        }
        report.add(problemsOfParts(steps, now: now))
    }
}

extension PlacedWorkflow {
    /// Its names with values, inside the module's.
    fileprivate func scope(_ slots: [ScopeInstance.Slot]) -> ScopeInstance {
        ScopeInstance(code.scope, parent: module.scope, module: module, slots: slots)
    }
}

extension WorkflowExpansion {
    /// Groups with two limits, and steps that are there for two.
    fileprivate var contradictions: [Diagnostic] {
        var limits = GroupLimits("concurrency")
        var rates = GroupLimits("rate")
        var found = steps.compactMap(\.concurrency).compactMap { limits.add($0.group, "\($0.limit)", at: $0.place) }
        found += steps.compactMap(\.rate).compactMap {
            rates.add($0.group, "\($0.limit) per \(Value.duration($0.per).literal)", at: $0.place)
        }
        var owners: [Address: StepNode] = [:]
        for step in steps {
            for other in [step.recovery, step.undo].compactMap(\.self) {
                if other == step.address {
                    found.append(Diagnostic(.metaMisused, "\(other) stands in for itself", at: step.place))
                    continue
                }
                guard let first = owners[other] else {
                    owners[other] = step
                    continue
                }
                found.append(
                    Diagnostic(
                        .metaMisused, "\(other) is there for two steps",
                        labels: [
                            DiagnosticLabel(first.place, "for \(first.address)"),
                            DiagnosticLabel(step.place, "for \(step.address)")
                        ], help: ["declare a step for each"]))
            }
        }
        return found
    }

    /// Steps of which none could ever begin; nil where there are none, or where not all steps are known.
    fileprivate var circle: Diagnostic? {
        guard isComplete,
            case .failure(let cycle) = DependencyGraph(
                steps.map { ($0.address, $0.reads + $0.needs + [$0.recovery].compactMap(\.self)) }
            ).order()
        else { return nil }
        let next = cycle.nodes.dropFirst() + cycle.nodes.prefix(1)
        let labels = zip(cycle.nodes, next).compactMap { address, next in
            steps.first { $0.address == address }.map { DiagnosticLabel($0.place, "needs \(next)") }
        }
        let path = (cycle.nodes + cycle.nodes.prefix(1)).map(\.text).joined(separator: " -> ")
        return Diagnostic(
            .circle, "steps need one another: \(path)", labels: labels,
            help: ["break the circle at one of these places"])
    }
}

extension Value {
    /// The value with null for what never came to be known.
    fileprivate var withoutUnknown: Value {
        switch self {
        case .unknown: .null
        case .list(let items): .list(items.map(\.withoutUnknown))
        case .object(let object): .object(object.mapValues { $0.withoutUnknown })
        default: self
        }
    }
}
