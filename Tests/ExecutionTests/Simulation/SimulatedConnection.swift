// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What one process has open to the simulated remote: it ends with the process.
struct SimulatedConnection: ListingProvider {
    let remote: SimulatedRemote
    let process: SimulatedProcess

    private static func outputs(_ id: String, _ inputs: ObjectValue) -> ObjectValue {
        let text = inputs["text"]?.string ?? ""
        return ["id": .string(id), "stamp": .string("stamp of \(text)")]
    }

    /// What there is of the inputs where a thing is made in part.
    private static func part(of inputs: ObjectValue) -> ObjectValue {
        var part = inputs
        part["text"] = "in part"
        return part
    }

    func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
        await process.comesToEffect()
        let (token, inputs, remote) = (request.context.token, request.inputs, remote)
        let outputs = try remote.effect(
            "create \(request.identity.address)", token, mayBePartial: true, from: process
        ) { state, isWhole in
            if let made = state.things.values.first(where: { $0.madeBy == token }) { return .success(made.outputs) }
            let name = inputs["labels"]?.object?["name"]?.string
            if let name, state.things.values.contains(where: { $0.name == name }) {
                remote.trace.violation("\(name) would be there twice")
                return .failure(CallError(.conflict, "there is a \(name) already"))
            }
            state.count += 1
            state.creations[token, default: 0] += 1
            let id = "<\(state.count)>"
            let outputs = Self.outputs(id, inputs)
            state.things[id] = SimulatedRemote.Thing(
                id: id, madeBy: token, inputs: isWhole ? inputs : Self.part(of: inputs), outputs: outputs,
                lastToken: token, isWhole: isWhole, shownFrom: remote.clock.now().advanced(by: remote.lag))
            return .success(outputs)
        }
        return CreateResponse(outputs: outputs)
    }

    func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
        let (token, inputs, remote) = (request.context.token, request.inputs, remote)
        let id = request.priorOutputs["id"]?.string ?? ""
        let outputs = try remote.effect(
            "update \(request.identity.address)", token, mayBePartial: true, from: process
        ) { state, isWhole in
            guard var thing = state.things[id] else { return .failure(CallError(.notFound, "there is no \(id)")) }
            thing.before = (thing.inputs, thing.outputs)
            thing.inputs = isWhole ? inputs : Self.part(of: inputs)
            thing.outputs = Self.outputs(id, inputs)
            thing.lastToken = token
            thing.wasWhole = thing.isWhole
            thing.isWhole = isWhole
            state.things[id] = thing
            return .success(thing.outputs)
        }
        return UpdateResponse(outputs: outputs)
    }

    func delete(_ request: DeleteRequest) async throws(CallError) {
        let (id, remote) = (request.outputs["id"]?.string ?? "", remote)
        _ = try remote.effect(
            "delete \(request.identity.address)", request.context.token, mayBePartial: false, from: process
        ) { state, _ in
            if let guest = state.things.values.filter({ $0.host == id }).min(by: { $0.id < $1.id }) {
                remote.trace.violation("\(id) would go before \(guest.id), which is in it")
                return .failure(CallError(.conflict, "\(guest.id) is in it"))
            }
            state.things[id] = nil
            return .success([:])
        }
    }

    /// - Throws: Where the question is not answered, or the one who asks is dead.
    private func ask<T: Sendable>(
        _ call: String, _ body: (inout SimulatedRemote.State) -> T
    ) throws(CallError) -> T {
        let result: Result<T, CallError> = remote.with { state in
            guard process.isAlive else { return .failure(process.death) }
            if state.faults.ofQuestion(call) {
                return .failure(CallError(.throttled(retryAfter: .seconds(1)), "slow down"))
            }
            return .success(body(&state))
        }
        return try result.get()
    }

    func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse {
        let id = request.outputs["id"]?.string ?? ""
        let now = remote.clock.now()
        return try ask("read \(request.identity.address)") { state in
            guard let thing = state.things[id], now >= thing.shownFrom else { return .gone }
            return .found(inputs: thing.inputs, outputs: thing.outputs)
        }
    }

    func list(_ request: ListRequest) async throws(CallError) -> ListResponse {
        let start = request.pageToken.flatMap { Int($0) } ?? 0
        let now = remote.clock.now()
        return try ask("list") { state in
            let shown = state.things.values.filter { now >= $0.shownFrom.advanced(by: remote.lag) }.sorted {
                $0.id < $1.id
            }
            let page = shown.dropFirst(start).prefix(10)
            return ListResponse(
                items: page.map { ListedResource(id: $0.id, inputs: $0.inputs, outputs: $0.outputs) },
                nextPageToken: start + 10 < shown.count ? "\(start + 10)" : nil)
        }
    }

    func settle(_ request: SettleRequest) async throws(CallError) -> Settlement {
        remote.clock.advance(by: .seconds(3))
        let token = request.context.token
        let id = request.priorOutputs["id"]?.string
        let settlement: Settlement = try ask("settle \(request.identity.address)") { state in
            if state.pending.contains(where: { $0.token == token }) {
                return .cannotTell(reason: "it is still at work")
            }
            switch request.effect {
            case .create:
                guard let thing = state.things.values.first(where: { $0.madeBy == token }) else { return .didNotHappen }
                if !thing.isTakenBack { return .happened(outputs: thing.outputs) }
                state.things[thing.id] = nil
                return .didNotHappen
            case .update:
                guard let id, var thing = state.things[id], thing.lastToken == token else { return .didNotHappen }
                if !thing.isTakenBack { return .happened(outputs: thing.outputs) }
                if let before = thing.before { (thing.inputs, thing.outputs) = before }
                (thing.isTakenBack, thing.isWhole) = (false, thing.wasWhole)
                thing.lastToken = thing.madeBy
                state.things[id] = thing
                return .didNotHappen
            case .delete:
                return id.flatMap { state.things[$0] } == nil ? .happened(outputs: [:]) : .didNotHappen
            }
        }
        remote.trace.note("  settle \(request.effect) \(request.identity.address): \(Self.word(for: settlement))")
        return settlement
    }

    private static func word(for settlement: Settlement) -> String {
        switch settlement {
        case .happened: "happened"
        case .didNotHappen: "did not happen"
        case .cannotTell: "cannot tell"
        }
    }

    func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
        throw CallError(.unsupported(feature: request.facet), "no facets here")
    }
}
