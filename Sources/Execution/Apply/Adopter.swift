// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Finds the things that `@adopt` names.
package struct Adopter: Sendable {
    private let store: any LedgerStore
    private let surroundings: ExecutionSurroundings

    package init(store: any LedgerStore, surroundings: ExecutionSurroundings) {
        self.store = store
        self.surroundings = surroundings
    }

    /// The snapshot with the things that the program adopts and that are not recorded yet, as they are now.
    ///
    /// - Throws: Where one is not there, belongs to another resource already, or its kind cannot be listed.
    package func adopting(_ program: Program, in snapshot: LedgerSnapshot) async throws(Diagnostics) -> LedgerSnapshot {
        var wanted: [ThingList.Source: [(node: ResourceNode, id: String)]] = [:]
        for node in program.resources where snapshot.records[node.address] == nil {
            guard let id = node.adopted, case .native(let kind, let alias) = node.form,
                !node.formerly.contains(where: { snapshot.records[$0] != nil })
            else { continue }
            let use = program.providers.first { $0.alias == alias } ?? ProviderUse(alias: alias, plugin: alias)
            // What the connection is made with is known in a later phase.
            if Value.object(use.settings).containsUnknown { continue }
            wanted[ThingList.Source(kind: kind.name, use: use), default: []].append((node, id))
        }
        if wanted.isEmpty { return snapshot }
        var state = ResourceState()
        for record in snapshot.records.values {
            state.values[record.identity.address] = record.inputs.merging(record.outputs)
        }
        var found: [Address: (id: String, record: ResourceRecord)] = [:]
        var problems: [Diagnostic] = []
        for (source, nodes) in wanted {
            do throws(Diagnostic) {
                let list = ThingList(source, environment: program.environment, surroundings)
                let things = try await list.things()
                let managed = try await managed(source, program.environment)
                var adopters: [String: ResourceNode] = [:]
                for (node, id) in nodes {
                    if let first = adopters.updateValue(node, forKey: id) {
                        problems.append(Self.adoptedTwice(id, first, node))
                        continue
                    }
                    guard let thing = things.first(where: { $0.id == id }) else {
                        problems.append(missing(id, node, source, things))
                        continue
                    }
                    if let holder = managed[thing.outputs] {
                        problems.append(taken(id, node, holder, in: program.module))
                        continue
                    }
                    let told = await inWords(of: node, thing, source, program, state)
                    found[node.address] = (id, record(told, node, source, program))
                }
            } catch {
                problems.append(error)
            }
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
        return snapshot.adopting(found)
    }

    /// The thing as its platform tells it beside what the recipe says: what means the same is told in the recipe's words,
    /// and what the recipe leaves to the platform is left out. As it was listed where that cannot be told.
    private func inWords(
        of node: ResourceNode, _ thing: ListedResource, _ source: ThingList.Source, _ program: Program,
        _ state: ResourceState
    ) async -> ListedResource {
        do {
            let wanted = try program.evaluation.inputs(of: node.address, in: state)
            var inputs = thing.inputs
            for field in wanted where !field.value.containsUnknown { inputs[field.key] = field.value }
            let provider = try await surroundings.gateway.provider(source.use, environment: program.environment)
            let request = ReadRequest(
                kind: source.kind,
                identity: ResourceIdentity(
                    environment: program.environment, module: program.module, address: node.address),
                inputs: inputs, outputs: thing.outputs,
                context: CallContext(token: surroundings.newToken(), run: "adopt", operation: node.address.text))
            guard case .found(let inputs, let outputs) = try await provider.read(request) else { return thing }
            var told = thing
            (told.inputs, told.outputs) = (inputs, outputs)
            return told
        } catch {
            return thing
        }
    }

    /// Who has each thing already, by its outputs.
    private func managed(
        _ source: ThingList.Source, _ environment: String
    ) async throws(Diagnostic) -> [ObjectValue: ResourceIdentity] {
        let records = try await store.records(environment: environment)
            .filter { $0.kind == source.kind && $0.provider.alias == source.use.alias }
        return Dictionary(records.map { ($0.outputs, $0.identity) }, uniquingKeysWith: { first, _ in first })
    }

    private func record(
        _ thing: ListedResource, _ node: ResourceNode, _ source: ThingList.Source, _ program: Program
    ) -> ResourceRecord {
        ResourceRecord(
            identity: ResourceIdentity(
                environment: program.environment, module: program.module, address: node.address),
            kind: source.kind, schemaVersion: node.kindSchema?.version ?? 1, provider: source.use, status: .ready,
            inputs: thing.inputs, outputs: thing.outputs, dependencies: node.dependencies,
            isProtected: node.protection ?? false, changed: surroundings.clock.now())
    }

    private func missing(
        _ id: String, _ node: ResourceNode, _ source: ThingList.Source, _ things: [ListedResource]
    ) -> Diagnostic {
        let nearest = NearestName.find(id, in: things.prefix(1000).map(\.id))
        return Diagnostic(
            .nothingToAdopt, "there is no \(source.kind) '\(id)' to become \(node.address)",
            labels: [DiagnosticLabel(node.place)],
            help: (nearest.map { ["did you mean '\($0)'?"] } ?? []) + ["adopt \(source.kind)    lists them"])
    }

    private func taken(
        _ id: String, _ node: ResourceNode, _ holder: ResourceIdentity, in module: String
    ) -> Diagnostic {
        Diagnostic(
            .adoptedAlready, "'\(id)' is \(holder.address) of module '\(holder.module)' already",
            labels: [DiagnosticLabel(node.place)],
            help: holder.module == module
                ? [
                    "@formerly: \(holder.address)    where it is the same thing under another name",
                    "forget \(holder.address)    to take it over anew"
                ] : ["forget \(holder.address)    in that module first", "leave `@adopt` out here"])
    }

    private static func adoptedTwice(_ id: String, _ first: ResourceNode, _ second: ResourceNode) -> Diagnostic {
        Diagnostic(
            .adoptedAlready, "\(first.address) and \(second.address) both adopt '\(id)'",
            labels: [DiagnosticLabel(second.place), DiagnosticLabel(first.place, "and here")],
            help: ["keep `@adopt` at one of them"])
    }
}
