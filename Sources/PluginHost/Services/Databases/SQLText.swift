// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDBSQLite

/// What the host must know of a statement's text before SQLite sees it.
enum SQLText {
    /// Tells SQLite to copy bound bytes before the call returns.
    static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private static let transactionWords: Set<String> = [
        "begin", "commit", "end", "rollback", "savepoint", "release"
    ]

    /// Transactions are the host's: it commits the statements of many callers together.
    static func refuseTransactionControl(_ sql: String) throws(CallError) {
        let word = firstWord(of: sql)
        guard transactionWords.contains(word) else { return }
        throw CallError(
            .invalid, "'\(word)' may not be used: statements that are handed over together are one transaction",
            notes: [excerpt(sql)])
    }

    /// The first word behind white space, comments and semicolons, in lower case.
    private static func firstWord(of sql: String) -> String {
        var rest = sql.utf8[...]
        while let byte = rest.first {
            if rest.starts(with: "--".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            } else if rest.starts(with: "/*".utf8) {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest = rest.dropFirst() }
                rest = rest.dropFirst(2)
            } else if byte <= UInt8(ascii: " ") || byte == UInt8(ascii: ";") {
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        let word = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
        return String(word)?.lowercased() ?? ""
    }

    /// The statement as messages show it: one line, not too long.
    static func excerpt(_ sql: String) -> String {
        let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "in: " + (line.count > 200 ? line.prefix(199) + "…" : line)
    }
}

/// SQLite's failures in the terms of calls.
enum SQLiteFailure {
    /// The failure of the connection's last call.
    static func callError(_ code: Int32, on connection: OpaquePointer, sql: String) -> CallError {
        callError(code, String(cString: sqlite3_errmsg(connection)), sql: sql)
    }

    static func callError(_ code: Int32, _ message: String, sql: String) -> CallError {
        let notes = sql.isEmpty ? [] : [SQLText.excerpt(sql)]
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return CallError(.conflict, "another process holds the database: \(message)", notes: notes)
        case SQLITE_INTERRUPT: return .cancelled
        case SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH: return CallError(.denied, "SQLite: \(message)", notes: notes)
        case SQLITE_FULL:
            return CallError(
                .failed, "SQLite: \(message)", notes: notes, help: ["free some space on that disk and try again"])
        case SQLITE_NOMEM, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_PROTOCOL, SQLITE_INTERNAL:
            return CallError(.failed, "SQLite: \(message)", notes: notes)
        default: return CallError(.invalid, "SQLite: \(message)", notes: notes)
        }
    }
}
