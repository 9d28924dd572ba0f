// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepResponse {
    /// Whether every table, model and artifact among the outputs is still there as it was.
    func isIntact(_ request: StepRequest) async throws(CallError) -> Bool {
        try await Self.isIntact(.object(outputs), request)
    }

    private static func isIntact(_ value: Value, _ request: StepRequest) async throws(CallError) -> Bool {
        switch value {
        case .object(let object):
            for entry in object where try await !isIntact(entry.value, request) { return false }
            return true
        case .reference(let reference): return try await isIntact(reference, request)
        default: return true
        }
    }

    private static func isIntact(_ reference: Reference, _ request: StepRequest) async throws(CallError) -> Bool {
        switch reference.type {
        case "Table":
            let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: reference)
            let now = try await store.describe(reference.name, context: request.context)
            return now.map { .string($0.version) } == reference.attributes["version"]
        case "Model", "Artifact":
            guard let digest = reference.attributes["digest"]?.string else { return false }
            return await request.host.services.files.path(ofDigest: digest) != nil
        default: return true
        }
    }
}
