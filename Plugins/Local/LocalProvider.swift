// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A connection to this machine: the things below one folder, recorded in one catalog.
///
/// The catalog's row is what makes a thing exist. Creation makes the thing's folder or service first and the row
/// last, deletion removes the row last, so that after a crash the row alone tells what happened.
struct LocalProvider: ListingProvider {
    static let kinds: [any LocalKind.Type] = [
        Note.self, Lake.self, Warehouse.self, Tracker.self, Stream.self, Notices.self, Endpoint.self
    ]

    private static let pageSize = 500

    private let platform: Platform
    private let kinds: [String: any LocalKind]

    init(folder: String, services: any HostServices) {
        let platform = Platform(folder: folder, services: services)
        self.platform = platform
        kinds = Dictionary(uniqueKeysWithValues: Self.kinds.map { ($0.schema.name, $0.init(platform: platform)) })
    }

    private var catalog: Catalog { platform.catalog }

    private func kind(_ name: String) throws(CallError) -> any LocalKind {
        guard let kind = kinds[name] else {
            throw CallError(
                .invalid, "the local platform has no kind '\(name)'",
                help: NearestName.find(name, in: kinds.keys).map { ["did you mean '\($0)'?"] } ?? [])
        }
        return kind
    }

    private func id(of outputs: ObjectValue, kind: String) throws(CallError) -> String {
        guard let id = outputs["id"]?.string else {
            throw CallError(.invalid, "the recorded outputs of this \(kind) hold no id")
        }
        return id
    }

    func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
        let kind = try kind(request.kind)
        try kind.schema.check(request.inputs)
        try checkCancellation()
        var thing = Thing(
            kind: request.kind, id: platform.id(madeBy: request.context.token), inputs: request.inputs)
        if !kind.isRowOnly { thing.name = try await name(of: thing, request) }
        thing.facts = try await kind.make(thing, context: request.context)
        let stored = try await catalog.insert(thing, token: request.context.token)
        return CreateResponse(outputs: try await kind.outputsNow(of: stored))
    }

    /// The name asked for, or one that tells where the thing is declared; where such a name is still taken by the
    /// thing's predecessor, one that nobody else has.
    private func name(of thing: Thing, _ request: CreateRequest) async throws(CallError) -> String {
        let wanted = thing.inputs["name"]?.string
        let name: String
        do throws(CallError) {
            name = try wanted.map(ThingName.checked) ?? platform.name(for: request.identity)
        } catch {
            throw error.about("name")
        }
        let holder = try await catalog.holder(of: name, kind: thing.kind)
        guard let holder, holder != thing.id else { return name }
        if wanted == nil { return name + "-" + thing.id.suffix(6) }
        throw CallError(
            .conflict, "another \(thing.kind) has the name '\(name)' already",
            help: ["choose another name, or leave it out"]
        ).about("name")
    }

    func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse { try await inspect(request).state }

    func inspect(_ request: ReadRequest) async throws(CallError) -> InspectResponse {
        let kind = try kind(request.kind)
        try checkCancellation()
        let id = try id(of: request.outputs, kind: request.kind)
        guard let thing = try await catalog.thing(id, kind: request.kind), try kind.isThere(thing) else {
            return InspectResponse(.gone, mark: ThingMark())
        }
        return InspectResponse(
            .found(inputs: thing.inputs, outputs: try await kind.outputsNow(of: thing)), mark: mark(of: thing))
    }

    /// Whoever wrote to the catalog did so as the owner of its file: nobody else may.
    private func mark(of thing: Thing) -> ThingMark {
        ThingMark(
            version: thing.version, changedBy: thing.changed == nil ? nil : LocalFiles.owner(of: catalog.path),
            changedAt: thing.changed)
    }

    /// Refuses what was changed since it was looked at.
    private func check(_ thing: Thing, expecting version: String?) throws(CallError) {
        guard let version, thing.version != version else { return }
        let mark = mark(of: thing)
        throw CallError(
            .conflict, "this \(thing.kind) was changed since it was looked at",
            notes: [mark.changedBy, mark.changedAt?.description].compactMap(\.self).isEmpty
                ? [] : ["by \(mark.changedBy ?? "somebody")" + (mark.changedAt.map { " at \($0)" } ?? "")],
            help: ["plan again, and look at what others changed"])
    }

    func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
        let kind = try kind(request.kind)
        try kind.schema.check(request.inputs)
        try kind.schema.checkInPlace(from: request.priorInputs, to: request.inputs)
        try checkCancellation()
        let id = try id(of: request.priorOutputs, kind: request.kind)
        let gone = CallError(
            .notFound, "this \(request.kind) is gone: something else than Converge deleted it",
            help: ["apply FILE    makes it anew"])
        if !kind.isRowOnly {
            guard let thing = try await catalog.thing(id, kind: request.kind), try kind.isThere(thing) else {
                throw gone
            }
            try check(thing, expecting: request.expectedVersion)
            try await kind.change(thing, to: request.inputs, context: request.context)
        }
        let changed = try await catalog.update(
            id, kind: request.kind, inputs: request.inputs, token: request.context.token,
            expecting: request.expectedVersion)
        guard let changed else {
            guard let thing = try await catalog.thing(id, kind: request.kind) else { throw gone }
            // It was lost by a hair where it is as expected again.
            try check(thing, expecting: request.expectedVersion)
            throw CallError(.conflict, "this \(request.kind) is being changed by somebody else")
        }
        return UpdateResponse(outputs: try await kind.outputsNow(of: changed))
    }

    func delete(_ request: DeleteRequest) async throws(CallError) {
        let kind = try kind(request.kind)
        try checkCancellation()
        let id = try id(of: request.outputs, kind: request.kind)
        if !kind.isRowOnly || request.expectedVersion != nil {
            guard let thing = try await catalog.thing(id, kind: request.kind) else { return }
            try check(thing, expecting: request.expectedVersion)
            if !kind.isRowOnly { try await kind.remove(thing, context: request.context) }
        }
        try await catalog.delete(id, kind: request.kind)
    }

    func settle(_ request: SettleRequest) async throws(CallError) -> Settlement {
        let kind = try kind(request.kind)
        try checkCancellation()
        switch request.effect {
        case .create:
            let token = request.context.token
            if let thing = try await catalog.thing(platform.id(madeBy: token), kind: request.kind) {
                return .happened(outputs: try await kind.outputsNow(of: thing))
            }
            try await kind.removeUnrecorded(id: platform.id(madeBy: token), context: request.context)
            return .didNotHappen
        case .update:
            let id = try id(of: request.priorOutputs, kind: request.kind)
            guard let thing = try await catalog.thing(id, kind: request.kind),
                thing.change == request.context.token.text
            else { return .didNotHappen }
            return .happened(outputs: try await kind.outputsNow(of: thing))
        case .delete:
            let id = try id(of: request.priorOutputs, kind: request.kind)
            guard let thing = try await catalog.thing(id, kind: request.kind) else { return .happened(outputs: [:]) }
            if try kind.isThere(thing) { return .didNotHappen }
            // All but the row is gone already, so the thing is; the row follows.
            try await catalog.delete(id, kind: request.kind)
            return .happened(outputs: [:])
        }
    }

    func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
        let kind = try kind(request.kind)
        let id = try id(of: request.outputs, kind: request.kind)
        guard let thing = try await catalog.thing(id, kind: request.kind), try kind.isThere(thing) else {
            throw CallError(
                .notFound, "\(request.identity.address) is gone: something else than Converge deleted it",
                help: ["apply FILE    makes it anew"])
        }
        guard let facet = try await kind.facet(request.facet, of: thing) else {
            throw CallError(
                .unsupported(feature: request.facet), "a \(request.kind) does not offer \(request.facet)",
                help: ["explain \(request.kind)"])
        }
        return facet
    }

    func list(_ request: ListRequest) async throws(CallError) -> ListResponse {
        let kind = try kind(request.kind)
        try checkCancellation()
        let page = try await catalog.page(kind: request.kind, after: request.pageToken, limit: Self.pageSize)
        var things: [Thing] = []
        for thing in page where try kind.isThere(thing) { things.append(thing) }
        let items = zip(things, try await kind.outputs(of: things)).map { thing, outputs in
            var item = ListedResource(id: thing.id, inputs: thing.inputs, outputs: outputs)
            item.mark = mark(of: thing)
            return item
        }
        return ListResponse(items: items, nextPageToken: page.count == Self.pageSize ? page.last?.id : nil)
    }
}

/// Ends the call where its task was cancelled.
func checkCancellation() throws(CallError) {
    if Task.isCancelled { throw CallError(.cancelled, "stopped on request") }
}
