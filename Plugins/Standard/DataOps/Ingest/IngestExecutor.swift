// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Loads files into a table of a store.
///
/// The files are walked over twice: once to find the columns, their types and the broken rows, once to load; and a
/// third time to keep the broken rows, where there are any. Memory does not grow with the files.
struct IngestExecutor: StepExecutor {
    let kind = "Ingest"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = try IngestFields(request)
        if case .paths = fields.source { try fields.checkForObjects() }
        switch fields.source {
        case .paths where fields.addresses.isEmpty:
            return try await ingest(fields, try fields.files(in: request.recipeFolder), reads: nil, request)
        case .paths:
            return try await request.host.services.files.withScratchFolder { folder throws(CallError) in
                let fetched = try await WebFiles(request).fetch(fields, into: folder)
                return try await ingest(fields, fetched.files, reads: fetched.references, request)
            }
        case .thing(let thing, let prefix):
            if let log = try await Self.log(thing, request) {
                return try await EventIngest(log: log, from: thing, fields: fields, request: request).run()
            }
            try fields.checkForObjects()
            return try await request.host.services.files.withScratchFolder { folder throws(CallError) in
                let objects = try await LakeObjects(thing, prefix, fields, request).fetch(into: folder)
                return try await ingest(fields, objects.files, reads: objects.references, request)
            }
        }
    }

    /// The thing's events; nil where it has none.
    private static func log(_ thing: Reference, _ request: StepRequest) async throws(CallError) -> (any EventLog)? {
        do throws(CallError) {
            return try await request.host.facet((any EventLog).self, named: "EventLog", of: thing)
        } catch {
            guard case .unsupported = error.reason else { throw error }
            return nil
        }
    }

    func sources(_ request: StepRequest) async throws(CallError) -> [String] {
        try IngestFields(request).files(in: request.recipeFolder).map(\.path)
    }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        let fields = try IngestFields(request)
        // Rows that are appended are appended each time that the step is asked for.
        guard fields.mode == .replace else { return false }
        switch fields.source {
        case .paths: guard await WebFiles(request).areUnchanged(fields.addresses, response.reads) else { return false }
        case .thing(let lake, let prefix):
            // There may be more events at any time.
            if try await Self.log(lake, request) != nil { return false }
            do throws(CallError) {
                let objects = try await LakeObjects(lake, prefix, fields, request).references()
                guard objects == response.reads else { return false }
            } catch  where error.reason == .notFound {
                return false
            }
        }
        return try await response.isIntact(request)
    }

    private func ingest(
        _ fields: IngestFields, _ files: [SourceFile], reads: [Reference]?, _ request: StepRequest
    ) async throws(CallError) -> StepResponse {
        let load: FileLoad
        do throws(CallError) {
            load = FileLoad(files, try fields.layout(of: files), field: "from", request)
        } catch {
            throw error.aboutFiles()
        }
        let discovery = try await load.discover { discovery throws(CallError) in try fields.check(discovery, files) }
        let store = try await store(of: fields.into, request)
        let table = try await load.load(discovery, into: store, table: fields.table, mode: fields.mode)
        let quarantine = try await quarantine(fields, files, load.layout, discovery, store, request)

        let into = fields.into.resource
        let reference = table.reference(in: into)
        let quarantined = quarantine?.reference(in: into)
        return StepResponse(
            outputs: [
                "table": .reference(reference), "files": .list(files.map { .string($0.name) }),
                "rows": .int(discovery.good), "quarantined": quarantined.map { .reference($0) } ?? .null,
                "bad": .int(discovery.bad)
            ],
            reads: reads ?? files.map(\.reference), writes: [reference] + (quarantined.map { [$0] } ?? []))
    }

    /// Keeps the broken rows, or sees to it that none of an earlier execution stay.
    private func quarantine(
        _ fields: IngestFields, _ files: [SourceFile], _ layout: RowLayout, _ discovery: Discovery,
        _ store: any TableStore, _ request: StepRequest
    ) async throws(CallError) -> TableDescription? {
        let name = fields.table + "_quarantine"
        guard discovery.bad > 0 else {
            if fields.mode == .replace { try await store.drop(name, context: request.context) }
            return nil
        }
        let load = LoadRequest(
            table: name, columns: QuarantineBatches.columns, mode: fields.mode, context: request.context)
        return try await store.load(load) { inserter throws(CallError) in
            let batches = QuarantineBatches(files, layout, discovery)
            while let batch = try batches.next() { try await inserter.insert(batch) }
        }
    }

    private func store(of into: Reference, _ request: StepRequest) async throws(CallError) -> any TableStore {
        try await request.host.facet((any TableStore).self, named: "TableStore", of: into)
    }
}

extension RowBatches {
    /// Feeds all batches.
    ///
    /// While one is inserted the next is made.
    func insert(into inserter: any BatchInserter, _ work: IngestWork) async throws(CallError) {
        var waiting = try next()
        while let batch = waiting {
            async let inserted: Result<Void, CallError> = Self.insert(batch, into: inserter)
            do throws(CallError) {
                waiting = try next()
            } catch {
                _ = await inserted
                throw error
            }
            try await inserted.get()
            try await work.breathe("loading", consumed, pass: 1)
        }
    }

    private static func insert(_ batch: ColumnBatch, into inserter: any BatchInserter) async -> Result<Void, CallError>
    {
        do throws(CallError) {
            return .success(try await inserter.insert(batch))
        } catch {
            return .failure(error)
        }
    }
}
