// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ModuleChecker {
    /// Checks the `on …` clauses of a workflow.
    ///
    /// - Parameter scope: The workflow's, for its parameters.
    func checkTriggers(of workflow: WorkflowDeclaration, _ scope: NameScope) -> [TriggerCode] {
        workflow.body.statements.compactMap { statement in
            guard case .on(let node) = statement else { return nil }
            return check(node, of: workflow, scope)
        }
    }

    private func check(_ node: OnTrigger, of workflow: WorkflowDeclaration, _ scope: NameScope) -> TriggerCode? {
        let word = node.event.text
        guard let contract = TriggerContract.of(word) else {
            let nearest = NearestName.find(word, in: TriggerContract.all.map(\.word))
            report(
                .triggerUnknown, "nothing starts a workflow 'on \(word)'", at: node.event.range,
                nearest.map { "did you mean '\($0)'?" } ?? "", help: ["explain on"])
            return nil
        }
        let checker = ExpressionChecker(module: self, scope: root)
        var given = GivenFields(node.options, orNoneAt: node.event.range)
        let with = given.entries.filter { $0.key.plain == "with" }
        given.entries.removeAll { $0.key.plain == "with" }
        let options = checkOptions(given, contract, checker)
        guard let waited = checkArgument(node, contract, options, of: workflow, checker) else { return nil }
        let form = waited.form
        checkOptionsFit(options, form, contract)
        let passed = checkArguments(with, event: contract.event(form), of: workflow, scope, node)
        return TriggerCode(
            form: form, argument: waited.argument, workflow: waited.workflow,
            text: node.argument.map { source.text(of: $0.range) } ?? "", options: options,
            arguments: passed.arguments, passesEvent: passed.passesEvent, range: node.range)
    }

    private func checkOptions(
        _ given: GivenFields, _ contract: TriggerContract, _ checker: ExpressionChecker
    ) -> [String: FieldCode] {
        let kind = "on \(contract.word)"
        let fields = contract.options.map { FieldRule($0, RecipeType($0.type, session.library)) }
        let rules = FieldRules(
            kind: kind, fields: fields,
            index: Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) }),
            help: ["explain \(contract.word)"])
        let codes = checkFields(given, rules, checker) { name, _ in
            report(
                .metaUnknown, "'@\(name.text)' has no meaning in '\(kind)'", at: name.range,
                help: ["explain \(contract.word)"])
        }
        var options: [String: FieldCode] = [:]
        for (rule, code) in zip(fields, codes) { options[rule.name] = code }
        if let zone = options["zone"], case .constant(.string(let name)) = zone.code, LocalZone(name) == nil {
            session.report.add(.unknownZone(name, at: source.place(zone.range)))
        }
        return options
    }

    // MARK: What is waited for

    private struct Waited {
        var form: TriggerForm
        var argument: FieldCode?
        var workflow: String?

        init(_ form: TriggerForm, _ argument: FieldCode? = nil, workflow: String? = nil) {
            self.form = form
            self.argument = argument
            self.workflow = workflow
        }
    }

    private func checkArgument(
        _ node: OnTrigger, _ contract: TriggerContract, _ options: [String: FieldCode],
        of workflow: WorkflowDeclaration, _ checker: ExpressionChecker
    ) -> Waited? {
        guard let argument = node.argument else {
            if contract.word == "drift" { return Waited(.drift) }
            report(
                .triggerMisused, "'on \(contract.word)' does not say what it waits for", at: node.event.range,
                help: [contract.example])
            return nil
        }
        if argument.isInvalid { return nil }
        switch contract.word {
        case "schedule":
            let code = checker.check(argument, as: .string, "the schedule")
            checkCron(argument)
            return Waited(.schedule, FieldCode(code: code, range: argument.range, keyRange: argument.range))
        case "webhook":
            let code = checker.check(argument, as: .string, "the path")
            return Waited(.webhook, FieldCode(code: code, range: argument.range, keyRange: argument.range))
        case "data": return data(argument, options, checker)
        case "metric": return metric(argument, options, checker)
        case "workflow":
            return end(of: argument, hasRecipe: options["recipe"] != nil, in: workflow).map {
                Waited(.workflow, workflow: $0)
            }
        default:
            report(
                .triggerMisused, "'on \(contract.word)' takes nothing but fields in braces", at: argument.range,
                help: [contract.example])
            return nil
        }
    }

    /// Reads a schedule that stands there as text, and shows the field that is wrong.
    private func checkCron(_ argument: Expression) {
        guard case .string(let string) = argument, let text = string.plainText else { return }
        do throws(CronError) {
            _ = try CronExpression(text)
        } catch {
            var range = string.range
            if case .text(_, let place)? = string.parts.first,
                Int(place.upper) - Int(place.lower) == text.utf8.count
            {
                range = SourceRange(
                    Int(place.lower) + error.range.lowerBound, Int(place.lower) + error.range.upperBound)
            }
            session.report.add(.unreadableSchedule(error, at: source.place(range)))
        }
    }

    private func data(
        _ argument: Expression, _ options: [String: FieldCode], _ checker: ExpressionChecker
    ) -> Waited? {
        let checked = checker.check(argument, .string)
        let field = FieldCode(code: checked.code, range: argument.range, keyRange: argument.range)
        switch checked.type {
        case .poison: return nil
        case .string: return Waited(.files, field)
        case .thing(let kind):
            let offered = facets(of: kind)
            let wanted = options["table"] == nil ? "ObjectStore" : "TableStore"
            if offered.isEmpty || offered.contains(wanted) {
                need(wanted, of: checked.code, "a trigger", argument)
                return Waited(options["table"] == nil ? .objects : .table, field)
            }
            report(
                .triggerMisused,
                options["table"] == nil ? "\(kind) holds no objects" : "\(kind) holds no tables", at: argument.range,
                help: options["table"] == nil && offered.contains("TableStore")
                    ? ["say which table: { table: \"…\" }"] : [])
            return nil
        default:
            report(
                .triggerMisused, "'on data' takes a path or a store, and this is \(checked.type.phrase)",
                at: argument.range, help: ["explain data"])
            return nil
        }
    }

    private func metric(
        _ argument: Expression, _ options: [String: FieldCode], _ checker: ExpressionChecker
    ) -> Waited? {
        let checked = checker.check(argument)
        let field = FieldCode(code: checked.code, range: argument.range, keyRange: argument.range)
        switch checked.type {
        case .poison: return nil
        case .bool: return Waited(.condition, field)
        case .thing(let kind):
            let offered = facets(of: kind)
            let isTracker = offered.isEmpty || offered.contains("ExperimentTracker")
            guard isTracker || offered.contains("MetricSource") || isMeasured(kind) else {
                report(
                    .triggerMisused, "\(kind) is not measured and tracks no runs", at: argument.range,
                    help: ["write a condition on its outputs, or name a tracker or a thing that is measured"])
                return nil
            }
            let hasThreshold = (options["above"] == nil) != (options["below"] == nil)
            guard options["metric"] != nil, hasThreshold else {
                report(
                    .triggerMisused, "a metric of a thing needs its name and one threshold", at: argument.range,
                    help: ["on metric tracking { metric: \"recall\", below: 0.2 }"])
                return nil
            }
            if isTracker { need("ExperimentTracker", of: checked.code, "a trigger", argument) }
            return Waited(isTracker ? .tracked : .measured, field)
        default:
            report(
                .triggerMisused,
                "'on metric' takes a condition or a thing, and this is \(checked.type.phrase)", at: argument.range,
                help: ["explain metric"])
            return nil
        }
    }

    /// Whether mappings of a capability make what is measured.
    private func isMeasured(_ kind: String) -> Bool {
        session.library.kind(named: kind)?.isMeasured ?? false
    }

    private func need(_ facet: String, of code: Code, _ needer: String, _ argument: Expression) {
        guard let resource = code.declaredResource else { return }
        facetNeeds.append(FacetNeed(resource: resource, facets: [facet], needer: needer, range: argument.range))
    }

    /// Empty where nothing is known of the kind.
    private func facets(of kind: String) -> [String] { session.library.kind(named: kind)?.facets ?? [] }

    /// The name of the workflow that is meant.
    private func end(of argument: Expression, hasRecipe: Bool, in workflow: WorkflowDeclaration) -> String? {
        guard let name = Self.workflowName(argument) else {
            report(
                .triggerMisused, "'on workflow' takes the name of a workflow", at: argument.range,
                help: ["on workflow load", "on workflow \"load\" { recipe: \"other.recipe\" }"])
            return nil
        }
        if hasRecipe { return name }
        if name == workflow.name.text {
            report(
                .triggerMisused, "the workflow '\(name)' would be started by its own end, without end",
                at: argument.range, help: ["name another workflow"])
            return nil
        }
        let known = workflowNames
        if known.contains(name) { return name }
        let nearest = NearestName.find(name, in: known)
        report(
            .unknownName, "there is no workflow '\(name)' here", at: argument.range,
            nearest.map { "did you mean '\($0)'?" } ?? "",
            help: nearest == nil
                ? ["name the recipe of one that is declared elsewhere: { recipe: \"other.recipe\" }"] : [])
        return nil
    }

    private static func workflowName(_ expression: Expression) -> String? {
        switch expression {
        case .name(let name): name.text
        case .string(let string): string.plainText
        case .member(let member):
            if case .name(let alias) = member.base { alias.text + "." + member.name.text } else { nil }
        default: nil
        }
    }

    /// Workflows that would start one another without end.
    func checkEnds(_ workflows: [WorkflowCode]) {
        let names = Set(workflows.map(\.name))
        let edges = workflows.map { workflow in
            (
                Address(workflow.name),
                workflow.triggers.compactMap { trigger -> Address? in
                    guard trigger.options["recipe"] == nil, let name = trigger.workflow, names.contains(name) else {
                        return nil
                    }
                    return Address(name)
                }
            )
        }
        guard case .failure(let cycle) = DependencyGraph(edges).order() else { return }
        let path = (cycle.nodes + cycle.nodes.prefix(1)).map(\.text).joined(separator: " -> ")
        let labels = cycle.nodes.compactMap { name in
            workflows.first { $0.name == name.text }?.triggers
                .first { $0.workflow.map { cycle.nodes.contains(Address($0)) } ?? false }
                .map { DiagnosticLabel(source.place($0.range)) }
        }
        session.report.add(
            Diagnostic(
                .circle, "workflows would start one another without end: \(path)", labels: labels,
                help: ["take one of these triggers out"]))
    }

    /// Options of another form of the same trigger would be ignored.
    private func checkOptionsFit(_ options: [String: FieldCode], _ form: TriggerForm, _ contract: TriggerContract) {
        let foreign: [String]
        switch form {
        case .files: foreign = ["table", "prefix"]
        case .objects: foreign = ["settle"]
        case .table: foreign = ["settle", "prefix"]
        case .condition: foreign = ["metric", "experiment", "above", "below", "over"]
        case .tracked: foreign = ["over"]
        case .measured: foreign = ["experiment"]
        default: foreign = []
        }
        for name in foreign {
            guard let field = options[name] else { continue }
            report(
                .triggerMisused, "'\(name)' has no meaning for \(form.rawValue)", at: field.keyRange,
                help: ["explain \(contract.word)"])
        }
    }
}

extension Diagnostic {
    static func unknownZone(_ name: String, at place: SourcePlace) -> Diagnostic {
        let nearest = NearestName.find(name, in: LocalZone.knownNames)
        return Diagnostic(
            .zoneUnknown, "there is no time zone '\(name)'", at: place, nearest.map { "did you mean '\($0)'?" } ?? "",
            help: ["name it as the IANA database does: \"Europe/Berlin\", \"America/New_York\", \"UTC\""])
    }

    static func unreadableSchedule(_ error: CronError, at place: SourcePlace) -> Diagnostic {
        Diagnostic(
            .scheduleUnreadable, error.message, at: place,
            help: ["\"30 2 * * MON-FRI\" is half past two on weekdays", "explain schedule"])
    }
}
