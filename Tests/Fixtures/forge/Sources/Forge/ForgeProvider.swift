// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// Makes a part in two strokes: it is cast, and then finished. Between the two it is there in part.
struct ForgeProvider: Provider {
    let remote: Remote

    private static func outputs(_ thing: ObjectValue) -> ObjectValue {
        let id = thing["id"]?.string ?? ""
        return ["id": .string(id), "url": .string("forge:\(id)")]
    }

    private static func shape(_ inputs: ObjectValue) -> ObjectValue {
        ["name": inputs["name"] ?? .null, "size": inputs["size"] ?? .null, "finish": inputs["finish"] ?? "raw"]
    }

    func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
        var thing = Self.shape(request.inputs)
        thing["token"] = .string(request.context.token.text)
        thing["kind"] = .string(request.kind)
        guard let made = try await remote.ask("POST", "/parts", thing) else {
            throw CallError(.failed, "the forge makes no parts")
        }
        // What a plugin must never do, and some will.
        if getenv("FORGE_TRAP") != nil { fatalError("the forge is on fire") }
        try await finish(made["id"]?.string ?? "", request.inputs)
        return CreateResponse(outputs: request.kind == "forge.Fire" ? ["id": made["id"] ?? .null] : Self.outputs(made))
    }

    private func finish(_ id: String, _ inputs: ObjectValue) async throws(CallError) {
        guard try await remote.ask("PUT", "/parts/\(id)", Self.shape(inputs)) != nil else {
            throw CallError(.notFound, "the forge has no part \(id)")
        }
    }

    func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse {
        guard let thing = try await remote.ask("GET", "/parts/\(request.outputs["id"]?.string ?? "")") else {
            return .gone
        }
        var inputs = request.inputs
        if request.kind == "forge.Part" {
            for name in ["name", "size"] { inputs[name] = thing[name] ?? .null }
            // What was cast and not finished has no finish yet.
            inputs["finish"] = thing["finished"]?.bool == true ? thing["finish"] ?? .null : .null
        }
        return .found(inputs: inputs, outputs: request.outputs)
    }

    func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
        try await finish(request.priorOutputs["id"]?.string ?? "", request.inputs)
        return UpdateResponse(outputs: request.priorOutputs)
    }

    func delete(_ request: DeleteRequest) async throws(CallError) {
        _ = try await remote.ask("DELETE", "/parts/\(request.outputs["id"]?.string ?? "")")
    }

    func settle(_ request: SettleRequest) async throws(CallError) -> Settlement {
        switch request.effect {
        case .create:
            guard let thing = try await remote.found("parts", request.context.token) else { return .didNotHappen }
            return .happened(outputs: request.kind == "forge.Fire" ? ["id": thing["id"] ?? .null] : Self.outputs(thing))
        case .update:
            return .happened(outputs: request.priorOutputs)
        case .delete:
            let id = request.priorOutputs["id"]?.string ?? ""
            return try await remote.ask("GET", "/parts/\(id)") == nil ? .happened(outputs: [:]) : .didNotHappen
        }
    }

    func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
        throw CallError(.unsupported(feature: request.facet), "a forge offers nothing")
    }
}
