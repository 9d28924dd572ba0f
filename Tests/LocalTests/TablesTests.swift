// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Synchronization
import Testing

struct TablesTests {
    private typealias Store = any TableStore

    private func with<T>(_ body: (LocalPlatform, any TableStore) async throws -> T) async throws -> T {
        try await LocalPlatform.with { platform in
            let store = try await platform.facet((any TableStore).self, "TableStore", of: "local.Warehouse")
            return try await body(platform, store)
        }
    }

    static func load(
        _ store: any TableStore, _ table: String, _ columns: [TableColumn], _ batches: [ColumnBatch],
        mode: WriteMode = .replace, token: String = UUID().uuidString
    ) async throws(CallError) -> TableDescription {
        try await store.load(
            LoadRequest(table: table, columns: columns, mode: mode, context: LocalPlatform.context(token))
        ) { inserter throws(CallError) in
            for batch in batches { try await inserter.insert(batch) }
        }
    }

    static func texts(_ cells: [String?]) -> ColumnVector {
        var bytes: [UInt8] = []
        var offsets = [0]
        for cell in cells {
            bytes += Array((cell ?? "").utf8)
            offsets.append(bytes.count)
        }
        return ColumnVector(.texts(bytes: bytes, offsets: offsets), nulls: cells.map { $0 == nil })
    }

    /// Four orders.
    static func loadOrders(_ store: any TableStore, token: String = UUID().uuidString) async throws(CallError)
        -> TableDescription
    {
        let columns = [
            TableColumn("id", .int), TableColumn("customer", .string), TableColumn("day", .date),
            TableColumn("paid", .bool), TableColumn("price", .float)
        ]
        let batch = ColumnBatch(
            columns: [
                ColumnVector(.ints([1, 2, 3, 4])), texts(["ann", "bob", "ann", nil]),
                texts(["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-03"]), ColumnVector(.ints([1, 0, 1, 1])),
                ColumnVector(.floats([1.5, 2, 3, 4]))
            ], rowCount: 4)
        return try await load(store, "orders", columns, [batch], token: token)
    }

    static func transform(
        _ store: any TableStore, _ table: String, _ sql: String, _ parameters: [Value] = [], mode: WriteMode = .replace,
        key: [String] = [], isView: Bool = false, token: String = UUID().uuidString
    ) async throws(CallError) -> TransformResponse {
        try await store.transform(
            TransformRequest(
                statement: SQLStatement(sql, parameters), table: table, mode: mode, key: key, isView: isView,
                context: LocalPlatform.context(token)))
    }

    /// The rows of a query as text, cells parted by blanks.
    static func rows(_ store: any TableStore, _ sql: String) async throws(CallError) -> [String] {
        let found = Rows()
        _ = try await store.query(SQLStatement(sql), batchRows: 3, context: LocalPlatform.context()) {
            columns, batch throws(CallError) in
            found.add(columns, batch)
            return true
        }
        return found.all
    }

    final class Rows: Sendable {
        private let state = Mutex<(rows: [String], columns: [TableColumn])>(([], []))
        var all: [String] { state.withLock { $0.rows } }
        var columns: [TableColumn] { state.withLock { $0.columns } }

        func add(_ columns: [TableColumn], _ batch: ColumnBatch) {
            let rows = (0..<batch.rowCount).map { row in
                batch.columns.map { column -> String in
                    if column.isNull(row) { return "-" }
                    switch column.storage {
                    case .ints(let cells): return String(cells[row])
                    case .floats(let cells): return String(cells[row])
                    case .texts(let bytes, let offsets):
                        return String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self)
                    }
                }.joined(separator: " ")
            }
            state.withLock { state in
                state.rows += rows
                state.columns = columns
            }
        }
    }

    @Test func `a loaded table has its rows, types and a version`() async throws {
        try await with { _, store in
            let loaded = try await Self.loadOrders(store)
            #expect(loaded.rows == 4)
            #expect(loaded.columns.map(\.type) == [.int, .string, .date, .bool, .float])
            #expect(try await store.describe("orders", context: LocalPlatform.context()) == loaded)
            #expect(try await Self.rows(store, "select id, customer from orders where id > 2") == ["3 ann", "4 -"])
        }
    }

    @Test func `a load that fails leaves the table as it was`() async throws {
        try await with { _, store in
            let loaded = try await Self.loadOrders(store)
            await #expect(throws: CallError.self) {
                try await store.load(
                    LoadRequest(table: "orders", columns: [TableColumn("x", .int)], context: LocalPlatform.context())
                ) { inserter throws(CallError) in
                    try await inserter.insert(ColumnBatch(columns: [ColumnVector(.ints([1]))], rowCount: 1))
                    throw CallError(.failed, "the file broke off")
                }
            }
            #expect(try await store.describe("orders", context: LocalPlatform.context()) == loaded)
        }
    }

    @Test func `the same token loads and transforms once`() async throws {
        try await with { _, store in
            let first = try await Self.loadOrders(store, token: "t1")
            #expect(try await Self.loadOrders(store, token: "t1") == first)
            let made = try await Self.transform(
                store, "orders", "select * from orders limit 2", mode: .append, token: "t2")
            #expect(made.description.rows == 6)
            let again = try await Self.transform(
                store, "orders", "select * from orders limit 2", mode: .append, token: "t2")
            #expect(again.description == made.description)
            #expect(made.description.version != first.version)
        }
    }

    @Test func `loads append, and types widen as far as the new rows need`() async throws {
        try await with { _, store in
            _ = try await Self.loadOrders(store)
            let more = try await Self.load(
                store, "orders", [TableColumn("price", .int), TableColumn("day", .string)],
                [ColumnBatch(columns: [ColumnVector(.ints([9])), Self.texts(["soon"])], rowCount: 1)], mode: .append)
            #expect(more.rows == 5)
            #expect(more.columns.map(\.type) == [.int, .string, .string, .bool, .float])
            #expect(try await Self.rows(store, "select * from orders where id is null") == ["- - soon - 9.0"])
        }
    }

    @Test func `a transformed table has the types that its rows bear out`() async throws {
        try await with { _, store in
            _ = try await Self.loadOrders(store)
            let made = try await Self.transform(
                store, "summary",
                """
                select customer, min(day) as day, count(*) as n, sum(price) / 2 as half, null as empty,
                  substr(day, 1, 4) as paid, cast(id as text) as price, paid as flag
                from orders group by customer;  -- behind the end
                """)
            let types = made.description.columns.map { "\($0.name) \($0.type.rawValue)" }
            #expect(
                types == [
                    "customer String", "day Date", "n Int", "half Float", "empty String", "paid String",
                    "price String", "flag Int"
                ])
            #expect(made.reads == ["orders"])
            #expect(made.description.rows == 3)
        }
    }

    @Test func `a common table expression named like a table is not that table`() async throws {
        try await with { _, store in
            _ = try await Self.loadOrders(store)
            let made = try await Self.transform(
                store, "numbers", "with orders as (select 1 as id union all select 2) select id from orders")
            #expect(made.reads == [])
            #expect(made.description.rows == 2)
        }
    }

    @Test func `a table may be made of itself`() async throws {
        try await with { _, store in
            _ = try await Self.loadOrders(store)
            let made = try await Self.transform(store, "Orders", "select id from orders where id >= ?", [.int(3)])
            #expect(made.reads == ["orders"])
            #expect(try await Self.rows(store, "select id from orders") == ["3", "4"])
        }
    }

    @Test func `a merge replaces the rows of its keys and adds the others`() async throws {
        try await with { _, store in
            let sql = "select 1 as id, 'a' as text union all select 2, 'b'"
            let first = try await Self.transform(store, "kept", sql, mode: .merge, key: ["id"])
            #expect(first.description.rows == 2)
            let second = try await Self.transform(
                store, "kept", "select 2 as id, 'B' as text union all select 3, 'C' union all select null, 'N'",
                mode: .merge, key: ["id"])
            #expect(second.description.rows == 4)
            let third = try await Self.transform(
                store, "kept", "select null as id, 'n' as text", mode: .merge, key: ["ID"])
            #expect(third.description.rows == 4)
            #expect(try await Self.rows(store, "select id, text from kept order by id") == ["- n", "1 a", "2 B", "3 C"])
        }
    }

    @Test func `several new rows with one key are refused and change nothing`() async throws {
        try await with { _, store in
            _ = try await Self.transform(store, "kept", "select 1 as id", mode: .merge, key: ["id"])
            let error = await #expect(throws: CallError.self) {
                try await Self.transform(
                    store, "kept", "select 2 as id union all select 2", mode: .merge, key: ["id"])
            }
            #expect(error?.diagnostic.code.text == "V0204")
            #expect(try await Self.rows(store, "select id from kept") == ["1"])
        }
    }

    @Test func `a view takes parameters and changes with what it reads`() async throws {
        try await with { _, store in
            _ = try await Self.loadOrders(store)
            let sql = "select id, '?' as mark, customer from orders -- really?\nwhere customer = ? and id > ?"
            let made = try await Self.transform(store, "of_ann", sql, [.string("ann"), .int(1)], isView: true)
            #expect(try await Self.rows(store, "select * from of_ann") == ["3 ? ann"])
            #expect(made.description.rows == nil)
            #expect(made.description.columns.map(\.type) == [.int, .string, .string])
            _ = try await Self.transform(store, "orders", "select 7 as id, 'ann' as customer", mode: .append)
            let now = try #require(try await store.describe("of_ann", context: LocalPlatform.context()))
            #expect(now.version != made.description.version)
            // A view gives way to a table of its name, and the other way round.
            #expect(try await Self.transform(store, "of_ann", "select 1 as x").description.rows == 1)
            _ = try await Self.transform(store, "of_ann", "select 1 as x", isView: true)
            try await store.drop("of_ann", context: LocalPlatform.context())
            #expect(try await store.describe("of_ann", context: LocalPlatform.context()) == nil)
            try await store.drop("of_ann", context: LocalPlatform.context())
        }
    }

    @Test(arguments: [
        ("delete from orders", "V0201"), ("create table x (a)", "V0201"), ("", "V0201"),
        ("select 1 as a, 2 as A", "V0202"), ("select * from nowhere", "C0400"), ("selec 1", "C0400"),
        ("select 1 as a; drop table orders", "C0400")
    ])
    func `SQL that cannot be a table is refused`(sql: String, code: String) async throws {
        try await with { _, store in
            let loaded = try await Self.loadOrders(store)
            let error = await #expect(throws: CallError.self) { try await Self.transform(store, "made", sql) }
            #expect(error?.diagnostic.code.text == code)
            #expect(error?.reason == .invalid)
            #expect(try await store.describe("orders", context: LocalPlatform.context()) == loaded)
        }
    }

    @Test(arguments: ["", "sqlite_x", "converge_tables", "Converge_x"])
    func `names that belong to the warehouse are refused`(name: String) async throws {
        try await with { _, store in
            let error = await #expect(throws: CallError.self) { try await Self.transform(store, name, "select 1 as a") }
            #expect(error?.reason == .invalid)
        }
    }

    @Test func `rows join only columns that are there`() async throws {
        try await with { _, store in
            _ = try await Self.loadOrders(store)
            let error = await #expect(throws: CallError.self) {
                try await Self.transform(store, "orders", "select 'x' as custoner", mode: .append)
            }
            #expect(error?.diagnostic.code.text == "V0203")
            #expect(error?.diagnostic.help == ["did you mean 'customer'?"])
        }
    }

    @Test func `a query tells its columns even without rows`() async throws {
        try await with { _, store in
            _ = try await Self.loadOrders(store)
            let found = Rows()
            let reads = try await store.query(
                SQLStatement("select * from orders where id > ?", [.int(99)]), batchRows: 10,
                context: LocalPlatform.context()
            ) { columns, batch throws(CallError) in
                found.add(columns, batch)
                return true
            }
            #expect(reads == ["orders"])
            #expect(found.columns.map(\.type) == [.int, .string, .date, .bool, .float])
            #expect(found.all == [])
        }
    }

    @Test func `a warehouse reads the tables of a lake, each version once`() async throws {
        try await LocalPlatform.with { platform in
            let lake = try await platform.facet(
                (any TableStore).self, "TableStore", of: "local.Lake", ["name": "shop"])
            let warehouse = try await platform.facet((any TableStore).self, "TableStore", of: "local.Warehouse")
            let reference = try await Self.loadOrders(lake).reference(in: Address("lake"))
            let mounted = try await warehouse.mount(reference, context: LocalPlatform.context())
            #expect(mounted.name == "shop.orders")
            #expect(mounted.attributes["version"] == reference.attributes["version"])
            #expect(try await Self.rows(warehouse, "select id from \"shop.orders\"") == ["1", "2", "3", "4"])
            let described = try await warehouse.describe("shop.orders", context: LocalPlatform.context())
            #expect(described?.columns.map(\.type) == [.int, .string, .date, .bool, .float])

            let made = try await Self.transform(warehouse, "days", "select distinct day from \"shop.orders\"")
            #expect(made.reads == ["shop.orders"])
            #expect(made.description.columns.map(\.type) == [.date])

            _ = try await Self.transform(lake, "orders", "select 8 as id", mode: .append)
            // Several steps may need one at the same time, before anybody has copied it.
            let others = try await platform.facet((any TableStore).self, "TableStore", of: "local.Warehouse")
            try await withThrowingTaskGroup(of: Reference.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await others.mount(reference, context: LocalPlatform.context()) }
                }
                for try await copy in group { #expect(copy.name == "shop.orders") }
            }
            let again = try await warehouse.mount(reference, context: LocalPlatform.context())
            #expect(again.attributes["version"] != reference.attributes["version"])
            #expect(try await Self.rows(warehouse, "select count(*) from \"shop.orders\"") == ["5"])
        }
    }

    @Test func `a table of somewhere else is not mounted`() async throws {
        try await with { _, store in
            let stranger = Reference(type: "Table", resource: Address("other"), name: "t")
            let error = await #expect(throws: CallError.self) {
                try await store.mount(stranger, context: LocalPlatform.context())
            }
            #expect(error?.reason == .unsupported(feature: "mount"))
        }
    }
}
