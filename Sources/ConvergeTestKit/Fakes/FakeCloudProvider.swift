// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK

/// A provider of `FakeCloud`, right in every way but the fault that it is given: the proof that the conformance suite
/// finds what it says it finds.
public struct FakeCloudProvider: ListingProvider {
    public static let schema = ResourceKindSchema(
        name: "fake.Bucket", doc: "A bucket of the fake cloud", example: "resource b: fake.Bucket { size: 1 }",
        fields: [
            FieldSchema("size", .int, "how much it holds"),
            FieldSchema("class", .string, "what it is made of", change: .replaces),
            FieldSchema(
                "password", .optional(.secret(.string)), "opens it", presence: .optional(defaultValue: .null),
                isSensitive: true)
        ],
        outputs: [.output("id", .string, "its name"), .output("url", .string, "its address")], isListable: true,
        isListedWhole: true)

    let services: any HostServices
    let fault: ProviderFault?

    public init(services: any HostServices, fault: ProviderFault? = nil) {
        self.services = services
        self.fault = fault
    }

    func send(
        _ method: String, _ path: String, _ content: ObjectValue = [:], password: Value = .null
    ) async throws(CallError) -> HTTPResponse {
        let request = HTTPRequest(
            method: method, url: "buckets" + path, headers: password.isNull ? [] : [("x-password", password)],
            body: Array(Value.object(content).json().utf8))
        do throws(CallError) {
            guard fault == .ignoresCancellation else { return try await services.http.send(request) }
            let client = services.http
            return try await Task { try await client.send(request) }.result.mapError {
                $0 as? CallError ?? CallError(.failed, "unknown failure")
            }.get()
        } catch  where error.reason == .timedOut && fault == .takesTimeOutsForFailures {
            throw CallError(.failed, "the cloud failed")
        }
    }

    func outputs(_ id: String) -> ObjectValue {
        fault == .forgetsAnOutput ? ["id": .string(id)] : ["id": .string(id), "url": .string("fake://" + id)]
    }

    private func refuse(_ inputs: ObjectValue) throws(CallError) {
        for entry in inputs {
            if Self.schema.field(entry.key) == nil, fault != .acceptsStrangeFields {
                throw CallError(.invalid, "no field '\(entry.key)'")
            }
            if entry.value.containsUnknown, fault != .acceptsUnknownValues {
                throw CallError(.invalid, "'\(entry.key)' is not known yet")
            }
        }
        for field in Self.schema.fields where field.isRequired && inputs[field.name] == nil {
            if fault != .acceptsStrangeFields { throw CallError(.invalid, "'\(field.name)' is missing") }
        }
    }

    public func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
        try refuse(request.inputs)
        let token = request.context.token.text
        if fault == .makesThingsInTwoSteps, let id = try await madeInTwoSteps(token) {
            return CreateResponse(outputs: outputs(id))
        }
        // The right key is the token: an identity may have two things while one replaces the other.
        var query = "?token=" + (fault == .givesReplacementsTheOldPlace ? "\(request.identity)" : token)
        if fault == .makesThingsInTwoSteps { query = "?token=" }
        if fault == .makesThingsAgain, try await made(by: token) != nil {
            query += "-" + services.randomness.bytes(8).map { String($0) }.joined()
        }
        let password = request.inputs["password"] ?? .null
        let response = try await send("POST", query, request.inputs, password: password)
        guard let id = body(response)["id"]?.string else { throw CallError(.failed, "the cloud made no sense") }
        if fault == .makesThingsInTwoSteps {
            // The token is written down afterwards: in between nobody can say whose thing this is.
            _ = try await send("PATCH", "/\(id)?token=made-\(token)", request.inputs)
        }
        return CreateResponse(outputs: outputs(id))
    }

    func body(_ response: HTTPResponse) -> ObjectValue { (try? Value(json: response.body))?.object ?? [:] }

    func id(_ outputs: ObjectValue) throws(CallError) -> String {
        guard let id = outputs["id"]?.string else { throw CallError(.invalid, "there is no id") }
        return id
    }

    public func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse {
        try await inspect(request).state
    }

    /// A query that lets the cloud refuse what was changed since.
    private func condition(_ version: String?) -> String {
        guard let version, fault != .overwritesOtherVersions else { return "" }
        return "&if=" + version
    }

    private func refuseConflict(_ response: HTTPResponse) throws(CallError) {
        if response.status == 412 { throw CallError(.conflict, "the bucket was changed since it was looked at") }
    }

    public func inspect(_ request: ReadRequest) async throws(CallError) -> InspectResponse {
        let id = try id(request.outputs)
        let response = try await send("GET", "/" + id)
        if response.status == 404 {
            if fault == .complainsReadingWhatIsGone { throw CallError(.notFound, "the bucket is gone") }
            return InspectResponse(.gone, mark: ThingMark())
        }
        var inputs = body(response)["content"]?.object ?? [:]
        if fault == .readsOtherwise { inputs["class"] = .string((inputs["class"]?.string ?? "") + " (standard)") }
        var outputs = outputs(id)
        if fault == .echoesSecrets, let password = body(response)["password"]?.string {
            outputs["url"] = .string(password)
        }
        return InspectResponse(
            .found(inputs: inputs, outputs: outputs), mark: ThingMark(version: body(response)["version"]?.string))
    }

    public func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
        try refuse(request.inputs)
        if request.priorInputs["class"] != request.inputs["class"], fault != .updatesCreateOnlyFields {
            throw CallError(.invalid, "'class' cannot change")
        }
        let id = try id(request.priorOutputs)
        let inputs = fault == .ignoresUpdates ? request.priorInputs : request.inputs
        var condition = condition(request.expectedVersion)
        if fault == .updatesInTwoSteps {
            try refuseConflict(try await send("PATCH", "/\(id)?" + condition, inputs))
            condition = ""
        }
        let response = try await send("PATCH", "/\(id)?token=\(request.context.token)" + condition, inputs)
        try refuseConflict(response)
        if response.status == 404 {
            if fault == .updatesWhatIsGone { return UpdateResponse(outputs: outputs(id)) }
            throw CallError(.notFound, "the bucket is gone")
        }
        return UpdateResponse(outputs: outputs(id))
    }

    public func delete(_ request: DeleteRequest) async throws(CallError) {
        if fault == .keepsWhatIsDeleted, request.expectedVersion == nil { return }
        let id = try id(request.outputs)
        if fault == .deletesInTwoSteps {
            let condition = condition(request.expectedVersion)
            try refuseConflict(
                try await send("PATCH", "/\(id)?token=deleted-\(request.context.token)" + condition, request.inputs))
        }
        let condition = fault == .deletesInTwoSteps ? "" : condition(request.expectedVersion)
        let response = try await send("DELETE", "/\(id)?" + condition)
        try refuseConflict(response)
        if response.status == 404, fault == .complainsOfWhatIsGone { throw CallError(.notFound, "the bucket is gone") }
    }

    public func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
        throw CallError(.unsupported(feature: request.facet), "a bucket offers nothing")
    }
}
