// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Reads a log of events on into a table, each event once.
///
/// Where reading goes on stands in the table: each row has the place of its event. What was about to be loaded is in the
/// journal before, so that a step that is executed again after a crash knows whether it was.
struct EventIngest: Sendable {
    let log: any EventLog
    let from: Reference
    let fields: IngestFields
    let request: StepRequest

    private var context: CallContext { request.context }
    /// Rows of logs that have no name for their reader are known by the log's.
    private var reader: String { fields.reader ?? from.resource?.text ?? from.name }

    func run() async throws(CallError) -> StepResponse {
        try fields.checkForEvents()
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: fields.into)
        let table = try await store.describe(fields.table, context: context)
        let places = try await EventPlaces(of: reader, in: table, store, context)
        if let table, let done = try Loaded(request.handle), done.before != places.text {
            return response(table, rows: done.rows, bad: done.bad, try await quarantined(store))
        }
        return try await request.host.services.files.withScratchFolder { folder throws(CallError) in
            let events = try await EventFile(
                log, as: reader, behind: places, limit: fields.limit, folder: folder, request)
            return try await load(events, behind: places, into: store, table)
        }
    }

    private func load(
        _ events: EventFile, behind places: EventPlaces, into store: any TableStore, _ table: TableDescription?
    ) async throws(CallError) -> StepResponse {
        let layout = fields.layoutOfEvents
        let load = FileLoad([events.file], layout, field: "from", request, added: events)
        var discovery = try await load.discover { discovery throws(CallError) in
            if discovery.good + discovery.bad > 0 { try fields.check(share: discovery) }
            if let taken = discovery.columns.first(where: { Self.isOwn($0.name) }) {
                throw CallError(
                    .conflict,
                    Diagnostic(
                        .eventsOwnColumn, "events have a field '\(taken.name)', which the step gives to each row",
                        notes: ["nothing was loaded"], help: ["give the field another name where events are made"]))
            }
        }
        let isNew = table.map { $0.rows == 0 } ?? true
        if isNew { discovery.add(layout.declared) }
        let bad = try await setAside(events, load, discovery, in: store)
        guard discovery.good > 0 || table == nil else {
            guard let table else { throw CallError(.conflict, "the table was dropped meanwhile") }
            return response(table, rows: 0, bad: bad, try await quarantined(store))
        }
        try await request.host.record(
            handle: Loaded(before: places.text, rows: discovery.good, bad: bad).text, context)
        let written = try await load.load(
            discovery, into: store, table: fields.table, mode: isNew ? .replace : .append)
        return response(written, rows: discovery.good, bad: bad, try await quarantined(store))
    }

    private static func isOwn(_ name: String) -> Bool {
        EventPlaces.columns.contains { $0.name == name.lowercased() }
    }

    // MARK: Events that are no rows

    private var quarantine: String { fields.table + "_quarantine" }

    private func quarantined(_ store: any TableStore) async throws(CallError) -> TableDescription? {
        try await store.describe(quarantine, context: context)
    }

    /// Keeps what is no row, unless it was kept before: behind the last row it is read again.
    ///
    /// - Returns: How much of it there is that was not kept before.
    private func setAside(
        _ events: EventFile, _ load: FileLoad, _ discovery: Discovery, in store: any TableStore
    ) async throws(CallError) -> Int64 {
        guard discovery.bad > 0 else { return 0 }
        let known = try await kept(store)
        let batches = QuarantineBatches(load.files, load.layout, discovery) { line in
            guard let event = events.event(line) else { return nil }
            let name = events.name(of: event)
            return known.contains(name) ? nil : name
        }
        var all: [ColumnBatch] = []
        while let batch = try batches.next() { all.append(batch) }
        let fresh = all
        guard let first = fresh.first?.columns.first?.value(0, as: .string).string else { return 0 }
        // A step that is executed again may find more of them than it kept before.
        var own = context
        let mark = request.host.services.hashing.sha256(Array("\(context.token.text) \(first)".utf8))
        own.token = OperationToken(
            mark.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
        _ = try await store.load(
            LoadRequest(table: quarantine, columns: QuarantineBatches.columns, mode: .append, context: own)
        ) { inserter throws(CallError) in
            for batch in fresh { try await inserter.insert(batch) }
        }
        return fresh.reduce(0) { $0 + Int64($1.rowCount) }
    }

    private func kept(_ store: any TableStore) async throws(CallError) -> Set<String> {
        guard let table = try await quarantined(store) else { return [] }
        let found = QueryCollector()
        let file = store.dialect.identifier("file")
        _ = try await store.query(
            SQLStatement("select \(file) from \(store.dialect.identifier(table.name))"), batchRows: 1000,
            context: context
        ) { columns, batch throws(CallError) in
            found.add(columns, batch)
            return true
        }
        return Set(found.result(reads: []).rows.compactMap { $0.first?.string })
    }

    // MARK: What the step gives

    private func response(
        _ table: TableDescription, rows: Int64, bad: Int64, _ quarantine: TableDescription?
    ) -> StepResponse {
        let into = fields.into.resource
        let reference = table.reference(in: into)
        let aside = bad > 0 ? quarantine?.reference(in: into) : nil
        return StepResponse(
            outputs: [
                "table": .reference(reference), "files": .list([]), "rows": .int(rows),
                "quarantined": aside.map { .reference($0) } ?? .null, "bad": .int(bad)
            ],
            reads: [Reference(type: "Artifact", resource: from.resource, name: "events")],
            writes: [reference] + (aside.map { [$0] } ?? []))
    }
}

/// What a step was about to load.
private struct Loaded {
    /// Where its rows begin, as `EventPlaces.text`.
    var before: String
    var rows: Int64
    var bad: Int64

    init(before: String, rows: Int64, bad: Int64) {
        self.before = before
        self.rows = rows
        self.bad = bad
    }

    init?(_ handle: String?) throws(CallError) {
        guard let handle else { return nil }
        do throws(JSONError) {
            let object = try Value(foreignJSON: Array(handle.utf8)).object
            guard let before = object?["before"]?.string, let rows = object?["rows"]?.int,
                let bad = object?["bad"]?.int
            else { return nil }
            self.init(before: before, rows: rows, bad: bad)
        } catch {
            throw CallError(.failed, "the journal's handle of this step cannot be read: \(error.reason)")
        }
    }

    var text: String {
        Value.object(["before": .string(before), "rows": .int(rows), "bad": .int(bad)]).json(.plain)
    }
}
