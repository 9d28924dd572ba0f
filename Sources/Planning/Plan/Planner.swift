// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Decides what must change so that the platforms match a program. A function of its inputs, nothing else.
package struct Planner: Sendable {
    let program: Program
    let snapshot: LedgerSnapshot
    let observations: [Address: Observation]
    let selection: PlanSelection
    private let fingerprints: [String: String]

    /// - Parameters:
    ///   - observations: Recorded resources as their platforms have them now, by recorded address; a record without
    ///     one is taken to be as recorded.
    ///   - fingerprints: What stands for the present texts of secrets, by their recorded names; one that is missing is
    ///     taken to be as recorded.
    package init(
        program: Program, snapshot: LedgerSnapshot, observations: [Address: Observation] = [:],
        selection: PlanSelection = .everything, fingerprints: [String: String] = [:]
    ) {
        self.program = program
        self.snapshot = snapshot
        self.observations = observations
        self.selection = selection
        self.fingerprints = fingerprints
    }

    /// - Throws: Every problem found: circles, protected resources that would be lost, errors of evaluation.
    package func plan() throws(Diagnostics) -> Plan { try planned().plan }

    /// The plan, and the resources as they will be known before it is applied.
    package func planned() throws(Diagnostics) -> (plan: Plan, state: ResourceState) {
        if selection.isRefreshOnly { return (try refreshed(), ResourceState()) }
        var problems: [Diagnostic] = []
        let natives = program.resources.filter { if case .native = $0.form { true } else { false } }
        let moves = try movedRecords(natives)
        let graph = DependencyGraph(natives.map { ($0.address, $0.dependencies) })
        let order: [Address]
        switch graph.order() {
        case .success(let found): order = found
        case .failure(let cycle): throw Diagnostics([self.problem(of: cycle, natives)])
        }

        let nodes = Dictionary(natives.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        var state = ResourceState()
        state.values.reserveCapacity(natives.count)
        problems += Self.contraryWishes(of: program)
        var changes: [PlannedChange] = []
        changes.reserveCapacity(natives.count)
        var later = program.deferrals
        for address in order {
            guard let node = nodes[address], case .native(let kind, let alias) = node.form else { continue }
            if let origin = Self.firstUnknown(in: use(of: alias, for: kind).settings) {
                later.append(
                    Deferral(
                        subject: "the connection '\(alias)'", origin: origin, names: [address.text], place: node.place))
                state.values[address] = Self.undecided([:], kind, address)
                continue
            }
            do {
                let record = snapshot.records[moves[address] ?? address]
                let inputs = try program.evaluation.inputs(of: address, in: state)
                if let origin = Deferral.origin(in: .object(inputs)) {
                    later.append(
                        Deferral(subject: "'\(address)'", origin: origin, names: [address.text], place: node.place))
                    state.values[address] = Self.undecided(inputs, kind, address)
                    continue
                }
                let change = self.change(node, kind, alias, inputs, record, movedFrom: moves[address])
                state.values[address] = expected(change, kind, record)
                changes.append(change)
            } catch {
                problems += error.all
            }
        }
        let kept = Set(order).union(moves.values)
        let deletions = deletions(keeping: kept).filter { change in !later.contains { $0.mayDeclare(change.address) } }
        do throws(Diagnostics) {
            changes = try replacing(changes, nodes)
            changes = try freeingNames(deleting(deletions, behind: changes), nodes)
        } catch {
            problems += error.all
            changes += deletions
        }
        let choice = try PlanChoice(selection, among: changes, later, of: program)
        (changes, later) = (choice.changes, choice.deferrals)
        for address in choice.leftOut { state.values[address] = present(moves[address] ?? address) }
        problems += changes.compactMap { protectionProblem($0, nodes) }
        problems += changes.compactMap { adoptionProblem($0, nodes) }
        let outputs: ObjectValue
        do {
            outputs = try program.evaluation.outputs(in: state)
        } catch {
            problems += error.all
            outputs = [:]
        }
        let (findings, refusals) = judged(changes, in: state)
        problems += refusals
        if !problems.isEmpty { throw Diagnostics(problems.deduplicated()) }
        var plan = Plan(
            environment: program.environment, module: program.module, ledgerVersion: snapshot.version,
            changes: changes, outputs: outputs, policies: findings)
        plan.deferrals = later
        if !program.isEmptied { plan.renames = LikelyRename.find(among: changes, snapshot, program) }
        plan.mappings = program.resources.compactMap { MappingChange($0, snapshot.records) }
        plan.leftOut = choice.leftOut
        plan.selection = selection
        return (plan, state)
    }

    /// What the settings of a connection wait for; nil where all are known.
    private static func firstUnknown(in settings: ObjectValue) -> String? {
        Value.object(settings).firstUnknown.map { Deferral.origin(in: .unknown($0)) ?? $0.origin }
    }

    // MARK: One resource

    private func change(
        _ node: ResourceNode, _ kind: ResourceKindSchema, _ alias: String, _ inputs: ObjectValue,
        _ record: ResourceRecord?, movedFrom: Address?
    ) -> PlannedChange {
        var change = PlannedChange(
            address: node.address, kind: kind.name, provider: use(of: alias, for: kind), schemaVersion: kind.version,
            action: .create, movedFrom: movedFrom, inputs: inputs, dependencies: node.dependencies,
            isProtected: node.protection ?? record?.isProtected ?? false)
        (change.owner, change.ignored) = (node.owner, node.ignored)
        guard let record else {
            if let id = node.adopted, selection.isOffline {
                change.action = .adopt
                change.reasons = ["it adopts '\(id)', which is not looked at offline"]
                return change
            }
            change.fields = created(inputs, kind)
            change.reasons = [
                snapshot.forgotten[node.address].map {
                    "it is declared, and was forgotten \($0.changed): what was there stays, this is another one"
                } ?? "it is declared and not there yet"
            ]
            return change
        }
        if let unsettled = Self.unsettled(record) {
            change.action = unsettled
            change.fields = created(inputs, kind)
            change.reasons = ["an earlier command was interrupted at it; apply asks the platform first"]
            return change
        }
        var (present, presentOutputs) = (record.inputs, record.outputs)
        switch observations[record.identity.address] {
        case .gone?:
            change.fields = created(inputs, kind)
            change.reasons = ["it was recorded but is gone from the platform"]
            return change
        case .found(let observed, let outputs, let mark)?:
            change.mark = mark
            change.drift = FieldComparison.differences(from: record.inputs, to: observed, fields: kind.fields)
            change.drift += FieldComparison.conditions(from: record.outputs, to: outputs, outputs: kind.outputs)
            (present, presentOutputs) = (observed, outputs)
        case nil: break
        }
        if !node.ignored.isEmpty {
            let ignored = IgnoredFields(node.ignored)
            change.drift.removeAll { ignored.covers($0) }
            change.inputs = ignored.applied(to: inputs, keeping: present)
        }
        change.fields = FieldComparison.differences(
            from: present, to: change.inputs, fields: kind.fields, made: presentOutputs)
        change.fields += FieldComparison.changedSecrets(
            in: change.inputs, fields: kind.fields, from: record.fingerprints, to: fingerprints
        ).filter { difference in
            !IgnoredFields(node.ignored).covers(difference)
                && !change.fields.contains { $0.path.prefix { $0 != "." } == difference.path }
        }
        change.fields += FieldComparison.conditions(from: presentOutputs, to: nil, outputs: kind.outputs)
        if record.kind != kind.name {
            change.action = .replace
            change.reasons = ["its kind was \(record.kind)"]
        } else if record.provider.alias != change.provider.alias || record.provider.plugin != change.provider.plugin {
            change.action = .replace
            change.reasons = ["its provider was \(record.provider.alias)"]
        } else if let other = program.elsewhere(change.provider, than: record.provider, spans: kind.spans) {
            change.action = .replace
            change.reasons = [
                "`\(other.setting)` of the connection \(change.provider.alias): \(other.before.literal) -> \(other.after.literal)"
            ]
        } else if record.status == .incomplete {
            let replacing = change.fields.filter(\.replaces)
            change.action = record.outputs.isEmpty || !replacing.isEmpty ? .replace : .update
            change.reasons =
                ["an earlier attempt left it incomplete"] + replacing.map { reason($0, node, change.drift) }
        } else if change.fields.isEmpty {
            let differs = movedFrom != nil
            change.action = differs ? .move : .unchanged
            if let movedFrom { change.reasons = ["it was \(movedFrom) before"] }
        } else {
            let replacing = change.fields.filter(\.replaces)
            change.action = replacing.isEmpty ? .update : .replace
            change.reasons = (replacing.isEmpty ? change.fields : replacing).map { reason($0, node, change.drift) }
        }
        if change.action != .replace, selection.replaces(node.address) {
            change.action = .replace
            change.reasons.insert("--replace asks for it", at: 0)
        }
        if let movedFrom, change.action != .move { change.reasons.append("it was \(movedFrom) before") }
        if let id = snapshot.adopted[node.address] {
            change.adopted = id
            change.reasons.insert("'\(id)' is there and is adopted", at: 0)
            if change.action == .unchanged { change.action = .adopt }
        }
        return change
    }

    /// What is likely still to be done where an effect's end is not known; nil where every end is.
    private static func unsettled(_ record: ResourceRecord) -> PlannedAction? {
        switch record.status {
        case .creating, .deleting: .create
        case .updating: .update
        case .ready, .incomplete, .forgotten: nil
        }
    }

    private func reason(_ difference: FieldDifference, _ node: ResourceNode, _ drift: [FieldDifference]) -> String {
        let field = difference.path.prefix { $0 != "." }
        var text = "`\(difference.path)`"
        text += difference.shrinks ? " can only grow: " : difference.replaces ? " is create-only: " : ": "
        if difference.isOfSecret {
            return text + "secret changed"
        } else if difference.isSensitive {
            text += "its secret value changed"
        } else {
            text += "\(difference.before?.literal ?? "(none)") -> \(difference.after?.literal ?? "(none)")"
        }
        var causes: [String] = []
        let drifted = drift.first { $0.path == difference.path }
        if drifted != nil { causes.append("changed outside of Converge") }
        // Where the recipe wants what it wanted before, it is no cause.
        if drifted.map({ $0.before != difference.after }) ?? true, let place = node.fieldPlaces[String(field)] {
            causes.append("asked for at \(place.file):\(place.start.line)")
        }
        return causes.isEmpty ? text : "\(text), \(causes.joined(separator: " and "))"
    }

    private func created(_ inputs: ObjectValue, _ kind: ResourceKindSchema) -> [FieldDifference] {
        inputs.compactMap { entry in
            if entry.value.isNull { return nil }
            return FieldDifference(
                path: entry.key, before: nil, after: entry.value, replaces: false,
                isSensitive: kind.field(entry.key)?.isSensitive ?? false)
        }
    }

    private func use(of alias: String, for kind: ResourceKindSchema) -> ProviderUse {
        program.providers.first { $0.alias == alias } ?? ProviderUse(alias: alias, plugin: alias)
    }

    /// What readers of the resource see while the plan is made.
    private func expected(
        _ change: PlannedChange, _ kind: ResourceKindSchema, _ record: ResourceRecord?
    ) -> ObjectValue {
        var outputs = record?.outputs ?? [:]
        if let record, case .found(_, let observed, _)? = observations[record.identity.address] { outputs = observed }
        return change.expected(kind, outputs: outputs)
    }

    /// A resource that is planned in a later phase, as its readers see it.
    private static func undecided(_ inputs: ObjectValue, _ kind: ResourceKindSchema, _ address: Address) -> ObjectValue
    {
        var value = inputs
        for output in kind.outputs { value[output.name] = Deferral.unknown(address.text) }
        return value
    }

    // MARK: The whole module

    /// Records of native resources that are declared no more, dependants first.
    private func deletions(keeping kept: Set<Address>) -> [PlannedChange] {
        let leaving = snapshot.records.values
            .filter { $0.composite == nil && !kept.contains($0.identity.address) }
            .sorted { $0.identity.address < $1.identity.address }
        let graph = DependencyGraph(leaving.map { ($0.identity.address, $0.dependencies) })
        let byAddress = Dictionary(
            leaving.map { ($0.identity.address, $0) }, uniquingKeysWith: { first, _ in first })
        let order: [Address]
        switch graph.order() {
        case .success(let found): order = found.reversed()
        case .failure: order = leaving.map(\.identity.address)
        }
        return order.compactMap { address in
            guard let record = byAddress[address] else { return nil }
            var change = PlannedChange(
                address: address, kind: record.kind, provider: record.provider, schemaVersion: record.schemaVersion,
                action: .delete,
                reasons: [program.isEmptied ? "everything of the module is to go" : "it is not declared any more"],
                inputs: [:],
                dependencies: graph.dependants(of: address), isProtected: record.isProtected)
            change.mark = mark(of: address)
            return change
        }
    }

    private func protectionProblem(_ change: PlannedChange, _ nodes: [Address: ResourceNode]) -> Diagnostic? {
        guard change.action == .delete || change.action == .replace else { return nil }
        let recorded = snapshot.records[change.movedFrom ?? change.address]?.isProtected ?? false
        let node = nodes[change.address]
        // What is declared counts before it is recorded; what is recorded goes on where nothing is declared any more.
        guard node?.protection ?? program.protection[change.address] ?? recorded else { return nil }
        let verb = change.action == .delete ? "deleted" : "replaced"
        let isDeclared = node != nil || program.protection[change.address] != nil
        return Diagnostic(
            .planProtected, "\(change.address) is protected and would be \(verb)",
            labels: node.map { [DiagnosticLabel($0.place)] } ?? [], notes: change.reasons,
            help: [
                isDeclared
                    ? "set `@protect: false` in its declaration"
                    : "put its declaration back with `@protect: false`, apply that, and take it out then"
            ])
    }

    /// What is adopted is not made anew at once.
    private func adoptionProblem(_ change: PlannedChange, _ nodes: [Address: ResourceNode]) -> Diagnostic? {
        guard let id = change.adopted, change.action == .replace, let node = nodes[change.address] else { return nil }
        return Diagnostic(
            .planAdoptsAnother, "'\(id)' is not what \(change.address) declares, and would be made anew",
            labels: [DiagnosticLabel(node.place)], notes: change.reasons,
            help: ["declare what is there, or leave `@adopt` out"])
    }

    private func problem(of cycle: DependencyCycle, _ natives: [ResourceNode]) -> Diagnostic {
        let labels = cycle.nodes.enumerated().compactMap { offset, address -> DiagnosticLabel? in
            guard let node = natives.first(where: { $0.address == address }) else { return nil }
            let next = cycle.nodes[(offset + 1) % cycle.nodes.count]
            return DiagnosticLabel(node.place, "needs \(next)")
        }
        let path = (cycle.nodes + cycle.nodes.prefix(1)).map(\.text).joined(separator: " -> ")
        return Diagnostic(
            .planCycle, "resources wait for one another: \(path)", labels: labels,
            help: ["break the circle at one of these places"])
    }
}

extension [Diagnostic] {
    /// The diagnostics without repeats, in their order.
    func deduplicated() -> [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return filter { seen.insert($0).inserted }
    }
}
