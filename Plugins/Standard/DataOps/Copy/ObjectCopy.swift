// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Objects of a lake on their way into another one, one at a time through a file of this machine.
struct ObjectCopy: Sendable {
    let lake: Reference
    let fields: CopyFields
    let request: StepRequest

    func make(in folder: String) async throws(CallError) -> StepResponse {
        let (source, target) = try await stores()
        let (log, context) = (request.host.services.log, request.context)
        let objects = try await source.all(fields.prefix, context)
        if objects.isEmpty {
            throw CallError(
                .notFound,
                Diagnostic(
                    .nothingFound, "no object of '\(lake.resource?.text ?? lake.type)' begins with '\(fields.prefix)'",
                    help: ["look at the keys, and check the spelling of `prefix`"])
            ).about("prefix")
        }
        var present: [String: ObjectVersion] = [:]
        for object in try await target.all(fields.prefix, context) { present[object.key] = object }
        var (count, bytes): (Int64, Int64) = (0, 0)
        var writes: [Reference] = []
        for (number, object) in objects.enumerated() {
            if Task.isCancelled { throw CallError(.cancelled, "the objects are only copied in part") }
            log.progress(
                Double(number) / Double(objects.count), "object \(number + 1) of \(objects.count): \(object.key)",
                context)
            if let there = present[object.key] {
                let isSame = object.digest != nil && there.digest == object.digest && there.size == object.size
                if isSame || fields.mode == .append {
                    writes.append(there.reference(in: fields.to))
                    continue
                }
            }
            let path = folder + "/object"
            _ = try await source.get(
                GetObjectRequest(key: object.key, version: object.version, path: path, context: context))
            let written = try await target.put(PutObjectRequest(key: object.key, path: path, context: context))
            count += 1
            bytes += object.size
            writes.append(written.reference(in: fields.to))
        }
        log.write("\(count) of \(objects.count) objects were written", context)
        return StepResponse(
            outputs: ["table": .null, "objects": .int(count), "bytes": .size(bytes)],
            reads: objects.map { $0.reference(in: lake) }, writes: writes)
    }

    /// Whether the objects on both sides are those of an earlier copy.
    func holds(_ response: StepResponse) async throws(CallError) -> Bool {
        let (source, target) = try await stores()
        let now = try await source.all(fields.prefix, request.context).map { $0.reference(in: lake) }
        guard now == response.reads else { return false }
        let there = Set(try await target.all(fields.prefix, request.context).map { $0.reference(in: fields.to) })
        return response.writes.allSatisfy(there.contains)
    }

    private func stores() async throws(CallError) -> (source: any ObjectStore, target: any ObjectStore) {
        (
            try await request.host.facet((any ObjectStore).self, named: "ObjectStore", of: lake),
            try await request.host.facet((any ObjectStore).self, named: "ObjectStore", of: fields.to)
        )
    }
}
