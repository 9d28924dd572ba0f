// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB
import GRDBSQLite

/// A compiled statement of one connection, from the connection's cache; used inside one access to it.
struct PreparedStatement {
    let handle: OpaquePointer
    let connection: OpaquePointer
    let sql: String
    /// Keeps the handle alive.
    private let statement: GRDB.Statement

    init(_ sql: String, on database: GRDB.Database) throws(CallError) {
        guard let connection = database.sqliteConnection else { throw CallError(.failed, "the database is closed") }
        try SQLText.refuseTransactionControl(sql)
        do {
            statement = try database.cachedStatement(sql: sql)
        } catch {
            throw SQLiteFailure.callError(error, sql: sql)
        }
        handle = statement.sqliteStatement
        self.connection = connection
        self.sql = sql
    }

    var columnNames: [String] {
        (0..<sqlite3_column_count(handle)).map { String(cString: sqlite3_column_name(handle, $0)) }
    }

    /// Gives the statement's `?` their values, in order.
    func bind(_ parameters: [Value]) throws(CallError) {
        let wanted = Int(sqlite3_bind_parameter_count(handle))
        guard wanted == parameters.count else {
            throw CallError(
                .invalid, "the statement has \(wanted) parameters, but \(parameters.count) values were given",
                notes: [SQLText.excerpt(sql)])
        }
        for (offset, parameter) in parameters.enumerated() { try bind(parameter, at: Int32(offset + 1)) }
    }

    private func bind(_ value: Value, at index: Int32) throws(CallError) {
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(handle, index)
        case .bool(let flag): code = sqlite3_bind_int64(handle, index, flag ? 1 : 0)
        case .int(let number): code = sqlite3_bind_int64(handle, index, number)
        case .float(let number): code = sqlite3_bind_double(handle, index, number)
        case .string(let text): code = bind(text, at: index)
        case .date(let date): code = bind(date.description, at: index)
        case .time(let time): code = bind(time.description, at: index)
        default: throw CallError(.invalid, "\(value.typeName) cannot be a parameter of an SQL statement")
        }
        if code != SQLITE_OK { throw SQLiteFailure.callError(code, on: connection, sql: sql) }
    }

    private func bind(_ text: String, at index: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                // An empty text has no address, which SQLite would take for null.
                guard let start = characters.baseAddress else { return sqlite3_bind_text(handle, index, "", 0, nil) }
                return sqlite3_bind_text64(
                    handle, index, start, UInt64(characters.count), SQLText.copied, UInt8(SQLITE_UTF8))
            }
        }
    }

    /// Goes on to the next row; false where there is none.
    func step() throws(CallError) -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLiteFailure.callError(code, on: connection, sql: sql)
        }
    }

    /// Makes the statement ready for the next use and frees what it holds of the database.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// A cell of the present row; a blob reads as hexadecimal digits.
    func value(at column: Int32) -> Value {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .int(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .float(sqlite3_column_double(handle, column))
        case SQLITE_NULL: return .null
        case SQLITE_BLOB: return .string(Hex.text(bytes(at: column)))
        default: return .string(String(decoding: bytes(at: column), as: UTF8.self))
        }
    }

    /// The bytes of a text or blob, valid until the next step.
    func bytes(at column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column)))
    }
}
