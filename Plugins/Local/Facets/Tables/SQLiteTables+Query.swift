// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

extension SQLiteTables {
    func query(
        _ statement: SQLStatement, batchRows: Int, context: CallContext,
        _ onBatch: @Sendable ([TableColumn], ColumnBatch) throws(CallError) -> Bool
    ) async throws(CallError) -> [String] {
        try checkCancellation()
        let database = try await database()
        let text = SQLText(statement.text).statement
        if text.isEmpty { throw .notAQuery }
        let analysis = try await database.analysis(of: text)
        guard analysis.writes.isEmpty, !analysis.columns.isEmpty else { throw .notAQuery }
        let reads = tables(in: analysis.reads)
        let known = try await knownTypes(analysis.columns, reads)
        let wasCalled = Mutex(false)
        try await database.stream(
            DatabaseStatement(text, statement.parameters), batchRows: batchRows
        ) { batch throws(CallError) in
            wasCalled.withLock { $0 = true }
            let columns = zip(analysis.columns, batch.columns).map { name, vector in
                TableColumn(name, known[name] ?? vector.storedType)
            }
            return try onBatch(columns, batch)
        }
        if !wasCalled.withLock({ $0 }) {
            // The columns are told even where there are no rows.
            let columns = analysis.columns.map { TableColumn($0, known[$0] ?? .string) }
            _ = try onBatch(columns, ColumnBatch(columns: columns.map { .empty($0.type) }, rowCount: 0))
        }
        return reads
    }

    /// The types of a result that has the columns of the one table that it reads.
    private func knownTypes(_ columns: [String], _ reads: [String]) async throws(CallError) -> [String: ColumnType] {
        guard reads.count == 1, let table = reads.first,
            let entry = try await TableBook(database: try await database()).entry(table),
            entry.columns.map(\.name) == columns
        else { return [:] }
        return Dictionary(entry.columns.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    }
}

extension ColumnVector {
    /// The type that the cells' form tells of.
    var storedType: ColumnType {
        switch storage {
        case .ints: .int
        case .floats: .float
        case .texts: .string
        }
    }

    static func empty(_ type: ColumnType) -> ColumnVector {
        switch ColumnTyping.affinity(of: type) {
        case "INTEGER": ColumnVector(.ints([]))
        case "REAL": ColumnVector(.floats([]))
        default: ColumnVector(.texts(bytes: [], offsets: [0]))
        }
    }
}
