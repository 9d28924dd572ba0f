// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB
import GRDBSQLite

/// Executes statements on one connection.
enum StatementExecution {
    /// Executes the statements one after another and collects their rows.
    static func run(
        _ statements: [DatabaseStatement], on database: GRDB.Database
    ) throws(CallError) -> [DatabaseResult] {
        var results: [DatabaseResult] = []
        results.reserveCapacity(statements.count)
        for statement in statements { results.append(try run(statement, on: database)) }
        return results
    }

    private static func run(
        _ statement: DatabaseStatement, on database: GRDB.Database
    ) throws(CallError) -> DatabaseResult {
        let prepared = try PreparedStatement(statement.sql, on: database)
        defer { prepared.reset() }
        try prepared.bind(statement.parameters)
        let before = sqlite3_total_changes(prepared.connection)
        let columns = prepared.columnNames
        var rows: [[Value]] = []
        while try prepared.step() {
            rows.append((0..<Int32(columns.count)).map(prepared.value(at:)))
        }
        // Changes that triggers and foreign keys made are not the statement's own.
        let isChanging = sqlite3_total_changes(prepared.connection) != before
        let changes = isChanging ? Int(sqlite3_changes(prepared.connection)) : 0
        return DatabaseResult(columns: columns, rows: rows, changes: changes)
    }

    /// Executes one statement of the host's own that gives no rows.
    static func control(_ sql: String, on database: GRDB.Database) throws(CallError) {
        guard let connection = database.sqliteConnection else { throw CallError(.failed, "the database is closed") }
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        if code != SQLITE_OK { throw SQLiteFailure.callError(code, on: connection, sql: sql) }
    }

    /// Gives the present transaction up; that there is none any more is not an error.
    static func rollBack(_ database: GRDB.Database) {
        guard let connection = database.sqliteConnection, sqlite3_get_autocommit(connection) == 0 else { return }
        sqlite3_exec(connection, "ROLLBACK", nil, nil, nil)
    }
}
