// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB

/// A SQLite database in WAL mode that plugins use.
final class LentDatabase: ConvergeSDK.Database {
    private let path: String
    private let pool: DatabasePool
    private let commits: GroupCommit
    private let analyzer: StatementAnalyzer

    /// The databases into which the present task loads: their writers wait for it, so that it must not wait for them.
    @TaskLocal private static var loading: Set<String> = []

    /// Opens the database file, which exists.
    init(path: String) throws(CallError) {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        configuration.maximumReaderCount = 4
        configuration.label = "converge.database"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // An answered write must survive a power failure.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        } catch {
            let failure = SQLiteFailure.callError(error)
            throw CallError(failure.reason, "cannot open the database '\(path)': \(failure.diagnostic.message)")
        }
        self.path = path
        commits = GroupCommit(pool: pool)
        analyzer = StatementAnalyzer(path: path)
    }

    func write(_ statements: [DatabaseStatement]) async throws(CallError) -> [DatabaseResult] {
        try refuseInsideLoad()
        return try await commits.write(statements)
    }

    private func refuseInsideLoad() throws(CallError) {
        if Self.loading.contains(path) {
            throw CallError(
                .conflict, "a load into '\(path)' is in progress, and this would wait for itself",
                help: ["hand the statements to the load as `before` or `after`"])
        }
    }

    func read(_ statements: [DatabaseStatement]) async throws(CallError) -> [DatabaseResult] {
        do {
            return try await pool.read { try StatementExecution.run(statements, on: $0) }
        } catch {
            throw SQLiteFailure.callError(error)
        }
    }

    func stream(
        _ statement: DatabaseStatement, batchRows: Int, _ onBatch: @Sendable (ColumnBatch) throws(CallError) -> Bool
    ) async throws(CallError) {
        do {
            try await pool.read { try Self.stream(statement, max(1, batchRows), on: $0, onBatch) }
        } catch {
            throw SQLiteFailure.callError(error)
        }
    }

    private static func stream(
        _ statement: DatabaseStatement, _ batchRows: Int, on database: GRDB.Database,
        _ onBatch: (ColumnBatch) throws(CallError) -> Bool
    ) throws(CallError) {
        let prepared = try PreparedStatement(statement.sql, on: database)
        defer { prepared.reset() }
        try prepared.bind(statement.parameters)
        var columns = (0..<Int32(prepared.columnNames.count)).map { ColumnCollector(prepared, column: $0) }
        var rows = 0
        while try prepared.step() {
            for column in columns.indices { columns[column].append(from: prepared) }
            rows += 1
            if rows == batchRows {
                let batch = ColumnBatch(columns: columns.indices.map { columns[$0].take() }, rowCount: rows)
                guard try onBatch(batch) else { return }
                rows = 0
            }
        }
        if rows > 0 {
            _ = try onBatch(ColumnBatch(columns: columns.indices.map { columns[$0].take() }, rowCount: rows))
        }
    }

    func analysis(of sql: String) async throws(CallError) -> StatementAnalysis {
        try await BlockingWork.run { [analyzer] (_) throws(CallError) in try analyzer.analysis(of: sql) }
    }

    func load(
        before: [DatabaseStatement], insert: String, after: [DatabaseStatement],
        _ body: @Sendable (any BatchInserter) async throws(CallError) -> Void
    ) async throws(CallError) {
        try refuseInsideLoad()
        let feed = BatchFeed()
        async let writing = write(feed, before: before, insert: insert, after: after)
        let feeding = await Self.$loading.withValue(Self.loading.union([path])) {
            do throws(CallError) {
                try await body(feed)
                feed.finish()
                return Result<Void, CallError>.success(())
            } catch {
                feed.abandon()
                return .failure(error)
            }
        }
        switch (await writing, feeding) {
        // What failed first is the cause: a writer that failed makes the body fail too, and the other way round.
        case (.failure(let error), .success): throw error
        case (.failure(let error), .failure(let cause)): throw error.reason == .cancelled ? cause : error
        case (.success, _): return
        }
    }

    /// The writer's half of a load.
    private func write(
        _ feed: BatchFeed, before: [DatabaseStatement], insert: String, after: [DatabaseStatement]
    ) async -> Result<Void, CallError> {
        defer { feed.close() }
        do {
            try await pool.writeWithoutTransaction { database in
                defer { StatementExecution.rollBack(database) }
                try StatementExecution.control("BEGIN IMMEDIATE", on: database)
                _ = try StatementExecution.run(before, on: database)
                let statement = try BulkInsert(insert, on: database)
                while let batch = try feed.next() { try statement.insert(batch) }
                _ = try StatementExecution.run(after, on: database)
                try StatementExecution.control("COMMIT", on: database)
            }
            return .success(())
        } catch {
            return .failure(SQLiteFailure.callError(error))
        }
    }
}
