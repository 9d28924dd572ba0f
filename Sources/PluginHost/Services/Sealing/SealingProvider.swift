// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension ValueSealer {
    /// The connection with every sensitive value that it gives sealed; itself where no kind has one.
    package func sealing(
        _ provider: any Provider, of kinds: [ResourceKindSchema], vault: SecretVault
    ) -> any Provider {
        let sensitive = SensitiveKinds(kinds)
        if sensitive.isEmpty { return provider }
        let sealed = SealingProvider(provider: provider, kinds: sensitive, sealer: self, vault: vault)
        guard let listing = provider as? any ListingProvider else { return sealed }
        return SealingListingProvider(sealed: sealed, listing: listing)
    }

    /// The executor with every sensitive output that it gives sealed; itself where the kind has none.
    package func sealing(_ executor: any StepExecutor, of kind: StepKindSchema?) -> any StepExecutor {
        let fields = SensitiveFields(kind?.outputs ?? [])
        return fields.isEmpty ? executor : SealingExecutor(executor: executor, fields: fields, sealer: self)
    }
}

/// The sensitive fields and outputs of the kinds of a plugin.
struct SensitiveKinds: Sendable {
    private var fields: [String: SensitiveFields] = [:]
    private var outputs: [String: SensitiveFields] = [:]

    init(_ kinds: [ResourceKindSchema]) {
        for kind in kinds {
            fields[kind.name] = SensitiveFields(kind.fields)
            outputs[kind.name] = SensitiveFields(kind.outputs)
        }
    }

    var isEmpty: Bool { fields.values.allSatisfy(\.isEmpty) && outputs.values.allSatisfy(\.isEmpty) }

    func fields(of kind: String) -> SensitiveFields { fields[kind] ?? SensitiveFields([]) }
    func outputs(of kind: String) -> SensitiveFields { outputs[kind] ?? SensitiveFields([]) }
}

/// A connection whose sensitive values are sealed before anybody else sees them.
private struct SealingProvider: Provider {
    let provider: any Provider
    let kinds: SensitiveKinds
    let sealer: ValueSealer
    let vault: SecretVault

    private func prepare(_ kind: String) async throws(CallError) {
        if !kinds.outputs(of: kind).isEmpty { try await sealer.prepare() }
    }

    func outputs(
        _ outputs: ObjectValue, of kind: String, isRecorded: Bool = true
    ) async throws(CallError) -> ObjectValue {
        try await kinds.outputs(of: kind).sealed(outputs, sealer, isRecorded: isRecorded)
    }

    func inputs(
        _ inputs: ObjectValue, of kind: String, known: ObjectValue = [:]
    ) async throws(CallError) -> ObjectValue {
        try await kinds.fields(of: kind).sealed(inputs, sealer, isRecorded: false, known: known) {
            await vault.textWithoutAsking(of: $0)
        }
    }

    func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
        try await prepare(request.kind)
        return CreateResponse(outputs: try await outputs(try await provider.create(request).outputs, of: request.kind))
    }

    func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse {
        try await sealed(try await provider.read(request), request)
    }

    func inspect(_ request: ReadRequest) async throws(CallError) -> InspectResponse {
        var response = try await provider.inspect(request)
        response.state = try await sealed(response.state, request)
        return response
    }

    private func sealed(_ response: ReadResponse, _ request: ReadRequest) async throws(CallError) -> ReadResponse {
        switch response {
        case .found(let inputs, let outputs):
            .found(
                inputs: try await self.inputs(inputs, of: request.kind, known: request.inputs),
                outputs: try await self.outputs(outputs, of: request.kind, isRecorded: false))
        case .gone: .gone
        }
    }

    func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
        try await prepare(request.kind)
        return UpdateResponse(outputs: try await outputs(try await provider.update(request).outputs, of: request.kind))
    }

    func delete(_ request: DeleteRequest) async throws(CallError) { try await provider.delete(request) }

    func settle(_ request: SettleRequest) async throws(CallError) -> Settlement {
        let settlement = try await provider.settle(request)
        guard case .happened(let outputs) = settlement else { return settlement }
        return .happened(outputs: try await self.outputs(outputs, of: request.kind))
    }

    func facet(_ request: FacetRequest) async throws(CallError) -> any Facet { try await provider.facet(request) }

    func upgrade(_ request: UpgradeRequest) async throws(CallError) -> UpgradeResponse {
        let response = try await provider.upgrade(request)
        return UpgradeResponse(
            inputs: try await inputs(response.inputs, of: request.kind),
            outputs: try await outputs(response.outputs, of: request.kind, isRecorded: false))
    }
}

private struct SealingListingProvider: ListingProvider {
    let sealed: SealingProvider
    let listing: any ListingProvider

    func list(_ request: ListRequest) async throws(CallError) -> ListResponse {
        var response = try await listing.list(request)
        for place in response.items.indices {
            let item = response.items[place]
            response.items[place].inputs = try await sealed.inputs(item.inputs, of: request.kind)
            response.items[place].outputs = try await sealed.outputs(item.outputs, of: request.kind, isRecorded: false)
        }
        return response
    }

    func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
        try await sealed.create(request)
    }
    func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse { try await sealed.read(request) }
    func inspect(_ request: ReadRequest) async throws(CallError) -> InspectResponse {
        try await sealed.inspect(request)
    }
    func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
        try await sealed.update(request)
    }
    func delete(_ request: DeleteRequest) async throws(CallError) { try await sealed.delete(request) }
    func settle(_ request: SettleRequest) async throws(CallError) -> Settlement { try await sealed.settle(request) }
    func facet(_ request: FacetRequest) async throws(CallError) -> any Facet { try await sealed.facet(request) }
    func upgrade(_ request: UpgradeRequest) async throws(CallError) -> UpgradeResponse {
        try await sealed.upgrade(request)
    }
}

/// An executor whose sensitive outputs are sealed before anybody else sees them.
private struct SealingExecutor: StepExecutor {
    let executor: any StepExecutor
    let fields: SensitiveFields
    let sealer: ValueSealer

    var kind: String { executor.kind }

    private func sealed(_ response: StepResponse) async throws(CallError) -> StepResponse {
        var response = response
        response.outputs = try await fields.sealed(response.outputs, sealer, isRecorded: true)
        return response
    }

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        try await sealer.prepare()
        return try await sealed(try await executor.execute(request))
    }

    func advance(_ request: StepRequest) async throws(CallError) -> StepProgress {
        try await sealer.prepare()
        let progress = try await executor.advance(request)
        guard case .finished(let response) = progress else { return progress }
        return .finished(try await sealed(response))
    }

    func recover(_ request: StepRequest) async throws(CallError) -> StepRecovery {
        let recovery = try await executor.recover(request)
        guard case .finished(let response) = recovery else { return recovery }
        return .finished(try await sealed(response))
    }

    func sources(_ request: StepRequest) async throws(CallError) -> [String] { try await executor.sources(request) }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        try await executor.stillHolds(response, request)
    }
}
