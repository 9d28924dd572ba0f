// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import FoundationEssentials
import Ledger
import Planning
import Shell

struct SqlVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql", abstract: "Shows the rows of a query on a warehouse or another store of tables.",
        discussion: "It only reads: a statement that changes anything is refused. Tables are changed by steps.")

    @Argument(
        help: "The store, such as warehouse, where there are several; and the query in its dialect: \"select …\".")
    var words: [String] = []
    @Option(help: "The module that has the store, where several have one of that address.") var module: String?
    @Option(help: "How many rows; left out: 100 as text, all as JSON or CSV.") var limit: Int?
    @Flag(help: "Prints comma-separated values.") var csv = false
    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if words.isEmpty || words.count > 2 || words.count == 1 && !QueryLine.isQuery(words[0]) {
            throw ValidationError("sql takes a store and a query: sql warehouse \"select …\"")
        }
        if let limit, limit < 0 { throw ValidationError("--limit takes a number of rows") }
        if csv, shared.json { throw ValidationError("--csv and --json are two forms of one thing: take one of them") }
    }

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        try await workspace.checkEnvironment()
        let engine = workspace.engine
        let records = try await engine.ledger.records(environment: workspace.environment)
        let record = try self.record(among: records, in: workspace)
        let (text, csv) = (words.last ?? "", csv)
        let most = limit ?? (csv || shared.json ? Int.max : 100)
        let rows = Locked(QueryRows(limit: most))
        let output = workspace.output
        let template = try await template(text, workspace)
        try await Interruptible.value(output) {
            let (tables, holder) = try await engine.tables(of: record, among: records)
            let context = CallContext(
                token: OperationToken(UUID().uuidString), run: "sql", operation: holder.identity.address.text)
            do throws(CallError) {
                let statement = try template.map { (value) throws(CallError) in try tables.dialect.render(value) }
                _ = try await tables.query(statement ?? SQLStatement(text), batchRows: 500, context: context) {
                    (columns, batch) throws(CallError) in
                    let (isMore, lines) = rows.withLock { rows in
                        let isMore = rows.take(columns, batch)
                        return (isMore, csv ? rows.takeLines() : "")
                    }
                    if !lines.isEmpty { output.print(lines, terminator: "") }
                    return isMore && !output.isBroken
                }
            } catch {
                throw error.diagnostic
            }
        }
        if csv { return }
        let found = rows.value
        if shared.json {
            output.print(document: found.document)
        } else {
            output.print(found.text(output.style, width: output.width), terminator: "")
        }
    }

    /// A query with `${ }` among the names of the module at the prompt, where values become parameters; nil for another.
    private func template(_ text: String, _ workspace: Workspace) async throws -> Value? {
        guard text.contains("${"), let prompt = workspace.invocation.prompt else { return nil }
        let snapshot = try await workspace.engine.ledger.snapshot(
            environment: workspace.environment, module: RecipeOrigin.module(of: prompt).module)
        let block = "\"\"\"\n  " + text.replacing("\\", with: "\\\\") + "\n  \"\"\""
        return try workspace.engine.evaluate(
            TypedText(block), in: prompt, snapshot, settings: try workspace.invocation.inherited.settingValues(),
            as: "Sql")
    }

    /// The store that is named, or the only one that is there.
    private func record(among records: [ResourceRecord], in workspace: Workspace) throws -> ResourceRecord {
        let isAtPrompt = workspace.module.map { module in records.contains { $0.identity.module == module } } ?? false
        let own = records.filter { record in
            let owner = record.identity.module
            return module.map { $0 == owner } ?? (words.count == 2 || !isAtPrompt || owner == workspace.module)
        }
        if words.count == 2, let name = words.first {
            let owner = try AddressedModule.find(
                of: [name], given: module, among: records, prompt: workspace.module, isMeant: { $0.text == $1 })
            let found = own.first { $0.identity.module == owner && $0.identity.address.text == name }
            if let found { return found }
        }
        let parts = Set(
            own.flatMap { record in (record.composite?.children ?? []).map { [record.identity.module, $0.text] } })
        let kinds = workspace.kinds
        let stores = own.filter { record in
            let facets = record.composite?.facets ?? kinds[record.kind]?.facets ?? []
            return facets.contains("TableStore")
                && !parts.contains([record.identity.module, record.identity.address.text])
        }
        let warehouses = stores.filter { $0.kind == "DataWarehousing" }
        if let only = stores.first, stores.count == 1 { return only }
        if let only = warehouses.first, warehouses.count == 1 { return only }
        throw Diagnostic(
            .noTables, stores.isEmpty ? "nothing here holds tables" : "which store is asked?",
            help: stores.isEmpty
                ? ["show    lists what there is"]
                : stores.prefix(3).map { "sql \($0.identity.address) \"\(words.last ?? "")\"" })
    }
}

/// The rows of a query as they arrive, up to a limit.
struct QueryRows: Sendable {
    private let limit: Int
    private var columns: [TableColumn]?
    private var rows: [[Value]] = []
    private var count = 0
    private var isMore = false
    private var hasHead = false

    init(limit: Int) { self.limit = limit }

    /// - Returns: False where no further rows are wanted.
    mutating func take(_ columns: [TableColumn], _ batch: ColumnBatch) -> Bool {
        self.columns = columns
        let wanted = min(batch.rowCount, limit - count)
        for row in 0..<wanted {
            rows.append(zip(batch.columns, columns).map { $0.value(row, as: $1.type) })
        }
        count += wanted
        if batch.rowCount > wanted { isMore = true }
        return !isMore
    }

    /// The rows that came since as comma-separated values, the first time behind the columns' names.
    mutating func takeLines() -> String {
        var text = ""
        if !hasHead, let columns { text += Self.line(columns.map(\.name)) }
        hasHead = true
        for row in rows { text += Self.line(row.map(Self.plain)) }
        rows = []
        return text
    }

    private static func line(_ cells: [String]) -> String {
        cells.map { cell in
            let isPlain = !cell.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
            return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",") + "\n"
    }

    /// A cell as it is written in a file: empty for null.
    private static func plain(_ value: Value) -> String { value.isNull ? "" : value.string ?? value.literal }

    var document: ObjectValue {
        [
            "columns": .list(
                (columns ?? []).map { ["name": .string($0.name), "type": .string($0.type.rawValue)] }),
            "rows": .list(rows.map { .list($0) }), "more": .bool(isMore)
        ]
    }

    func text(_ style: TextStyle, width: Int?) -> String {
        let names = (columns ?? []).map(\.name)
        let cells = rows.map { row in row.map { $0.isNull ? "null" : $0.string ?? $0.literal } }
        if cells.isEmpty { return "No rows: \(names.joined(separator: ", ")).\n" }
        let table = TableRenderer(style: style, width: width).text(names, cells)
        return table
            + (isMore ? style(.dim, "more than \(count) rows; --limit \(count * 10) shows more of them") + "\n" : "")
    }
}

extension ColumnVector {
    /// A cell as a value of the column's type.
    fileprivate func value(_ row: Int, as type: ColumnType) -> Value {
        if isNull(row) { return .null }
        switch storage {
        case .ints(let cells): return type == .bool ? .bool(cells[row] != 0) : .int(cells[row])
        case .floats(let cells): return .float(cells[row])
        case .texts(let bytes, let offsets):
            return .string(String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self))
        }
    }
}
