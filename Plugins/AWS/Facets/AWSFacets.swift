// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the kinds of this plugin offer to steps.
struct AWSFacets: Sendable {
    let client: AWSClient
    let services: any HostServices

    /// - Throws: `CallError` with `unsupported` where the kind does not offer the facet.
    func facet(_ request: FacetRequest) throws(CallError) -> any Facet {
        let thing = OfferingThing(request)
        switch (request.kind, request.facet) {
        case ("aws.s3.Bucket", "ObjectStore"):
            return BucketObjects(client: client, services: services, bucket: try thing.text("bucket"))
        case ("aws.kinesis.Stream", "EventLog"):
            return StreamEvents(client: client, services: services, stream: try thing.text("stream_name"))
        default:
            throw CallError(
                .unsupported(feature: request.facet), "an \(request.kind) does not offer \(request.facet)",
                help: ["explain \(request.kind)"])
        }
    }
}

/// The thing that a facet belongs to, as it was recorded.
struct OfferingThing: Sendable {
    private let request: FacetRequest

    init(_ request: FacetRequest) { self.request = request }

    /// An output or field; where both have the name, AWS's own word counts.
    func text(_ name: String) throws(CallError) -> String {
        if let text = request.outputs[name]?.string ?? request.inputs[name]?.string { return text }
        throw CallError(
            .failed, "the record of \(request.identity.address) has no \(name)", help: ["drift    reads it again"])
    }
}
