// SPDX-License-Identifier: Apache-2.0

/// Tables and SQL: a warehouse, or a lake whose files are tables.
public protocol TableStore: Facet {
    var dialect: SQLDialect { get }

    /// Executes a query and stores its rows, built aside and swapped in whole, or merged in one transaction.
    func transform(_ request: TransformRequest) async throws(CallError) -> TransformResponse

    /// Loads rows into a table, built aside and swapped in whole; where the body throws, the table stays as it was.
    func load(
        _ request: LoadRequest, _ body: @Sendable (any BatchInserter) async throws(CallError) -> Void
    ) async throws(CallError) -> TableDescription

    /// Makes a table of another store of the same platform readable here.
    ///
    /// - Throws: `CallError` with `unsupported` where it cannot be.
    func mount(_ table: Reference, context: CallContext) async throws(CallError) -> Reference

    /// Reads a query's rows in batches; returning false stops.
    ///
    /// - Returns: The tables that the query read.
    func query(
        _ statement: SQLStatement, batchRows: Int, context: CallContext,
        _ onBatch: @Sendable ([TableColumn], ColumnBatch) throws(CallError) -> Bool
    ) async throws(CallError) -> [String]

    /// Columns, number of rows and version; nil where there is no such table.
    func describe(_ table: String, context: CallContext) async throws(CallError) -> TableDescription?

    /// Removes a table or view. Absent is not an error.
    func drop(_ table: String, context: CallContext) async throws(CallError)
}

/// How rows join those that are there.
@frozen
public enum WriteMode: String, Sendable, Hashable, CaseIterable {
    case replace
    case append
    /// Rows with the same key are replaced.
    case merge
}

public struct TransformRequest: Sendable {
    public var statement: SQLStatement
    public var table: String
    public var mode: WriteMode
    /// The key columns of a merge.
    public var key: [String]
    /// True for a view instead of a table; replaces only.
    public var isView: Bool
    public var context: CallContext

    public init(
        statement: SQLStatement, table: String, mode: WriteMode = .replace, key: [String] = [], isView: Bool = false,
        context: CallContext
    ) {
        self.statement = statement
        self.table = table
        self.mode = mode
        self.key = key
        self.isView = isView
        self.context = context
    }
}

public struct TransformResponse: Sendable, Hashable {
    public var description: TableDescription
    /// The tables that the query read.
    public var reads: [String]

    public init(description: TableDescription, reads: [String]) {
        self.description = description
        self.reads = reads
    }
}

public struct LoadRequest: Sendable {
    public var table: String
    public var columns: [TableColumn]
    public var mode: WriteMode
    public var context: CallContext

    public init(table: String, columns: [TableColumn], mode: WriteMode = .replace, context: CallContext) {
        self.table = table
        self.columns = columns
        self.mode = mode
        self.context = context
    }
}

public struct TableDescription: Sendable, Hashable {
    public var name: String
    public var columns: [TableColumn]
    /// Nil where counting would cost more than asking.
    public var rows: Int64?
    /// Changes with the content.
    public var version: String
    /// How the platform names the store that holds the table, so that another of its stores finds it when asked to
    /// mount it; nil where none can.
    public var location: String?

    public init(name: String, columns: [TableColumn], rows: Int64?, version: String) {
        self.name = name
        self.columns = columns
        self.rows = rows
        self.version = version
    }

    /// The reference that steps hand on.
    public func reference(in store: Address?) -> Reference {
        var attributes: ObjectValue = [
            "version": .string(version),
            "columns": .object(ObjectValue(columns.map { ($0.name, .string($0.type.rawValue)) })),
            "rows": rows.map { .int($0) } ?? .null
        ]
        if let location { attributes["location"] = .string(location) }
        return Reference(type: "Table", resource: store, name: name, attributes: attributes)
    }
}
