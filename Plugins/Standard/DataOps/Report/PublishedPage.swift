// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The page of a report as an object of a lake.
struct PublishedPage: Sendable {
    private let lake: Reference
    private let key: String?
    private let request: StepRequest

    /// Nil where the step names no lake.
    init?(_ request: StepRequest) throws(CallError) {
        let fields = StepFields(request)
        guard let lake = try fields.optionalReference("to") else { return nil }
        self.lake = lake
        key = try fields.optionalText("key")
        self.request = request
    }

    /// Stores the page.
    ///
    /// - Returns: The object, and where people open it; nil where the store has no such addresses.
    func publish(_ path: String, named name: String) async throws(CallError) -> (object: Reference, url: String?) {
        let store = try await store()
        let key = key ?? name
        do throws(CallError) {
            let version = try await store.put(PutObjectRequest(key: key, path: path, context: request.context))
            let object = Reference(
                type: "Artifact", resource: lake.resource, name: key, attributes: ["version": .string(version.version)])
            return (object, try await address(key, store))
        } catch {
            throw error.field == nil ? error.about(self.key == nil ? "to" : "key") : error
        }
    }

    /// Whether the object that was written is still the newest under its key.
    func isThere(_ written: [Reference]) async throws(CallError) -> Bool {
        guard let object = written.first(where: { $0.resource == lake.resource && $0.resource != nil }) else {
            return false
        }
        let page = try await store().list(ListObjectsRequest(prefix: object.name, context: request.context))
        let now = page.objects.first { $0.key == object.name }
        return now.map { .string($0.version) } == object.attributes["version"]
    }

    private func store() async throws(CallError) -> any ObjectStore {
        try await request.host.facet((any ObjectStore).self, named: "ObjectStore", of: lake)
    }

    private func address(_ key: String, _ store: any ObjectStore) async throws(CallError) -> String? {
        do throws(CallError) {
            return try await store.address(ObjectAddressRequest(key: key, context: request.context))
        } catch  where error.diagnostic.code == .callUnsupported {
            return nil
        }
    }
}
