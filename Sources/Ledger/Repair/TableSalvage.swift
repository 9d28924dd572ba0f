// SPDX-License-Identifier: Apache-2.0
import GRDB

/// Reads of a table of a damaged file what can be read.
struct TableSalvage {
    /// Nil where not even its tables can be found.
    let db: SQLiteDatabase?

    /// The rows that can be read, by their rowids, rising.
    ///
    /// Reading goes on behind each place that cannot be read.
    func rows(of table: String, _ columns: String = "*") -> [Row] {
        var rows: [Row] = []
        var next = Int64.min
        while true {
            let (found, isWhole) = read(
                "SELECT rowid, \(columns) FROM \(table) WHERE rowid >= ? ORDER BY rowid", [next])
            rows += found
            if isWhole { return rows }
            let last = found.last?.number(0) ?? next
            guard let behind = nextReadable(in: table, after: last) else { return rows }
            next = behind
        }
    }

    /// The rows of a table without rowids: from both ends as far as they can be read.
    func rows(of table: String, key: String) -> [Row] {
        let (first, isWhole) = read("SELECT * FROM \(table) ORDER BY \(key)", [])
        if isWhole { return first }
        let (last, _) = read("SELECT * FROM \(table) ORDER BY \(key) DESC", [])
        return first + last.filter { row in !first.contains(row) }
    }

    /// The first rowid after a place from which on something can be read.
    private func nextReadable(in table: String, after place: Int64) -> Int64? {
        let (found, isRead) = read("SELECT rowid FROM \(table) ORDER BY rowid DESC LIMIT 1", [])
        guard isRead, let last = found.first?.number(0), last > place else { return nil }
        var (low, high) = (place + 1, last)
        while low < high {
            // The half of the sum, which itself may be too large.
            let middle = (low & high) + ((low ^ high) >> 1)
            let (_, isReadable) = read(
                "SELECT rowid FROM \(table) WHERE rowid >= ? ORDER BY rowid LIMIT 1", [middle])
            if isReadable { high = middle } else { low = middle + 1 }
        }
        return high
    }

    /// What a question gives before it fails, and whether it does not.
    private func read(_ sql: String, _ arguments: StatementArguments) -> (rows: [Row], isWhole: Bool) {
        guard let db else { return ([], true) }
        var rows: [Row] = []
        do {
            let cursor = try Row.fetchCursor(db, sql: sql, arguments: arguments)
            while let row = try cursor.next() { rows.append(row.copy()) }
            return (rows, true)
        } catch {
            return (rows, false)
        }
    }
}
