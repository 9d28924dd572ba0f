// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Copies tables and objects from store to store, whatever their providers.
struct CopyExecutor: StepExecutor {
    let kind = "Copy"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = try CopyFields(request)
        return try await request.host.services.files.withScratchFolder { folder throws(CallError) in
            switch fields.from {
            case .table(let table):
                return try await TableCopy(table: table, fields: fields, folder: folder, request: request).make()
            case .lake(let lake):
                return try await ObjectCopy(lake: lake, fields: fields, request: request).make(in: folder)
            }
        }
    }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        let fields = try CopyFields(request)
        if case .lake(let lake) = fields.from {
            return try await ObjectCopy(lake: lake, fields: fields, request: request).holds(response)
        }
        // Rows that are added are added each time that the step is asked for.
        guard fields.mode == .replace, try await response.isIntact(request) else { return false }
        guard response.outputs["table"]?.isNull == true, let object = response.writes.first else { return true }
        let store = try await request.host.facet((any ObjectStore).self, named: "ObjectStore", of: fields.to)
        return try await store.reference(to: object.name, in: fields.to, request.context) == object
    }
}

/// What a `Copy` step asks for.
struct CopyFields: Sendable {
    enum Source: Sendable {
        case table(Reference)
        case lake(Reference)
    }

    let from: Source
    let to: Reference
    let table: String?
    let prefix: String
    let mode: WriteMode

    init(_ request: StepRequest) throws(CallError) {
        let fields = StepFields(request)
        let source = try fields.reference("from")
        from = source.type == "Table" ? .table(source) : .lake(source)
        to = try fields.reference("to")
        table = try fields.optionalText("table")
        prefix = try fields.optionalText("prefix") ?? ""
        mode = try fields.text("mode") == "append" ? .append : .replace
        let isTable = source.type == "Table"
        guard isTable ? prefix.isEmpty : table == nil else {
            throw Self.misfit(
                isTable ? "prefix" : "table", isTable ? "a table has no keys" : "objects are not copied into a table",
                "leave `\(isTable ? "prefix" : "table")` out")
        }
        guard source.resource != to.resource || isTable && (table ?? source.name) != source.name else {
            throw Self.misfit(
                "to", "the copy would lie where what is copied does",
                isTable ? "name another store in `to`, or another name in `table`" : "name another lake in `to`")
        }
    }

    private static func misfit(_ field: String, _ message: String, _ help: String) -> CallError {
        CallError(.invalid, Diagnostic(.copyMisfit, message, help: [help])).about(field)
    }
}

extension ObjectStore {
    /// All objects whose keys begin so.
    func all(_ prefix: String, _ context: CallContext) async throws(CallError) -> [ObjectVersion] {
        var objects: [ObjectVersion] = []
        var token: String?
        repeat {
            let page = try await list(ListObjectsRequest(prefix: prefix, pageToken: token, context: context))
            objects += page.objects
            token = page.nextPageToken
        } while token != nil
        return objects
    }

    /// An object as it is now; nil where there is none.
    func reference(
        to key: String, in store: Reference, _ context: CallContext
    ) async throws(CallError) -> Reference? {
        // It is the first of all that begin so.
        let page = try await list(ListObjectsRequest(prefix: key, context: context))
        return page.objects.first { $0.key == key }?.reference(in: store)
    }
}

extension ObjectVersion {
    /// As lineage knows it.
    func reference(in store: Reference) -> Reference {
        Reference(
            type: "Artifact", resource: store.resource, name: key,
            attributes: ["version": .string(version), "digest": digest.map { .string($0) } ?? .null])
    }
}
