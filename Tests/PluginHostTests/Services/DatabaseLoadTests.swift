// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

struct DatabaseLoadTests {
    private let lent: Lent

    init() throws { lent = try Lent() }

    private func opened() async throws -> any Database {
        let database = try await lent.services.databases.open(path: lent.folder.path + "/base.db")
        _ = try await database.write([DatabaseStatement("CREATE TABLE t (i INTEGER, f REAL, s TEXT)")])
        return database
    }

    static func batch(_ rows: Range<Int>) -> ColumnBatch {
        var (bytes, offsets): ([UInt8], [Int]) = ([], [0])
        for row in rows {
            bytes += Array("row \(row)".utf8)
            offsets.append(bytes.count)
        }
        return ColumnBatch(
            columns: [
                ColumnVector(.ints(rows.map(Int64.init))),
                ColumnVector(.floats(rows.map { Double($0) / 2 }), nulls: rows.map { $0 % 3 == 0 }),
                ColumnVector(.texts(bytes: bytes, offsets: offsets))
            ], rowCount: rows.count)
    }

    @Test func `a load puts all batches in, between its statements`() async throws {
        let database = try await opened()
        try await database.load(
            before: [DatabaseStatement("CREATE TABLE fresh (i, f, s)")], insert: "INSERT INTO fresh VALUES (?, ?, ?)",
            after: [DatabaseStatement("DROP TABLE t"), DatabaseStatement("ALTER TABLE fresh RENAME TO t")]
        ) { (inserter) throws(CallError) in
            for start in stride(from: 0, to: 1000, by: 100) {
                try await inserter.insert(Self.batch(start..<start + 100))
            }
        }
        let result = try await database.read([
            DatabaseStatement("SELECT count(*), sum(i), count(f), min(s) FROM t"),
            DatabaseStatement("SELECT * FROM t WHERE i = 7")
        ])
        #expect(result[0].rows == [[1000, 499_500, 666, "row 0"]])
        #expect(result[1].rows == [[7, 3.5, "row 7"]])
    }

    @Test(arguments: [
        "INSERT INTO t VALUES (?, ?, ?)", "insert or replace into t (i, f, s)\nvalues( ?,?\t,? ) ; ",
        "INSERT INTO t SELECT ?, ?, ?", "INSERT INTO t VALUES (?1, ?2, ?3)", "INSERT INTO t VALUES (?, ? + 0, ?)"
    ])
    func `any form of insert takes every row once`(insert: String) async throws {
        let database = try await opened()
        try await database.load(before: [], insert: insert, after: []) { (inserter) throws(CallError) in
            for rows in [0..<1, 1..<32, 32..<64, 64..<197] { try await inserter.insert(Self.batch(rows)) }
        }
        let result = try await database.read([DatabaseStatement("SELECT count(*), sum(i), max(s) FROM t")])
        #expect(result[0].rows == [[197, 19_306, "row 99"]])
    }

    @Test func `a load whose body fails leaves nothing`() async throws {
        let database = try await opened()
        await #expect(throws: CallError(.denied, "mine")) {
            try await database.load(
                before: [DatabaseStatement("DELETE FROM t")], insert: "INSERT INTO t VALUES (?, ?, ?)", after: []
            ) { (inserter) throws(CallError) in
                try await inserter.insert(Self.batch(0..<10))
                throw CallError(.denied, "mine")
            }
        }
        #expect(try await database.read([DatabaseStatement("SELECT * FROM t")])[0].rows.isEmpty)
        _ = try await database.write([DatabaseStatement("INSERT INTO t VALUES (1, 1, 'x')")])
    }

    @Test func `a load that SQLite refuses stops the body and says why`() async throws {
        let database = try await opened()
        let error = await #expect(throws: CallError.self) {
            try await database.load(before: [], insert: "INSERT INTO nowhere VALUES (?, ?, ?)", after: []) {
                (inserter) throws(CallError) in
                while true { try await inserter.insert(Self.batch(0..<10)) }
            }
        }
        #expect(error?.diagnostic.message == "SQLite: no such table: nowhere")
    }

    @Test(arguments: [
        ColumnBatch(columns: [ColumnVector(.ints([1]))], rowCount: 1),
        ColumnBatch(columns: Array(repeating: ColumnVector(.ints([1])), count: 3), rowCount: 2),
        ColumnBatch(
            columns: Array(repeating: ColumnVector(.texts(bytes: [1], offsets: [0, 2])), count: 3), rowCount: 1),
        ColumnBatch(
            columns: Array(repeating: ColumnVector(.texts(bytes: [1], offsets: [1, 0])), count: 3), rowCount: 1),
        ColumnBatch(columns: Array(repeating: ColumnVector(.ints([1]), nulls: [true, true]), count: 3), rowCount: 1)
    ])
    func `a batch that does not fit is refused, not read beyond its end`(batch: ColumnBatch) async throws {
        let database = try await opened()
        let error = await #expect(throws: CallError.self) {
            try await database.load(before: [], insert: "INSERT INTO t VALUES (?, ?, ?)", after: []) {
                (inserter) throws(CallError) in try await inserter.insert(batch)
            }
        }
        #expect(error?.reason == .invalid)
    }

    @Test func `writing inside a load is refused instead of waiting for itself`() async throws {
        let database = try await opened()
        let error = await #expect(throws: CallError.self) {
            try await database.load(before: [], insert: "INSERT INTO t VALUES (?, ?, ?)", after: []) {
                (_) throws(CallError) in
                _ = try await database.write([DatabaseStatement("DELETE FROM t")])
            }
        }
        #expect(error?.reason == .conflict)
    }

    @Test func `a cancelled load leaves nothing and frees the writer`() async throws {
        let database = try await opened()
        let started = Collector<Int>()
        let task = Task {
            try await database.load(before: [], insert: "INSERT INTO t VALUES (?, ?, ?)", after: []) {
                (inserter) throws(CallError) in
                while true {
                    try await inserter.insert(Self.batch(0..<10))
                    started.add(1)
                }
            }
        }
        #expect(try await eventually { !started.all.isEmpty })
        task.cancel()
        let error = await #expect(throws: CallError.self) { try await task.value }
        #expect(error?.reason == .cancelled)
        _ = try await database.write([DatabaseStatement("INSERT INTO t VALUES (1, 1, 'x')")])
        #expect(try await database.read([DatabaseStatement("SELECT count(*) FROM t")])[0].rows == [[1]])
    }
}
