// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Crypto
import Execution
import GRDB

/// What chains the lines of the audit trail: the SHA-256 of a line and of the link before it.
struct AuditLink: Sendable, Hashable {
    /// The line's number.
    var line: Int64
    /// 64 hexadecimal digits.
    var text: String

    static func of(_ entry: AuditEntry, after link: String?) -> String {
        let parts: [Value] = [
            .string(link ?? ""), .int(entry.time.nanoseconds), .string(entry.actor), .string(entry.host),
            .string(entry.action), .string(entry.environment), .string(entry.module), .string(entry.detail)
        ]
        return SHA256.hash(data: Array(Value.list(parts).json(.exact).utf8))
            .map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// The newest line's; nil where no line has one.
    static func newest(_ db: SQLiteDatabase) throws -> AuditLink? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT id, link FROM audit ORDER BY id DESC LIMIT 1"))
        return row.flatMap { row in row.optionalText(1).map { AuditLink(line: row.number(0), text: $0) } }
    }
}
