// SPDX-License-Identifier: Apache-2.0

/// Features of entities, read one by one while a request waits.
public protocol FeatureServer: Facet {
    /// The feature that is the time of a row's event; nil where the store does not say.
    var eventTime: String? { get }

    /// Writes rows, each with the entity's key and the time of the event. An older event never takes the place of a newer
    /// one, so that a repeat changes nothing.
    func write(_ request: WriteFeaturesRequest) async throws(CallError)

    /// The newest row of each key, in the order of the keys; nil where there is none.
    func online(_ request: OnlineFeaturesRequest) async throws(CallError) -> [ObjectValue?]

    /// The table with the whole history, for joins by point in time; nil where the store keeps none that could be named.
    func history(_ context: CallContext) async throws(CallError) -> TableDescription?
}

extension FeatureServer {
    public var eventTime: String? { nil }

    public func history(_ context: CallContext) async throws(CallError) -> TableDescription? { nil }
}

public struct WriteFeaturesRequest: Sendable {
    /// Values by feature; null ones are not written.
    public var rows: [ObjectValue]
    public var context: CallContext

    public init(rows: [ObjectValue], context: CallContext) {
        self.rows = rows
        self.context = context
    }
}

public struct OnlineFeaturesRequest: Sendable {
    public var keys: [String]
    /// Empty for all.
    public var features: [String]
    public var context: CallContext

    public init(keys: [String], features: [String] = [], context: CallContext) {
        self.keys = keys
        self.features = features
        self.context = context
    }
}
