// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ProgramEvaluation {
    /// The triggers of every workflow, by its name. What is wrong with one is reported.
    func triggerNodes(_ report: Report) -> [String: [TriggerNode]] {
        var nodes: [String: [TriggerNode]] = [:]
        for workflow in workflows where !workflow.code.triggers.isEmpty {
            var known: [String: SourcePlace] = [:]
            for code in workflow.code.triggers {
                let reading = TriggerReading(code: code, workflow: workflow, session: session(ResourceState()))
                do throws(EvaluationError) {
                    let node = TriggerNode(source: try reading.source(), place: workflow.place(code.range))
                    if let first = known[node.key] {
                        report.add(
                            Diagnostic(
                                .declaredTwice, "'\(workflow.name)' has this trigger twice",
                                labels: [DiagnosticLabel(node.place), DiagnosticLabel(first, "first here")],
                                help: ["take one of them out"]))
                    }
                    known[node.key] = node.place
                    nodes[workflow.name, default: []].append(node)
                } catch {
                    report.add(error.all)
                }
            }
        }
        return nodes
    }

    func arguments(
        ofTrigger trigger: Int, of name: String, event: ObjectValue
    ) throws(Diagnostics) -> ObjectValue {
        let (workflow, code) = try self.trigger(trigger, of: name)
        let session = session(ResourceState())
        var arguments = ObjectValue()
        if code.passesEvent { arguments["event"] = .object(event) }
        do throws(EvaluationError) {
            for (name, field) in code.arguments {
                arguments[name] = try session.inFrame([.object(event)]) { () throws(EvaluationError) in
                    try session.evaluate(field.code, in: workflow.module.scope)
                }
            }
        } catch {
            throw Diagnostics(error.all)
        }
        return arguments
    }

    func condition(
        ofTrigger trigger: Int, of name: String, in state: ResourceState
    ) throws(Diagnostics) -> Bool? {
        let (workflow, code) = try self.trigger(trigger, of: name)
        guard code.form == .condition, let argument = code.argument else { return nil }
        let session = session(state)
        do throws(EvaluationError) {
            let value = try session.inFrame { () throws(EvaluationError) in
                try session.evaluate(argument.code, in: workflow.module.scope)
            }
            return value.containsUnknown || value.isNull
                ? nil : try session.truth(value, argument.range, workflow.module.scope)
        } catch {
            throw Diagnostics(error.all)
        }
    }

    private func trigger(_ index: Int, of name: String) throws(Diagnostics) -> (PlacedWorkflow, TriggerCode) {
        guard let workflow = workflows.first(where: { $0.name == name }), workflow.code.triggers.indices.contains(index)
        else { throw Diagnostics([Diagnostic(.absent, "the recipe declares no such trigger of '\(name)'")]) }
        return (workflow, workflow.code.triggers[index])
    }
}

/// Turns one checked trigger into values, with the parameters of its module.
struct TriggerReading {
    let code: TriggerCode
    let workflow: PlacedWorkflow
    let session: EvaluationSession

    private var scope: ScopeInstance { workflow.module.scope }

    func source() throws(EvaluationError) -> TriggerSource {
        switch code.form {
        case .schedule: return .schedule(try schedule())
        case .files:
            let pattern = try argument().string ?? ""
            if pattern.isEmpty { throw misused("the path is empty", code.argument) }
            return .files(
                FileArrival(
                    pattern: pattern, settle: try duration("settle", .seconds(2), from: .zero), every: try every(5)))
        case .objects:
            return .objects(
                ObjectArrival(store: try store(), prefix: try text("prefix") ?? "", every: try every(5)))
        case .table:
            return .table(TableArrival(store: try store(), name: try text("table") ?? "", every: try every(5)))
        case .drift: return .drift(every: try every(3600))
        case .condition:
            return .metric(MetricWatch(form: .condition, text: code.text, every: try every(60)))
        case .tracked: return .metric(try tracked())
        case .measured: return .metric(try measured())
        case .webhook: return .webhook(try webhook())
        case .workflow:
            let status = try text("status") ?? "succeeded"
            return .workflow(
                WorkflowEnd(
                    name: try text("recipe") == nil ? prefix + (code.workflow ?? "") : code.workflow ?? "",
                    recipe: try text("recipe"),
                    statuses: status == "any" ? ["succeeded", "failed"] : [status]))
        }
    }

    /// What stands before the names of workflows of an imported module.
    private var prefix: String { String(workflow.name.dropLast(workflow.code.name.count)) }

    private func schedule() throws(EvaluationError) -> Schedule {
        let text = try argument().string ?? ""
        let cron: CronExpression
        do throws(CronError) { cron = try CronExpression(text) } catch {
            throw .failed(.unreadableSchedule(error, at: workflow.place(code.argument?.range ?? code.range)))
        }
        let name = try self.text("zone") ?? "UTC"
        guard let zone = LocalZone(name) else {
            throw .failed(.unknownZone(name, at: workflow.place(code.options["zone"]?.range ?? code.range)))
        }
        return Schedule(
            cron: cron, zone: zone, missed: try self.text("missed").flatMap(Schedule.Missed.init) ?? .runOnce,
            missing: try self.text("missing").flatMap(Schedule.Missing.init) ?? .shift,
            doubled: try self.text("doubled").flatMap(Schedule.Doubled.init) ?? .once)
    }

    private func tracked() throws(EvaluationError) -> MetricWatch {
        let metric = try text("metric") ?? ""
        let experiment = try text("experiment")
        let (above, below) = (try number("above"), try number("below"))
        let bound = above.map { "> \($0)" } ?? below.map { "< \($0)" } ?? ""
        let tracker = try store()
        return MetricWatch(
            form: .tracked(tracker: tracker, metric: metric, experiment: experiment, above: above, below: below),
            text: "\(tracker)\(experiment.map { " of " + Value.string($0).literal } ?? "") \(metric) \(bound)",
            every: try every(60))
    }

    private func measured() throws(EvaluationError) -> MetricWatch {
        let metric = try text("metric") ?? ""
        let (above, below) = (try number("above"), try number("below"))
        let bound = above.map { "> \($0)" } ?? below.map { "< \($0)" } ?? ""
        let over = try duration("over", .seconds(300), from: .seconds(60))
        let thing = try store()
        return MetricWatch(
            form: .measured(thing: thing, metric: metric, above: above, below: below, over: over),
            text: "\(thing) \(metric) \(bound) over \(Value.duration(over).literal)", every: try every(60))
    }

    private func webhook() throws(EvaluationError) -> Webhook {
        let path = try argument().string ?? ""
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isPath =
            path.hasPrefix("/")
            && parts.allSatisfy { part in
                !part.isEmpty && part != "." && part != ".."
                    && part.utf8.allSatisfy {
                        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                            || "-_.~".utf8.contains($0)
                    }
            }
        guard isPath, !["/metrics", "/healthz"].contains(path) else {
            throw misused(
                "the path of a webhook is parts of letters, digits, - _ . and ~, each behind a slash, and neither "
                    + "/metrics nor /healthz", code.argument)
        }
        let window = try duration("window", .seconds(300), from: .seconds(1))
        guard window <= .seconds(86_400) else { throw misused("'window' is at most 1d", code.options["window"]) }
        let largest = try option("largest")?.size ?? 1 << 20
        guard (1...(16 << 20)).contains(largest) else {
            throw misused("'largest' is from 1B to 16MiB", code.options["largest"])
        }
        return Webhook(path: path, secret: try option("secret") ?? .null, window: window, largest: largest)
    }

    // MARK: Values

    private func argument() throws(EvaluationError) -> Value {
        guard let argument = code.argument else { return .null }
        return try value(argument, "what 'on \(code.form.rawValue)' waits for")
    }

    private func store() throws(EvaluationError) -> Address {
        if case .reference(let reference) = try argument(), let address = reference.resource { return address }
        throw misused("this is no resource of the module", code.argument)
    }

    private func option(_ name: String) throws(EvaluationError) -> Value? {
        guard let field = code.options[name] else { return nil }
        let value = try value(field, "'\(name)'")
        return value.isNull ? nil : value
    }

    private func value(_ field: FieldCode, _ what: String) throws(EvaluationError) -> Value {
        let value = try session.inFrame { () throws(EvaluationError) in try session.evaluate(field.code, in: scope) }
        if let unknown = value.firstUnknown {
            throw session.failure(
                .unknownAtPlan, "\(what) depends on \(unknown.origin), which only an apply will know", at: field.range,
                in: scope, help: ["decide it by parameters, or by declared fields instead of outputs"])
        }
        return value
    }

    private func text(_ name: String) throws(EvaluationError) -> String? { try option(name)?.string }

    private func number(_ name: String) throws(EvaluationError) -> Double? { try option(name)?.number }

    private func every(_ seconds: Int) throws(EvaluationError) -> Duration {
        try duration("every", .seconds(seconds), from: .milliseconds(100))
    }

    private func duration(
        _ name: String, _ preset: Duration, from least: Duration
    ) throws(EvaluationError) -> Duration {
        guard let duration = try option(name)?.duration else { return preset }
        guard duration >= least else {
            throw misused("'\(name)' is at least \(Value.duration(least).literal)", code.options[name])
        }
        return duration
    }

    private func misused(_ message: String, _ field: FieldCode?) -> EvaluationError {
        session.failure(
            .triggerMisused, message, at: field?.range ?? code.range, in: scope,
            help: ["explain \(TriggerContract.word(of: code.form))"])
    }
}
