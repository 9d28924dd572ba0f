// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Rows of files on their way into a table: the files are walked over once to find the columns, their types and the
/// broken rows, and once to load.
struct FileLoad: Sendable {
    let files: [SourceFile]
    let layout: RowLayout
    /// The field of the step that names the files, for errors.
    let field: String
    let work: IngestWork
    /// What rows get beside their own columns.
    let added: (any AddedColumns)?

    init(
        _ files: [SourceFile], _ layout: RowLayout, field: String, _ request: StepRequest,
        added: (any AddedColumns)? = nil
    ) {
        self.added = added
        self.files = files
        self.layout = layout
        self.field = field
        work = IngestWork(
            context: request.context, log: request.host.services.log, size: files.reduce(0) { $0 + $1.size })
    }

    /// Walks over every row, and refuses what a check finds wanting.
    func discover(_ check: (Discovery) throws(CallError) -> Void) async throws(CallError) -> Discovery {
        do throws(CallError) {
            let discovery = try await Discovery.walk(files, layout, work)
            try check(discovery)
            if discovery.bad > 0 { work.write("\(discovery.bad) broken rows are set aside") }
            return discovery
        } catch {
            throw error.aboutFiles(field)
        }
    }

    /// Loads the good rows: built aside and swapped in whole.
    ///
    /// - Parameter names: The columns' names; nil for those that the files have.
    func load(
        _ discovery: Discovery, into store: any TableStore, table: String, mode: WriteMode,
        names: [String]? = nil
    ) async throws(CallError) -> TableDescription {
        let names = names ?? ColumnNames.clean(discovery.columns.map(\.name))
        let columns = zip(names, discovery.columns).map { TableColumn($0, $1.type) } + (added?.columns ?? [])
        let request = LoadRequest(table: table, columns: columns, mode: mode, context: work.context)
        return try await store.load(request) { inserter throws(CallError) in
            let batches = RowBatches(files, layout, discovery, added: added)
            try await batches.insert(into: inserter, work)
            guard batches.good == discovery.good else { throw CallError.filesChanged(files).aboutFiles(field) }
        }
    }
}
