// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The SQL of a lake's index of objects. Times are nanoseconds since 1970.
enum ObjectIndex {
    static let schema = [
        DatabaseStatement(
            """
            create table if not exists contents (
              digest text primary key, file text not null
            ) without rowid
            """),
        DatabaseStatement(
            """
            create table if not exists objects (
              version integer primary key autoincrement, key text not null, digest text not null, size integer not null,
              modified integer not null, ended integer, token text not null
            )
            """),
        DatabaseStatement("create unique index if not exists objects_now on objects (key) where ended is null"),
        DatabaseStatement("create unique index if not exists objects_by_token on objects (token, key)"),
        DatabaseStatement("create index if not exists objects_by_digest on objects (digest)"),
        DatabaseStatement("create table if not exists loose (digest text primary key) without rowid"),
        DatabaseStatement(
            """
            create trigger if not exists objects_loosen after delete on objects begin
              insert or ignore into loose (digest) values (old.digest);
            end
            """),
        DatabaseStatement("create index if not exists objects_by_end on objects (ended) where ended is not null")
    ]

    private static let selection = """
        select key, version, size, digest, modified, (select file from contents where digest = objects.digest)
        from objects
        """

    static func version(_ row: [Value]) throws(CallError) -> ObjectVersion {
        guard row.count == 6, let key = row[0].string, let version = row[1].int, let size = row[2].int,
            let modified = row[4].int
        else { throw CallError(.failed, "the lake's index holds a row that cannot be read") }
        return ObjectVersion(
            key: key, version: String(version), size: size, digest: row[3].string,
            modified: Timestamp(nanoseconds: modified))
    }

    static func written(by token: OperationToken, key: String) -> DatabaseStatement {
        DatabaseStatement(selection + " where token = ? and key = ?", [.string(token.text), .string(key)])
    }

    static func object(_ key: String, version: Int64) -> DatabaseStatement {
        DatabaseStatement(selection + " where key = ? and version = ?", [.string(key), .int(version)])
    }

    static func current(_ key: String, writtenAfter oldest: Int64) -> DatabaseStatement {
        DatabaseStatement(
            selection + " where key = ? and ended is null and modified > ?", [.string(key), .int(oldest)])
    }

    static func page(prefix: String, after key: String?, writtenAfter oldest: Int64, limit: Int) -> DatabaseStatement {
        DatabaseStatement(
            selection + """
                 where ended is null and modified > ? and key >= ? and key < ? || char(1114111) and key > ?
                order by key limit ?
                """,
            [.int(oldest), .string(prefix), .string(prefix), .string(key ?? ""), .int(Int64(limit))])
    }

    /// A new version of an object; the one before ends, or is forgotten where old ones are not kept.
    static func adding(
        key: String, digest: String, size: Int64, file: String, token: OperationToken, at now: Int64, keepsOld: Bool
    ) -> [DatabaseStatement] {
        [
            keepsOld
                ? ending(key, at: now)
                : DatabaseStatement("delete from objects where key = ? and ended is null", [.string(key)]),
            DatabaseStatement(
                "insert or ignore into contents (digest, file) values (?, ?)", [.string(digest), .string(file)]),
            DatabaseStatement(
                "insert into objects (key, digest, size, modified, token) values (?, ?, ?, ?, ?)",
                [.string(key), .string(digest), .int(size), .int(now), .string(token.text)])
        ]
    }

    static func ending(_ key: String, at now: Int64) -> DatabaseStatement {
        DatabaseStatement(
            "update objects set ended = ? where key = ? and ended is null", [.int(now), .string(key)])
    }

    static func expiring(after expiry: Duration, at now: Int64) -> DatabaseStatement {
        let span = expiry.wholeNanoseconds
        return DatabaseStatement(
            "update objects set ended = modified + ? where ended is null and modified <= ? - ?",
            [.int(span), .int(now), .int(span)])
    }

    static func forgetting(endedBefore moment: Int64) -> [DatabaseStatement] {
        [
            DatabaseStatement("delete from loose"),
            DatabaseStatement("delete from objects where ended < ?", [.int(moment)])
        ]
    }

    /// Contents that lost their last object since `forgetting`, with their files.
    static let releasing = DatabaseStatement(
        """
        delete from contents where digest in (select digest from loose) and digest not in (select digest from objects)
        returning file
        """)

    static func file(of digest: String) -> DatabaseStatement {
        DatabaseStatement("select file from contents where digest = ?", [.string(digest)])
    }
}
