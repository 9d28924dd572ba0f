// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Synchronization
import Testing

struct DatabaseTests {
    private let lent: Lent
    private var path: String { lent.folder.path + "/data/base.db" }

    init() throws { lent = try Lent() }

    private func opened(_ statements: String...) async throws -> any Database {
        let database = try await lent.services.databases.open(path: path)
        if !statements.isEmpty { _ = try await database.write(statements.map { DatabaseStatement($0) }) }
        return database
    }

    private func count(_ table: String, _ database: any Database) async throws -> Int64? {
        try await database.read([DatabaseStatement("SELECT count(*) FROM \(table)")])[0].rows[0][0].int
    }

    @Test func `a new database is private and in WAL mode with full sync`() async throws {
        let database = try await opened("CREATE TABLE t (a)")
        #expect(try TemporaryFolder.mode(path) == 0o600)
        #expect(try TemporaryFolder.mode(path + "-wal") == 0o600)
        let modes = try await database.write([
            DatabaseStatement("PRAGMA journal_mode"), DatabaseStatement("PRAGMA synchronous")
        ])
        #expect(modes.map(\.rows) == [[["wal"]], [[2]]])
    }

    @Test func `every value that SQL has a place for goes in and comes out`() async throws {
        let database = try await opened("CREATE TABLE t (a, b, c, d, e, f, g)")
        let values: [Value] = [
            .null, true, -9_007_199_254_740_993, 0.1, "text 'quoted' \u{1F600}", "",
            .date(try #require(CalendarDate("2026-11-01")))
        ]
        let results = try await database.write([
            DatabaseStatement("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?)", values),
            DatabaseStatement("SELECT *, x'00ff' AS blob FROM t")
        ])
        #expect(results[0].changes == 1)
        #expect(results[1].columns == ["a", "b", "c", "d", "e", "f", "g", "blob"])
        #expect(
            results[1].rows == [
                [.null, 1, -9_007_199_254_740_993, 0.1, "text 'quoted' \u{1F600}", "", "2026-11-01", "00ff"]
            ])
        #expect(results[1].changes == 0)
    }

    @Test func `a write of which one statement fails has no effect and says why`() async throws {
        let database = try await opened("CREATE TABLE t (a UNIQUE)")
        let error = await #expect(throws: CallError.self) {
            try await database.write([
                DatabaseStatement("INSERT INTO t VALUES (1)"), DatabaseStatement("INSERT INTO t VALUES (1)")
            ])
        }
        #expect(error?.reason == .invalid)
        #expect(error?.diagnostic.message == "SQLite: UNIQUE constraint failed: t.a")
        #expect(error?.diagnostic.notes == ["in: INSERT INTO t VALUES (1)"])
        #expect(try await count("t", database) == 0)
    }

    @Test func `concurrent writes are each whole or not at all, whatever fails beside them`() async throws {
        let database = try await opened("CREATE TABLE t (a UNIQUE)")
        let failed = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    // Each second write first inserts a row, then fails; half of those give up the whole transaction.
                    let bad = number % 4 == 3 ? "INSERT OR ROLLBACK INTO t VALUES (-1)" : "INSERT INTO t VALUES (-1)"
                    var statements = [DatabaseStatement("INSERT INTO t VALUES (?)", [.int(Int64(number))])]
                    if number % 2 == 1 { statements += [DatabaseStatement(bad), DatabaseStatement(bad)] }
                    do {
                        _ = try await database.write(statements)
                        return false
                    } catch { return true }
                }
            }
            return await group.reduce(into: 0) { count, hasFailed in count += hasFailed ? 1 : 0 }
        }
        #expect(failed == 100)
        let rows = try await database.read([DatabaseStatement("SELECT a FROM t ORDER BY a")])[0].rows
        #expect(rows == stride(from: 0, to: 200, by: 2).map { [.int(Int64($0))] })
    }

    @Test(arguments: ["BEGIN", "commit", " -- x\n/* y */ ;ROLLBACK", "savepoint a", "END", "RELEASE a"])
    func `statements cannot end the host's transaction`(sql: String) async throws {
        let database = try await opened("CREATE TABLE t (a)")
        let error = await #expect(throws: CallError.self) {
            try await database.write([DatabaseStatement("INSERT INTO t VALUES (1)"), DatabaseStatement(sql)])
        }
        #expect(error?.reason == .invalid)
        #expect(try await count("t", database) == 0)
    }

    @Test func `reading cannot write`() async throws {
        let database = try await opened("CREATE TABLE t (a)")
        let error = await #expect(throws: CallError.self) {
            try await database.read([DatabaseStatement("DELETE FROM t")])
        }
        #expect(error?.reason == .invalid)
    }

    @Test func `the same file is the same database, a file made anew another one`() async throws {
        let first = try await opened("CREATE TABLE t (a)")
        let again = try await lent.services.databases.open(path: lent.folder.path + "/data/../data/base.db")
        #expect(try await count("t", again) == 0)
        let isSame = (first as AnyObject) === (again as AnyObject)
        #expect(isSame)
        for suffix in ["", "-wal", "-shm"] { try FileManager.default.removeItem(atPath: path + suffix) }
        let other = try await lent.services.databases.open(path: path)
        await #expect(throws: CallError.self) { try await count("t", other) }
    }

    @Test func `a file that is no database is refused with its name`() async throws {
        try lent.folder.write(String(repeating: "no database ", count: 100), to: "data/base.db")
        let error = await #expect(throws: CallError.self) { try await opened() }
        #expect(error?.reason == .failed)
        #expect(error?.diagnostic.message.contains(path) == true)
    }

    @Test func `a stream gives typed columns in batches and stops when told`() async throws {
        let database = try await opened(
            "CREATE TABLE t (i INTEGER, f REAL, s TEXT, d DATE)",
            "INSERT INTO t VALUES (1, 1.5, 'é', '2026-01-01'), (NULL, NULL, NULL, NULL), (3, 2, '', 'x')")
        let batches = Collector<ColumnBatch>()
        try await database.stream(DatabaseStatement("SELECT *, i * 2 FROM t"), batchRows: 2) { batch in
            batches.add(batch)
            return true
        }
        #expect(batches.all.map(\.rowCount) == [2, 1])
        let first = try #require(batches.all.first).columns
        guard case .ints(let ints) = first[0].storage, case .floats(let floats) = first[1].storage,
            case .texts(let bytes, let offsets) = first[2].storage, case .ints(let doubled) = first[4].storage
        else { return #expect(Bool(false), "other types: \(first)") }
        #expect(ints[0] == 1)
        #expect(first[0].isNull(1))
        #expect(floats[0] == 1.5)
        #expect(bytes == Array("é".utf8))
        #expect(offsets == [0, 2, 2])
        #expect(doubled[0] == 2)

        let stopped = Collector<Int>()
        try await database.stream(DatabaseStatement("SELECT * FROM t"), batchRows: 1) { batch in
            stopped.add(batch.rowCount)
            return false
        }
        #expect(stopped.all == [1])
    }

    @Test func `a column widens where its cells do, and stays wide`() async throws {
        let database = try await opened(
            "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (NULL), (2.5), ('x'), (x'0a'), (7)")
        let forms = Collector<String>()
        try await database.stream(DatabaseStatement("SELECT a FROM t"), batchRows: 3) { batch in
            switch batch.columns[0].storage {
            case .ints(let cells): forms.add("\(cells)")
            case .floats(let cells): forms.add("\(cells)")
            case .texts(let bytes, let offsets): forms.add(String(decoding: bytes, as: UTF8.self) + " \(offsets)")
            }
            return true
        }
        #expect(forms.all == ["[1.0, 0.0, 2.5]", "x0a7 [0, 1, 3, 4]"])
    }

    @Test func `analysis tells what a statement touches, by table and not by name`() async throws {
        let database = try await opened(
            "CREATE TABLE orders (id, customer)", "CREATE TABLE customers (id)",
            "CREATE VIEW everyone AS SELECT id FROM customers")
        let cte = try await database.analysis(of: "WITH orders AS (SELECT 1 AS id) SELECT id FROM orders")
        #expect(cte == StatementAnalysis(reads: [], writes: [], columns: ["id"]))
        let count = try await database.analysis(of: "SELECT count(*) AS n FROM orders, json_each('[1]')")
        #expect(count == StatementAnalysis(reads: ["main.orders"], writes: [], columns: ["n"]))
        let view = try await database.analysis(of: "SELECT * FROM everyone")
        #expect(view.reads == ["main.customers", "main.everyone"])
        let made = try await database.analysis(
            of: "CREATE TABLE best AS SELECT o.id FROM orders o JOIN everyone USING (id)")
        #expect(made.reads == ["main.customers", "main.everyone", "main.orders"])
        #expect(made.writes == ["main.best"])
        let deleted = try await database.analysis(of: "DELETE FROM orders WHERE id IN (SELECT id FROM customers)")
        #expect(deleted.writes == ["main.orders"])
        let error = await #expect(throws: CallError.self) { try await database.analysis(of: "SELECT * FROM nowhere") }
        #expect(error?.diagnostic.message == "SQLite: no such table: nowhere")
    }
}
