// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Testing

@testable import AWS

/// The query of a merge, executed by PostgreSQL: it is plain SQL but for where Athena puts its rows.
@Suite(.enabled(if: warehouseIsInstalled, "Tests/Moto/requirements.txt is not installed"))
struct AthenaMergeTests {
    private let old = GlueTable(
        "old", [TableColumn("k", .int), TableColumn("s", .string), TableColumn("n", .int)], .parquet,
        at: StoragePrefix(bucket: "b", prefix: "old/"))

    @Test func `rows with the key of a new one go, null being a key, and what the query lacks is null`() async throws {
        try await withTables { tables in
            let merged: [[String?]] = [
                ["1", "A", nil], ["2", "b", "20"], ["2", "c", "21"], ["4", "D", nil], [nil, "N", nil]
            ]
            let told = try await rows(tables, [("1", "A"), (nil, "N"), ("4", "D")], into: old)
            #expect(told == merged)
            let same = try await rows(tables, [], into: old)
            #expect(same.count == 4)
            let made = try await rows(tables, [("1", "A"), (nil, "N")], into: nil)
            let first: [[String?]] = [["1", "A"], [nil, "N"]]
            #expect(made == first)
        }
    }

    @Test(arguments: ["1", "9", nil])
    func `a key that comes twice is refused, whether the table has it or not`(key: String?) async throws {
        try await withTables { tables in
            let failure = await #expect(throws: CallError.self) {
                try await rows(tables, [(key, "x"), ("3", "y"), (key, "z")], into: old)
            }
            #expect(failure?.diagnostic.message == "the query gives several rows for one key (k)")
        }
    }

    private func rows(
        _ tables: RedshiftTables, _ new: [(k: String?, s: String)], into old: GlueTable?
    ) async throws -> [[String?]] {
        let columns = [AthenaColumn("s", "varchar"), AthenaColumn("k", "integer")]
        let merge = try AthenaMerge(into: old, of: columns, key: ["K"], SQLDialect(name: "athena"))
        let pairs = new.map { "select '\($0.s)' as s, \($0.k ?? "cast(null as integer)") as k" }
        let query =
            pairs.isEmpty
            ? "select 'x' as s, 1 as k where 1 = ?"
            : pairs.joined(separator: " union all ")
                + " union all select 'never', 7 where 1 = ?"
        let order = old == nil ? "2" : "1, 2"
        var statement = merge.statement(SQLStatement(query, [0]), columns)
        statement.text = "select * from (\(statement.text)) as merged order by \(order)"
        let seen = Batches()
        do {
            _ = try await tables.query(statement, batchRows: 100, context: Connection.context()) { columns, batch in
                seen.add(columns, batch)
                return true
            }
        } catch { throw merge.meaning(error) }
        return old == nil ? seen.rows.map { [$0[1], $0[0]] } : seen.rows
    }

    private func withTables(_ body: (RedshiftTables) async throws -> Void) async throws {
        var variables = Connection.keys
        variables["AWS_ENDPOINT_URL_REDSHIFT_DATA"] = try await WarehouseServer.shared.address()
        try await Connection.with(["region": "eu-west-1"], variables: variables) { aws in
            let tables = RedshiftTables(
                client: aws.client, services: aws.services,
                place: RedshiftPlace(
                    computing: .cluster("warehouse"), database: Connection.name("db"), signIn: .identity),
                staging: nil)
            _ = try await tables.transform(
                TransformRequest(
                    statement: SQLStatement(
                        """
                        select 1 as k, 'a' as s, 10 as n union all select 2, 'b', 20 union all select 2, 'c', 21 \
                        union all select null, 'd', 40
                        """), table: "old", context: Connection.context()))
            try await body(tables)
        }
    }
}
