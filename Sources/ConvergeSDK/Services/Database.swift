// SPDX-License-Identifier: Apache-2.0

/// Opens SQLite databases for plugins.
public protocol DatabaseOpener: Sendable {
    /// Opens the database at a path, making it (mode 0600) where there is none. Opening the same path again gives
    /// the same database.
    func open(path: String) async throws(CallError) -> any Database
}

/// One SQLite database in WAL mode: one writer, any number of readers.
///
/// Writes that arrive together are committed together, each whole or not at all, with one sync for all of them.
public protocol Database: Sendable {
    /// Executes the statements in one durable transaction.
    ///
    /// - Returns: For each statement the rows that it gave and the number of rows that it changed.
    /// - Throws: `CallError` with `invalid` and SQLite's message where a statement fails; then none has an effect.
    func write(_ statements: [DatabaseStatement]) async throws(CallError) -> [DatabaseResult]

    /// Executes statements that only read, on one snapshot.
    func read(_ statements: [DatabaseStatement]) async throws(CallError) -> [DatabaseResult]

    /// Reads one statement's rows in batches, each as columns; returning false stops.
    func stream(
        _ statement: DatabaseStatement, batchRows: Int, _ onBatch: @Sendable (ColumnBatch) throws(CallError) -> Bool
    ) async throws(CallError)

    /// Which tables and views a statement reads and which it writes, by SQLite's own analysis.
    func analysis(of sql: String) async throws(CallError) -> StatementAnalysis

    /// Opens a bulk load: one transaction on the writer, fed batch by batch. Other writes wait until it ends.
    ///
    /// - Parameters:
    ///   - insert: An `insert` statement with one `?` a column.
    ///   - body: Feeds the batches; where it throws, nothing of the load stays.
    func load(
        before: [DatabaseStatement], insert: String, after: [DatabaseStatement],
        _ body: @Sendable (any BatchInserter) async throws(CallError) -> Void
    ) async throws(CallError)
}

/// Takes the batches of a bulk load, in order.
public protocol BatchInserter: Sendable {
    /// Inserts every row of the batch, binding text without copying it cell by cell.
    func insert(_ batch: ColumnBatch) async throws(CallError)
}

public struct DatabaseStatement: Sendable, Hashable {
    public var sql: String
    /// For `?`, in order: null, bool, int, float, string, date and time (as text).
    public var parameters: [Value]

    public init(_ sql: String, _ parameters: [Value] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}

public struct DatabaseResult: Sendable, Hashable {
    public var columns: [String]
    public var rows: [[Value]]
    public var changes: Int

    public init(columns: [String], rows: [[Value]], changes: Int) {
        self.columns = columns
        self.rows = rows
        self.changes = changes
    }
}

/// What a statement touches.
public struct StatementAnalysis: Sendable, Hashable {
    /// Tables and views read, as `schema.table`.
    public var reads: [String]
    /// Tables written, created or dropped, as `schema.table`.
    public var writes: [String]
    /// The names of the result's columns; empty for a statement without rows.
    public var columns: [String]

    public init(reads: [String], writes: [String], columns: [String]) {
        self.reads = reads
        self.writes = writes
        self.columns = columns
    }
}
