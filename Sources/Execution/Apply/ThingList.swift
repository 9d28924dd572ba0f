// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// The things of one kind that are there at one connection, managed or not.
package struct ThingList: Sendable {
    package struct Source: Sendable, Hashable {
        package let kind: String
        package let use: ProviderUse

        package init(kind: String, use: ProviderUse) {
            self.kind = kind
            self.use = use
        }
    }

    private let source: Source
    private let environment: String
    private let surroundings: ExecutionSurroundings

    package init(_ source: Source, environment: String, _ surroundings: ExecutionSurroundings) {
        self.source = source
        self.environment = environment
        self.surroundings = surroundings
    }

    /// Every thing, page by page.
    package func things() async throws(Diagnostic) -> [ListedResource] {
        do throws(CallError) {
            let paced = PacedCall(
                lane: Lane(source.use, kind: source.kind), purpose: .look, surroundings: surroundings)
            let gateway = surroundings.gateway
            guard
                let provider = try await paced({ () async throws(CallError) in
                    try await gateway.provider(source.use, environment: environment)
                }) as? any ListingProvider
            else { throw CallError(.unsupported(feature: "list"), "its provider lists nothing") }
            var things: [ListedResource] = []
            var pageToken: String?
            repeat {
                let context = CallContext(
                    token: surroundings.newToken(), run: "list", operation: source.kind)
                let request = ListRequest(kind: source.kind, pageToken: pageToken, context: context)
                let page = try await paced { () async throws(CallError) in try await provider.list(request) }
                things += page.items
                pageToken = page.nextPageToken
            } while pageToken != nil && surroundings.interruption.wish == .none
            if surroundings.interruption.wish != .none {
                throw CallError(.cancelled, "stopped on request")
            }
            return things
        } catch {
            if error.reason == .cancelled {
                throw Diagnostic(.applyInterrupted, "stopped while listing \(source.kind); nothing was changed")
            }
            var diagnostic = error.diagnostic
            diagnostic.notes.insert("while listing \(source.kind)", at: 0)
            throw diagnostic
        }
    }
}
