// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A kind of thing of the local platform: its schema, and what its effects do beside the catalog's row.
protocol LocalKind: Sendable {
    static var schema: ResourceKindSchema { get }
    /// True where the catalog's row is all there is.
    static var isRowOnly: Bool { get }

    init(platform: Platform)

    /// Makes what belongs to a thing, before its row; a repeat changes nothing.
    ///
    /// - Returns: What creation found out, for the row.
    func make(_ thing: Thing, context: CallContext) async throws(CallError) -> ObjectValue

    /// Changes what belongs to a thing, before its row; a repeat changes nothing.
    func change(_ thing: Thing, to inputs: ObjectValue, context: CallContext) async throws(CallError)

    /// Takes away what belongs to a thing, before its row; a repeat is no error.
    func remove(_ thing: Thing, context: CallContext) async throws(CallError)

    /// Takes away what an interrupted creation may have left without a row.
    func removeUnrecorded(id: String, context: CallContext) async throws(CallError)

    /// Whether what belongs to a recorded thing is still there.
    func isThere(_ thing: Thing) throws(CallError) -> Bool

    /// The outputs of each thing as they are now.
    func outputs(of things: [Thing]) async throws(CallError) -> [ObjectValue]

    /// What is recorded of the thing's outputs.
    func outputs(of thing: Thing) throws(CallError) -> ObjectValue

    /// Nil where the kind does not offer it.
    func facet(_ name: String, of thing: Thing) async throws(CallError) -> (any Facet)?
}

extension LocalKind {
    static var isRowOnly: Bool { false }
    var isRowOnly: Bool { Self.isRowOnly }
    var schema: ResourceKindSchema { Self.schema }

    func make(_ thing: Thing, context: CallContext) async throws(CallError) -> ObjectValue { [:] }
    func change(_ thing: Thing, to inputs: ObjectValue, context: CallContext) async throws(CallError) {}
    func remove(_ thing: Thing, context: CallContext) async throws(CallError) {}
    func removeUnrecorded(id: String, context: CallContext) async throws(CallError) {}
    func isThere(_ thing: Thing) throws(CallError) -> Bool { true }
    func facet(_ name: String, of thing: Thing) async throws(CallError) -> (any Facet)? { nil }

    func outputs(of things: [Thing]) async throws(CallError) -> [ObjectValue] {
        var outputs: [ObjectValue] = []
        for thing in things { outputs.append(try self.outputs(of: thing)) }
        return outputs
    }

    func outputsNow(of thing: Thing) async throws(CallError) -> ObjectValue {
        try await outputs(of: [thing]).first ?? [:]
    }
}
