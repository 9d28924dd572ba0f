// SPDX-License-Identifier: Apache-2.0

/// A configured connection to one platform, which makes, reads, changes and deletes things of its plugin's kinds.
///
/// Calls arrive concurrently. Each effect carries a token; after a crash the host asks `settle` with the same token
/// what became of it, so a provider stores the token with the thing or can find the thing by it. Every call stops
/// at cancellation.
public protocol Provider: Sendable {
    /// Makes the thing. A repeat with the same token gives the same outputs and makes nothing new.
    func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse

    /// Reads the thing as it is now. That it is gone is an answer, not an error.
    func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse

    /// Changes the thing in place.
    func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse

    /// Deletes the thing. That it is gone already is not an error.
    func delete(_ request: DeleteRequest) async throws(CallError)

    /// Says what became of an effect whose answer never arrived. Never guesses: `cannotTell` is an answer.
    func settle(_ request: SettleRequest) async throws(CallError) -> Settlement

    /// A data-plane interface of a thing, which steps use. The answer conforms to the protocol of the facet's name.
    func facet(_ request: FacetRequest) async throws(CallError) -> any Facet

    /// What was recorded of a thing by an older version of its kind, as the present version records it. Asked before
    /// such a row is planned, read, changed or deleted; nothing happens to the thing.
    ///
    /// - Throws: `CallError` where the old form cannot be understood; the row then stays as it is.
    func upgrade(_ request: UpgradeRequest) async throws(CallError) -> UpgradeResponse

    /// What `read` says, and as far as the platform can tell which version of the thing is there and who changed it last.
    ///
    /// The host hands the version to `update` and `delete`, which refuse with `conflict` where the thing has another one by
    /// then: nobody's change is overwritten unseen.
    func inspect(_ request: ReadRequest) async throws(CallError) -> InspectResponse
}

extension Provider {
    /// Of a platform that tells nothing more than what the thing is.
    public func inspect(_ request: ReadRequest) async throws(CallError) -> InspectResponse {
        InspectResponse(try await read(request), mark: ThingMark())
    }

    /// As it was recorded: right where a newer version only adds fields that have a default.
    public func upgrade(_ request: UpgradeRequest) async throws(CallError) -> UpgradeResponse {
        UpgradeResponse(inputs: request.inputs, outputs: request.outputs)
    }
}

/// A provider that can list the things that exist, managed by Converge or not.
public protocol ListingProvider: Provider {
    func list(_ request: ListRequest) async throws(CallError) -> ListResponse
}

/// What a platform tells of a thing besides what it is.
public struct ThingMark: Sendable, Hashable {
    /// Another one after each change, whoever made it: an etag, a generation. Nil where the platform has none.
    public var version: String?
    /// Who changed the thing last, as the platform names them; nil where it cannot tell.
    public var changedBy: String?
    /// When that was; nil where it cannot tell.
    public var changedAt: Timestamp?

    public init(version: String? = nil, changedBy: String? = nil, changedAt: Timestamp? = nil) {
        self.version = version
        self.changedBy = changedBy
        self.changedAt = changedAt
    }
}

public struct InspectResponse: Sendable, Hashable {
    public var state: ReadResponse
    public var mark: ThingMark

    public init(_ state: ReadResponse, mark: ThingMark) {
        self.state = state
        self.mark = mark
    }
}

public struct CreateRequest: Sendable {
    public var kind: String
    public var identity: ResourceIdentity
    /// All fields, defaults filled in; no value in it is unknown.
    public var inputs: ObjectValue
    public var context: CallContext

    public init(kind: String, identity: ResourceIdentity, inputs: ObjectValue, context: CallContext) {
        self.kind = kind
        self.identity = identity
        self.inputs = inputs
        self.context = context
    }
}

public struct CreateResponse: Sendable, Hashable {
    /// Every output of the kind.
    public var outputs: ObjectValue

    public init(outputs: ObjectValue) { self.outputs = outputs }
}

public struct ReadRequest: Sendable {
    public var kind: String
    public var identity: ResourceIdentity
    /// As last recorded.
    public var inputs: ObjectValue
    /// As last recorded.
    public var outputs: ObjectValue
    public var context: CallContext

    public init(
        kind: String, identity: ResourceIdentity, inputs: ObjectValue, outputs: ObjectValue, context: CallContext
    ) {
        self.kind = kind
        self.identity = identity
        self.inputs = inputs
        self.outputs = outputs
        self.context = context
    }
}

@frozen
public enum ReadResponse: Sendable, Hashable {
    /// The declared fields and outputs as the platform has them now.
    case found(inputs: ObjectValue, outputs: ObjectValue)
    case gone
}

public struct UpdateRequest: Sendable {
    public var kind: String
    public var identity: ResourceIdentity
    public var priorInputs: ObjectValue
    public var priorOutputs: ObjectValue
    /// All fields as they shall be.
    public var inputs: ObjectValue
    public var context: CallContext
    /// Where it is not nil, a thing of another version is left alone, and the answer is `conflict`.
    public var expectedVersion: String?

    public init(
        kind: String, identity: ResourceIdentity, priorInputs: ObjectValue, priorOutputs: ObjectValue,
        inputs: ObjectValue, context: CallContext
    ) {
        self.kind = kind
        self.identity = identity
        self.priorInputs = priorInputs
        self.priorOutputs = priorOutputs
        self.inputs = inputs
        self.context = context
    }
}

public struct UpdateResponse: Sendable, Hashable {
    public var outputs: ObjectValue

    public init(outputs: ObjectValue) { self.outputs = outputs }
}

public struct DeleteRequest: Sendable {
    public var kind: String
    public var identity: ResourceIdentity
    public var inputs: ObjectValue
    public var outputs: ObjectValue
    public var context: CallContext
    /// Where it is not nil, a thing of another version is left alone, and the answer is `conflict`.
    public var expectedVersion: String?

    public init(
        kind: String, identity: ResourceIdentity, inputs: ObjectValue, outputs: ObjectValue, context: CallContext
    ) {
        self.kind = kind
        self.identity = identity
        self.inputs = inputs
        self.outputs = outputs
        self.context = context
    }
}

/// The effects that a provider has on a thing.
@frozen
public enum ResourceEffect: String, Sendable, Hashable, Codable {
    case create
    case update
    case delete
}

public struct SettleRequest: Sendable {
    public var kind: String
    public var identity: ResourceIdentity
    public var effect: ResourceEffect
    /// The inputs of the effect; for a delete those of the thing.
    public var inputs: ObjectValue
    /// The outputs before the effect; empty for a create.
    public var priorOutputs: ObjectValue
    /// Holds the token of the effect in question.
    public var context: CallContext

    public init(
        kind: String, identity: ResourceIdentity, effect: ResourceEffect, inputs: ObjectValue,
        priorOutputs: ObjectValue, context: CallContext
    ) {
        self.kind = kind
        self.identity = identity
        self.effect = effect
        self.inputs = inputs
        self.priorOutputs = priorOutputs
        self.context = context
    }
}

/// What became of an effect.
@frozen
public enum Settlement: Sendable, Hashable {
    /// It happened, with these outputs (none for a delete).
    case happened(outputs: ObjectValue)
    case didNotHappen
    case cannotTell(reason: String)
}

public struct UpgradeRequest: Sendable {
    public var kind: String
    public var identity: ResourceIdentity
    /// The version of the kind that recorded it.
    public var from: Int
    public var inputs: ObjectValue
    public var outputs: ObjectValue

    public init(kind: String, identity: ResourceIdentity, from: Int, inputs: ObjectValue, outputs: ObjectValue) {
        self.kind = kind
        self.identity = identity
        self.from = from
        self.inputs = inputs
        self.outputs = outputs
    }
}

public struct UpgradeResponse: Sendable, Hashable {
    public var inputs: ObjectValue
    public var outputs: ObjectValue

    public init(inputs: ObjectValue, outputs: ObjectValue) {
        self.inputs = inputs
        self.outputs = outputs
    }
}

public struct FacetRequest: Sendable {
    /// The facet's name: `TableStore`.
    public var facet: String
    public var kind: String
    public var identity: ResourceIdentity
    public var inputs: ObjectValue
    public var outputs: ObjectValue

    public init(
        facet: String, kind: String, identity: ResourceIdentity, inputs: ObjectValue, outputs: ObjectValue
    ) {
        self.facet = facet
        self.kind = kind
        self.identity = identity
        self.inputs = inputs
        self.outputs = outputs
    }
}

public struct ListRequest: Sendable {
    public var kind: String
    /// From the page before; nil for the first.
    public var pageToken: String?
    public var context: CallContext

    public init(kind: String, pageToken: String? = nil, context: CallContext) {
        self.kind = kind
        self.pageToken = pageToken
        self.context = context
    }
}

public struct ListResponse: Sendable {
    public var items: [ListedResource]
    /// Nil on the last page; an empty page with a token is not the end.
    public var nextPageToken: String?

    public init(items: [ListedResource], nextPageToken: String? = nil) {
        self.items = items
        self.nextPageToken = nextPageToken
    }
}

public struct ListedResource: Sendable, Hashable {
    /// The platform's own name of the thing.
    public var id: String
    public var inputs: ObjectValue
    public var outputs: ObjectValue
    /// What `inspect` would tell, as far as a list tells it.
    public var mark = ThingMark()
    /// Whom the thing itself names as the one that manages it, such as by tags: `shop/lake of the environment prod`; nil
    /// for nobody.
    public var owner: String?

    public init(id: String, inputs: ObjectValue, outputs: ObjectValue) {
        self.id = id
        self.inputs = inputs
        self.outputs = outputs
    }
}
