// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDBSQLite
import Synchronization

/// Asks SQLite's compiler what a statement touches, on a connection of its own that executes nothing.
final class StatementAnalyzer: Sendable {
    private let path: String
    /// A SQLite connection may move between threads, and is used by one at a time.
    private let connection = Mutex<OpaquePointer?>(nil)

    init(path: String) { self.path = path }

    deinit { _ = connection.withLock { sqlite3_close($0) } }

    /// Collects what SQLite's compiler asks permission for.
    private final class Touched {
        var reads: Set<String> = []
        var writes: Set<String> = []
    }

    func analysis(of sql: String) throws(CallError) -> StatementAnalysis {
        try SQLText.refuseTransactionControl(sql)
        return try connection.withLock { (opened) throws(CallError) in
            if opened == nil { opened = try open() }
            guard let connection = opened else { return StatementAnalysis(reads: [], writes: [], columns: []) }
            let touched = Touched()
            let columns = try compile(sql, on: connection, into: touched)
            let reads = touched.reads.filter { isStored($0, connection) }
            return StatementAnalysis(reads: reads.sorted(), writes: touched.writes.sorted(), columns: columns)
        }
    }

    private func open() throws(CallError) -> OpaquePointer {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close(opened)
            throw SQLiteFailure.callError(code, String(cString: sqlite3_errstr(code)), sql: "")
        }
        sqlite3_busy_timeout(opened, 10_000)
        return opened
    }

    private func compile(
        _ sql: String, on connection: OpaquePointer, into touched: Touched
    ) throws(CallError) -> [String] {
        let context = Unmanaged.passUnretained(touched).toOpaque()
        sqlite3_set_authorizer(
            connection,
            { context, action, first, second, schema, inside in
                guard let context else { return SQLITE_OK }
                let touched = Unmanaged<Touched>.fromOpaque(context).takeUnretainedValue()
                StatementAnalyzer.note(action, first, second, schema, inside, touched)
                return SQLITE_OK
            }, context)
        defer { sqlite3_set_authorizer(connection, nil, nil) }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let code = sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
        guard code == SQLITE_OK else { throw SQLiteFailure.callError(code, on: connection, sql: sql) }
        guard let statement else { return [] }
        return (0..<sqlite3_column_count(statement)).map { String(cString: sqlite3_column_name(statement, $0)) }
    }

    private static func note(
        _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
        _ schema: UnsafePointer<CChar>?, _ inside: UnsafePointer<CChar>?, _ touched: Touched
    ) {
        let database = schema.map { String(cString: $0) } ?? "main"
        func table(_ name: UnsafePointer<CChar>?) -> String? {
            guard let name = name.map({ String(cString: $0) }), !name.lowercased().hasPrefix("sqlite_") else {
                return nil
            }
            return database + "." + name
        }
        switch action {
        case SQLITE_READ:
            if let table = table(first) { touched.reads.insert(table) }
            // The view (or trigger) in whose definition the table stands.
            if let view = table(inside) { touched.reads.insert(view) }
        case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_CREATE_TABLE, SQLITE_CREATE_TEMP_TABLE,
            SQLITE_CREATE_VIEW, SQLITE_CREATE_TEMP_VIEW, SQLITE_CREATE_VTABLE, SQLITE_DROP_TABLE,
            SQLITE_DROP_TEMP_TABLE, SQLITE_DROP_VIEW, SQLITE_DROP_TEMP_VIEW, SQLITE_DROP_VTABLE:
            if let table = table(first) { touched.writes.insert(table) }
        case SQLITE_CREATE_INDEX, SQLITE_DROP_INDEX, SQLITE_CREATE_TRIGGER, SQLITE_DROP_TRIGGER:
            if let table = table(second) { touched.writes.insert(table) }
        case SQLITE_ALTER_TABLE:
            if let first, let second { touched.writes.insert(String(cString: first) + "." + String(cString: second)) }
        default: break
        }
    }

    /// True for a table or view of the database, false for a function that gives rows, such as `json_each`.
    private func isStored(_ name: String, _ connection: OpaquePointer) -> Bool {
        let parts = name.split(separator: ".", maxSplits: 1)
        guard parts.count == 2 else { return false }
        let schema = SQLDialect.sqlite.identifier(String(parts[0]))
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let sql =
            "SELECT 1 FROM \(schema).sqlite_master WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view')"
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK else { return false }
        sqlite3_bind_text(statement, 1, String(parts[1]), -1, SQLText.copied)
        return sqlite3_step(statement) == SQLITE_ROW
    }
}
