// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Sees what other programs do to a table that a step has written.
///
/// SQLite itself counts: triggers of the table raise a number for each row that is put in, changed or taken out, whoever
/// does it. A step's own writes are not counted. Who makes the table anew takes the triggers away with it, which is seen
/// by that.
enum TableWatch {
    static let schema = [
        DatabaseStatement(
            "create table if not exists converge_changes "
                + "(name text primary key collate nocase, count integer not null) without rowid")
    ]

    private static let events = ["insert", "update", "delete"]

    /// Counts from now on.
    static func starting(_ table: String) -> [DatabaseStatement] {
        let (name, quoted) = (SQLText.quoted(table), SQLDialect.sqlite.identifier(table))
        return stopping(table)
            + events.map { event in
                DatabaseStatement(
                    "create trigger \(trigger(table, event)) after \(event) on \(quoted) "
                        + "begin update converge_changes set count = count + 1 where name = \(name); end")
            } + [DatabaseStatement("insert or replace into converge_changes values (?, 0)", [.string(table)])]
    }

    /// Counts nothing until it is started again, as while a step itself writes.
    static func stopping(_ table: String) -> [DatabaseStatement] {
        events.map { DatabaseStatement("drop trigger if exists \(trigger(table, $0))") }
    }

    static func forgetting(_ table: String) -> DatabaseStatement {
        DatabaseStatement("delete from converge_changes where name = ?", [.string(table)])
    }

    private static func trigger(_ table: String, _ event: String) -> String {
        SQLDialect.sqlite.identifier("converge_\(event)_\(table)")
    }

    /// Gives how many rows were changed, and how many of the triggers are there; no row for a table that is not watched.
    static func looking(at table: String) -> DatabaseStatement {
        DatabaseStatement(
            """
            select count, (select count(*) from sqlite_schema where type = 'trigger' and tbl_name = ?1 collate nocase
              and name collate nocase in (\(events.map { "'converge_\($0)_' || ?1" }.joined(separator: ", "))))
            from converge_changes where name = ?1
            """, [.string(table)])
    }

    /// What `looking` found.
    static func sight(_ row: [Value]) -> Sight {
        guard row.count == 2, let count = row[0].int, let triggers = row[1].int else { return .unchanged }
        return triggers < events.count ? .replaced : count > 0 ? .changed(rows: count) : .unchanged
    }

    enum Sight: Sendable, Hashable {
        /// As the last step left it, as far as anybody knows.
        case unchanged
        case changed(rows: Int64)
        /// Somebody made it anew.
        case replaced
    }
}
