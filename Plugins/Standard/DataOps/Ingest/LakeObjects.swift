// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The objects of a lake that a step reads.
struct LakeObjects: Sendable {
    private let lake: Reference
    private let prefix: String
    private let format: SourceFile.Format?
    private let request: StepRequest

    init(_ lake: Reference, _ prefix: String, _ fields: IngestFields, _ request: StepRequest) {
        self.lake = lake
        self.prefix = prefix
        format = fields.format
        self.request = request
    }

    private func store() async throws(CallError) -> any ObjectStore {
        try await request.host.facet((any ObjectStore).self, named: "ObjectStore", of: lake)
    }

    private func list(_ store: any ObjectStore) async throws(CallError) -> [ObjectVersion] {
        var objects: [ObjectVersion] = []
        var token: String?
        repeat {
            let page = try await store.list(
                ListObjectsRequest(prefix: prefix, pageToken: token, context: request.context))
            objects += page.objects.filter { object in
                format != nil || SourceFile(name: object.key, path: "", size: object.size).looksLikeRows
            }
            token = page.nextPageToken
        } while token != nil
        if objects.isEmpty {
            let place = lake.resource?.text ?? lake.type
            throw CallError(
                .notFound,
                Diagnostic(
                    .nothingFound, "no object of '\(place)' with rows begins with '\(prefix)'",
                    help: ["name the format where the keys do not tell it"]))
        }
        return objects
    }

    /// The objects as they are now.
    func references() async throws(CallError) -> [Reference] { try await list(try await store()).map(reference) }

    private func reference(_ object: ObjectVersion) -> Reference {
        Reference(
            type: "Artifact", resource: lake.resource, name: object.key,
            attributes: ["version": .string(object.version), "digest": object.digest.map { .string($0) } ?? .null])
    }

    /// Copies the objects into a folder of this machine.
    func fetch(into folder: String) async throws(CallError) -> (files: [SourceFile], references: [Reference]) {
        let store = try await store()
        let objects = try await list(store)
        var files: [SourceFile] = []
        for (number, object) in objects.enumerated() {
            let path = "\(folder)/\(number)"
            _ = try await store.get(
                GetObjectRequest(key: object.key, version: object.version, path: path, context: request.context))
            files.append(SourceFile(name: object.key, path: path, size: object.size))
        }
        return (files, objects.map(reference))
    }
}
