// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The calls that the checks are made of.
extension ProviderConformance {
    var kind: String { subject.kind.name }

    func connected() async throws(CallError) -> any Provider { try await subject.connect(subject.services) }

    func freshToken() -> OperationToken {
        let digits = (0..<32).map { _ in String(Int.random(in: 0..<16), radix: 16) }
        return OperationToken(digits.joined())
    }

    /// An identity that no other thing of this project has.
    func freshIdentity() -> ResourceIdentity {
        ResourceIdentity(
            environment: "conformance", module: "suite", address: Address("thing_" + freshToken().text.prefix(12)))
    }

    func context(_ token: OperationToken) -> CallContext {
        CallContext(token: token, run: "conformance-1", operation: kind)
    }

    func create(
        _ provider: any Provider, _ inputs: ObjectValue, identity: ResourceIdentity, token: OperationToken
    ) async throws(CallError) -> Specimen {
        let response = try await provider.create(
            CreateRequest(kind: kind, identity: identity, inputs: inputs, context: context(token)))
        return Specimen(identity: identity, inputs: inputs, outputs: response.outputs)
    }

    func create(_ provider: any Provider, _ inputs: ObjectValue? = nil) async throws(CallError) -> Specimen {
        try await create(provider, inputs ?? subject.inputs, identity: freshIdentity(), token: freshToken())
    }

    func read(_ provider: any Provider, _ specimen: Specimen) async throws(CallError) -> ReadResponse {
        try await provider.read(readRequest(specimen))
    }

    func readRequest(_ specimen: Specimen) -> ReadRequest {
        ReadRequest(
            kind: kind, identity: specimen.identity, inputs: specimen.inputs, outputs: specimen.outputs,
            context: context(freshToken()))
    }

    func update(
        _ provider: any Provider, _ specimen: Specimen, to inputs: ObjectValue, token: OperationToken,
        expecting version: String? = nil
    ) async throws(CallError) -> Specimen {
        var request = UpdateRequest(
            kind: kind, identity: specimen.identity, priorInputs: specimen.inputs, priorOutputs: specimen.outputs,
            inputs: inputs, context: context(token))
        request.expectedVersion = version
        let response = try await provider.update(request)
        return Specimen(identity: specimen.identity, inputs: inputs, outputs: response.outputs)
    }

    func delete(
        _ provider: any Provider, _ specimen: Specimen, token: OperationToken, expecting version: String? = nil
    ) async throws(CallError) {
        var request = DeleteRequest(
            kind: kind, identity: specimen.identity, inputs: specimen.inputs, outputs: specimen.outputs,
            context: context(token))
        request.expectedVersion = version
        try await provider.delete(request)
    }

    func settle(
        _ provider: any Provider, _ effect: ResourceEffect, _ specimen: Specimen, inputs: ObjectValue? = nil,
        token: OperationToken
    ) async throws(CallError) -> Settlement {
        try await provider.settle(
            SettleRequest(
                kind: kind, identity: specimen.identity, effect: effect, inputs: inputs ?? specimen.inputs,
                priorOutputs: specimen.outputs, context: context(token)))
    }

    /// Takes a specimen away again; the check for deletion says when that does not work.
    func cleanUp(_ provider: any Provider, _ specimens: [Specimen]) async {
        for specimen in specimens {
            do throws(CallError) {
                try await delete(provider, specimen, token: freshToken())
            } catch {
                continue
            }
        }
    }

    /// How many things there are; nil where they are not listed, or not rightly.
    func count(_ provider: any Provider) async throws(CallError) -> Int? {
        guard await worksUndisturbed(.delete), try await listShowsEachThingOnce().isEmpty else { return nil }
        return try await everything(provider)?.count
    }

    /// The ids of all things of the kind; nil where the provider does not list it.
    func everything(_ provider: any Provider) async throws(CallError) -> [ListedResource]? {
        guard subject.kind.isListable, let provider = provider as? any ListingProvider else { return nil }
        var items: [ListedResource] = []
        var pageToken: String?
        var pages = 0
        repeat {
            let page = try await provider.list(
                ListRequest(kind: kind, pageToken: pageToken, context: context(freshToken())))
            items += page.items
            pageToken = page.nextPageToken
            pages += 1
        } while pageToken != nil && pages < 1000
        return items
    }

    /// Whether calls work as they should when nothing disturbs them; where not, other checks say so.
    func worksUndisturbed(_ effect: ResourceEffect) async -> Bool {
        do throws(CallError) {
            let provider = try await connected()
            var specimen = try await create(provider)
            if effect == .update {
                guard let changed = subject.changed else { return false }
                specimen = try await update(provider, specimen, to: changed, token: freshToken())
            }
            guard case .found(let inputs, let outputs) = try await read(provider, specimen),
                inputs == specimen.inputs, outputs == specimen.outputs
            else { return false }
            try await delete(provider, specimen, token: freshToken())
            guard case .gone = try await read(provider, specimen) else { return false }
            return true
        } catch {
            return false
        }
    }
}
