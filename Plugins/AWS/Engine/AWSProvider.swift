// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A connection to one account and region of AWS.
struct AWSProvider: ListingProvider {
    let client: AWSClient
    let services: any HostServices

    private func thing(
        _ kind: String, _ context: CallContext, _ identity: ResourceIdentity?
    ) throws(CallError) -> AWSThing {
        try checkCancellation()
        return AWSThing(
            entry: try KindTable.shared.entry(kind), client: client, services: services, context: context,
            identity: identity)
    }

    func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
        let thing = try thing(request.kind, request.context, request.identity)
        do throws(CallError) {
            return CreateResponse(outputs: try await thing.create(thing.naming(request.inputs)))
        } catch { throw thing.trace.told(error) }
    }

    func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse {
        let thing = try thing(request.kind, request.context, request.identity)
        let recorded = thing.named(request.inputs, request.outputs)
        guard let seen = try await thing.look(recorded: recorded, outputs: request.outputs) else { return .gone }
        return .found(inputs: thing.unnamed(seen.inputs, as: request.inputs), outputs: seen.outputs)
    }

    func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
        let thing = try thing(request.kind, request.context, request.identity)
        do throws(CallError) {
            return UpdateResponse(
                outputs: try await thing.update(
                    from: thing.named(request.priorInputs, request.priorOutputs), request.priorOutputs,
                    to: thing.named(request.inputs, request.priorOutputs)))
        } catch { throw thing.trace.told(error) }
    }

    func delete(_ request: DeleteRequest) async throws(CallError) {
        let thing = try thing(request.kind, request.context, request.identity)
        do throws(CallError) {
            try await thing.delete(thing.named(request.inputs, request.outputs), request.outputs)
        } catch { throw thing.trace.told(error) }
    }

    func settle(_ request: SettleRequest) async throws(CallError) -> Settlement {
        var thing = try thing(request.kind, request.context, request.identity)
        // Of what is asked before anything else the host has no patience of its own.
        thing.firstRefusal = .tried
        switch request.effect {
        case .create: return try await thing.settleCreate(thing.naming(request.inputs))
        case .update:
            return try await thing.settleUpdate(thing.named(request.inputs, request.priorOutputs), request.priorOutputs)
        case .delete:
            return try await thing.settleDelete(thing.named(request.inputs, request.priorOutputs), request.priorOutputs)
        }
    }

    func list(_ request: ListRequest) async throws(CallError) -> ListResponse {
        let thing = try thing(request.kind, request.context, nil)
        guard let list = thing.entry.list else {
            throw CallError(
                .unsupported(feature: "list"), "AWS does not list every \(request.kind)",
                help: ["explain \(request.kind)"])
        }
        let page = try await thing.listed(list, after: request.pageToken, keeping: { _ in true })
        let names = try await thing.surroundings()
        let items = page.things.compactMap { seen -> ListedResource? in
            let scope = Scope(thing.encoded(seen.inputs), seen.outputs, names)
            guard let id = seen.id ?? thing.entry.id.name(in: scope) else { return nil }
            var item = ListedResource(id: id, inputs: seen.inputs, outputs: seen.outputs)
            item.owner = OwnTags.owner(seen.tags ?? [:])
            return item
        }
        return ListResponse(items: items, nextPageToken: page.next)
    }

    func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
        try AWSFacets(client: client, services: services).facet(request)
    }
}

/// Ends the call where its task was cancelled.
func checkCancellation() throws(CallError) {
    if Task.isCancelled { throw CallError(.cancelled, "stopped on request") }
}
