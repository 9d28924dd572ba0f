// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import Testing

@testable import AWS

/// Tables of Redshift on a server that holds each call against the service's model and executes the statements on
/// PostgreSQL, with files on a server that imitates S3.
@Suite(.serialized, .enabled(if: warehouseIsInstalled, "Tests/Moto/requirements.txt is not installed"))
struct RedshiftTablesTests {
    @Test func `rows of a query come with their types, nulls and texts of any form`() async throws {
        try await withTables { aws, tables in
            let seen = Batches()
            let date = try #require(CalendarDate("2026-01-02"))
            let time = try #require(Timestamp("2026-01-02T03:04:05.6Z"))
            let statement = SQLStatement(
                """
                select ? as n, ? as x, ? as b, ? as d, ? as t, ? as s, ? as e, '?' as q -- ?
                union all select null, null, null, null, null, null, null, null where 1 = ?
                """,
                [7, .float(2.5), true, .date(date), .time(time), "it's, \"ü\"; drop table x", "", 1])
            _ = try await tables.query(statement, batchRows: 1, context: Connection.context()) { columns, batch in
                seen.add(columns, batch)
                return true
            }
            #expect(seen.columns.map(\.type) == [.int, .float, .bool, .date, .time, .string, .string, .string])
            let expected: [[String?]] = [
                ["7", "2.5", "1", "2026-01-02", "2026-01-02T03:04:05.6Z", "it's, \"ü\"; drop table x", "", "?"],
                Array(repeating: nil, count: 8)
            ]
            #expect(seen.rows == expected)
        }
    }

    @Test func `an answer of many pages is read to its end, or as far as is wanted`() async throws {
        try await withTables { _, tables in
            for wanted in [1200, 100] {
                let seen = Batches()
                _ = try await tables.query(
                    SQLStatement("select n from generate_series(1, 1200) as g (n) order by n"), batchRows: 100,
                    context: Connection.context()
                ) { columns, batch in
                    seen.add(columns, batch)
                    return seen.rows.count < wanted
                }
                #expect(seen.rows == (1...wanted).map { [String($0)] })
            }
        }
    }

    @Test(arguments: [3, 1500])
    func `rows are loaded once under a token, few by a statement and many by files that are gone afterwards`(
        count: Int
    ) async throws {
        try await withTables { aws, tables in
            let context = Connection.context()
            let columns = [
                TableColumn("Id", .int), TableColumn("sold", .bool), TableColumn("at", .time), TableColumn("s", .string)
            ]
            let made = try await load(tables, columns, count, context)
            #expect(made.rows == Int64(count) && made.version == context.token.text)
            #expect(made.columns.map(\.name) == ["id", "sold", "at", "s"])
            #expect(made.columns.map(\.type) == columns.map(\.type))
            let first: [[String?]] = [
                ["1", "1", "2026-01-02T03:04:05Z", "it's \\ \"1\""], ["2", "0", "2026-01-02T03:04:05Z", nil]
            ]
            #expect(try await rows(tables, "select * from sales where id < 3 order by id") == first)
            #expect(try await objects(tables).isEmpty)
            let copies = try await batches(aws).contains { $0.contains { $0.hasPrefix("COPY ") } }
            #expect(copies == (count > 3))
            // The same operation again does nothing, also with other rows.
            #expect(try await load(tables, columns, 1, context) == made)

            let added = try await load(tables, columns, count, Connection.context(), mode: .append)
            #expect(added.rows == nil && added.version != made.version)
            #expect(try await rows(tables, "select count(*) from sales") == [[String(2 * count)]])
            let other = try await load(tables, [TableColumn("x", .float)], 0, Connection.context())
            #expect(other.rows == 0 && other.columns == [TableColumn("x", .float)])

            try await tables.drop("sales", context: context)
            try await tables.drop("sales", context: context)
            #expect(try await tables.describe("sales", context: context) == nil)
        }
    }

    @Test func `a load that fails leaves the table as it was`() async throws {
        try await withTables { aws, tables in
            let columns = [TableColumn("id", .int)]
            let made = try await load(tables, columns, 2, Connection.context())
            await #expect(throws: CallError.self) {
                try await tables.load(
                    LoadRequest(table: "sales", columns: columns, context: Connection.context())
                ) { inserter throws(CallError) in
                    try await inserter.insert(ColumnBatch(columns: [ColumnVector(.ints([7]))], rowCount: 1))
                    throw CallError(.failed, "no more")
                }
            }
            #expect(try await tables.describe("sales", context: Connection.context()) == made)
            let bare = RedshiftTables(
                client: aws.client, services: aws.services, place: tables.place, staging: nil)
            let refusal = await #expect(throws: CallError.self) {
                try await load(bare, columns, 5000, Connection.context())
            }
            #expect(refusal?.reason == .unsupported(feature: "staging"))
            let stray = await #expect(throws: CallError.self) {
                try await load(tables, [TableColumn("ids", .int)], 1, Connection.context(), mode: .append)
            }
            #expect(stray?.diagnostic.help == ["did you mean 'id'?"])
            #expect(try await rows(tables, "select id from sales order by 1") == [["1"], ["2"]])
        }
    }

    @Test func `a query becomes a table, which keeps what depends on it while its columns stay`() async throws {
        try await withTables { aws, tables in
            _ = try await load(tables, [TableColumn("id", .int)], 4, Connection.context())
            let context = Connection.context()
            let text = SQLStatement("select id, id * ? as twice from sales where id <> ?;\n", [2, 3])
            let made = try await transform(tables, text, context: context)
            #expect(made.columns == [TableColumn("id", .int), TableColumn("twice", .int)])
            #expect(try await transform(tables, SQLStatement("select 1 as one"), context: context) == made)
            let view = try await transform(
                tables, SQLStatement("select max(twice) as most from twice"), into: "most", isView: true)
            #expect(view.columns == [TableColumn("most", .int)] && view.rows == nil)
            // Reads itself, and the view goes on reading it.
            _ = try await transform(tables, SQLStatement("select id, twice + 1 as twice from twice"))
            #expect(try await rows(tables, "select most from most") == [["9"]])
            let held = await #expect(throws: CallError.self) {
                try await transform(tables, SQLStatement("select id from sales"))
            }
            #expect(held?.diagnostic.message.contains("depend") == true)
            try await tables.drop("most", context: Connection.context())
            let narrow = try await transform(tables, SQLStatement("select id from sales"))
            #expect(narrow.columns == [TableColumn("id", .int)])
            _ = try await transform(tables, SQLStatement("select id from twice"), mode: .append)
            #expect(try await rows(tables, "select count(*) from twice") == [["8"]])
            let other = await #expect(throws: CallError.self) {
                try await transform(tables, SQLStatement("select 1 as a, 2 as A"))
            }
            #expect(other?.reason == .invalid && other?.diagnostic.message == "two columns are called 'a'")
        }
    }

    @Test func `a merge takes the place of rows with the same key, and refuses a key that comes twice`() async throws {
        try await withTables { _, tables in
            let first = "select 1 as k, 'a' as s union all select null, 'b' union all select 3, 'c'"
            _ = try await transform(tables, SQLStatement(first), mode: .merge, key: ["k"])
            let second = "select 1 as k, 'A' as s union all select null, 'B' union all select 4, 'D'"
            let made = try await transform(tables, SQLStatement(second), mode: .merge, key: ["k"])
            let merged: [[String?]] = [["1", "A"], ["3", "c"], ["4", "D"], [nil, "B"]]
            #expect(try await rows(tables, "select * from twice order by k") == merged)
            let repeated = await #expect(throws: CallError.self) {
                try await transform(
                    tables, SQLStatement("select 1 as k, 'x' as s union all select 1, 'y'"), mode: .merge, key: ["k"])
            }
            #expect(
                repeated?.diagnostic.message == "the query gives several rows for one key (k)"
                    && repeated?.field == "key")
            #expect(try await tables.describe("twice", context: Connection.context()) == made)
            #expect(try await rows(tables, "select * from twice order by k") == merged)
        }
    }

    @Test func `who comes after a kill finds the statements that are still executed, and adds nothing twice`()
        async throws
    {
        try await withTables { aws, tables in
            _ = try await transform(tables, SQLStatement("select 1 as n"))
            let context = Connection.context()
            try await tell(aws, "/hold")
            async let first = transform(tables, SQLStatement("select 2 as n"), mode: .append, context: context)
            while try await batches(aws).count < 2 { await Task.yield() }
            async let second = transform(tables, SQLStatement("select 2 as n"), mode: .append, context: context)
            while !aws.log.lines.contains(where: { $0.contains("earlier attempt") }) { await Task.yield() }
            try await tell(aws, "/go")
            let (one, two) = try await (first, second)
            #expect(one == two && one.version == context.token.text)
            #expect(try await rows(tables, "select count(*) from twice") == [["2"]])
            #expect(try await batches(aws).count == 2)
        }
    }

    @Test func `a statement that nobody waits for any more is stopped`() async throws {
        try await withTables { aws, tables in
            try await tell(aws, "/hold")
            var context = Connection.context()
            context.deadline = aws.clock.now().advanced(by: .seconds(30))
            let late = context
            let failure = await #expect(throws: CallError.self) {
                try await transform(tables, SQLStatement("select 1 as n"), context: late)
            }
            try await tell(aws, "/go")
            #expect(failure?.reason == .timedOut)
            #expect(try await calls(aws).contains { $0["operation"] == "CancelStatement" })
            #expect(try await tables.describe("twice", context: Connection.context()) == nil)
        }
    }

    @Test func `a refused text is told in the words of the warehouse, and a second try is a new one`() async throws {
        try await withTables { aws, tables in
            let failure = await #expect(throws: CallError.self) {
                try await rows(tables, "select nothing from nowhere")
            }
            #expect(failure?.reason == .invalid)
            #expect(failure?.diagnostic.message.contains(#"relation "nowhere" does not exist"#) == true)
            let context = Connection.context()
            let text = SQLStatement("select 1 / n as n from sales")
            _ = try await load(tables, [TableColumn("n", .int)], 0, Connection.context())
            _ = try await tables.query(
                SQLStatement("insert into sales values (0)"), batchRows: 1, context: Connection.context()
            ) { _, _ in true }
            await #expect(throws: CallError.self) { try await transform(tables, text, context: context) }
            _ = try await load(tables, [TableColumn("n", .int)], 1, Connection.context())
            let made = try await transform(tables, text, context: context)
            #expect(made.version == context.token.text)
            let parameters = await #expect(throws: CallError.self) {
                try await transform(tables, SQLStatement("select ? as n", [1]), isView: true)
            }
            #expect(parameters?.reason == .unsupported(feature: "parameters of views"))
        }
    }

    @Test func `steps sign in as the thing says`() async throws {
        try await withTables { aws, _ in
            let secret = "arn:aws:secretsmanager:eu-west-1:1:secret:w"
            let expected: [(String, ObjectValue, ObjectValue)] = [
                ("aws.redshift.Cluster", [:], [:]),
                ("aws.redshift.Cluster", ["database_user": "keeper"], ["DbUser": "keeper"]),
                (
                    "aws.redshift.Cluster", ["database_user": "k", "secret": .string(secret)],
                    ["SecretArn": .string(secret)]
                ),
                ("aws.redshiftserverless.Workgroup", [:], [:]),
                ("aws.redshiftserverless.Workgroup", ["secret": .string(secret)], ["SecretArn": .string(secret)])
            ]
            for (kind, fields, members) in expected {
                let isCluster = kind == "aws.redshift.Cluster"
                let database = Connection.name("db")
                let inputs: ObjectValue =
                    isCluster ? ["db_name": .string(database)] : ["database": .string(database)]
                let facet = try AWSFacets(client: aws.client, services: aws.services).facet(
                    FacetRequest(
                        facet: "TableStore", kind: kind,
                        identity: ResourceIdentity(environment: "dev", module: "m", address: Address("w")),
                        inputs: inputs.merging(fields),
                        outputs: ["cluster_identifier": "warehouse", "workgroup_name": "warehouse"]))
                _ = try await (facet as? any TableStore)?.describe("t", context: Connection.context())
                let call = try #require(
                    try await calls(aws).first { $0["Database"] == .string(database) }
                ).filter { ["ClusterIdentifier", "WorkgroupName", "DbUser", "SecretArn"].contains($0.key) }
                let place: ObjectValue = [isCluster ? "ClusterIdentifier" : "WorkgroupName": "warehouse"]
                #expect(call == place.merging(members))
            }
        }
    }

    // MARK: Tables

    private func withTables(_ body: (Connection, RedshiftTables) async throws -> Void) async throws {
        var variables = Connection.keys
        variables["AWS_ENDPOINT_URL"] = try await MotoServer.shared.address()
        variables["AWS_ENDPOINT_URL_REDSHIFT_DATA"] = try await WarehouseServer.shared.address()
        try await Connection.with(["region": "eu-west-1"], variables: variables) { aws in
            let bucket = Connection.name("staging")
            _ = try await aws.client.call(
                "s3", "CreateBucket",
                ["bucket": .string(bucket), "create_bucket_configuration": ["location_constraint": "eu-west-1"]],
                context: Connection.context())
            let staging = try #require(StoragePrefix(url: "s3://\(bucket)/rows"))
            try await body(
                aws,
                RedshiftTables(
                    client: aws.client, services: aws.services,
                    place: RedshiftPlace(
                        computing: .cluster("warehouse"), database: Connection.name("db"), signIn: .user("converge")),
                    staging: RedshiftStaging(place: staging, role: "arn:aws:iam::123456789012:role/loader")))
        }
    }

    @discardableResult
    private func load(
        _ tables: RedshiftTables, _ columns: [TableColumn], _ count: Int, _ context: CallContext,
        mode: WriteMode = .replace
    ) async throws -> TableDescription {
        let time = Array("2026-01-02T03:04:05Z".utf8)
        let ids = (1...max(count, 1)).prefix(count).map { Int64($0) }
        let vectors = columns.map { column in
            switch column.type {
            case .int: return ColumnVector(.ints(ids))
            case .bool: return ColumnVector(.ints(ids.map { $0 % 2 }))
            case .float: return ColumnVector(.floats(ids.map { Double($0) }))
            case .time:
                return ColumnVector(
                    .texts(bytes: ids.flatMap { _ in time }, offsets: (0...ids.count).map { $0 * time.count }))
            case .string, .date:
                let texts = ids.map { Array("it's \\ \"\($0)\"".utf8) }
                var offsets = [0]
                for text in texts { offsets.append(offsets[offsets.count - 1] + text.count) }
                return ColumnVector(
                    .texts(bytes: texts.flatMap { $0 }, offsets: offsets), nulls: ids.map { $0 % 2 == 0 })
            }
        }
        return try await tables.load(
            LoadRequest(table: "sales", columns: columns, mode: mode, context: context)
        ) { inserter throws(CallError) in
            try await inserter.insert(ColumnBatch(columns: vectors, rowCount: ids.count))
        }
    }

    @discardableResult
    private func transform(
        _ tables: RedshiftTables, _ statement: SQLStatement, into table: String = "twice", mode: WriteMode = .replace,
        key: [String] = [], isView: Bool = false, context: CallContext = Connection.context()
    ) async throws -> TableDescription {
        try await tables.transform(
            TransformRequest(
                statement: statement, table: table, mode: mode, key: key, isView: isView, context: context)
        ).description
    }

    private func rows(_ tables: RedshiftTables, _ text: String) async throws -> [[String?]] {
        let seen = Batches()
        _ = try await tables.query(SQLStatement(text), batchRows: 1000, context: Connection.context()) {
            columns, batch in
            seen.add(columns, batch)
            return true
        }
        return seen.rows
    }

    private func objects(_ tables: RedshiftTables) async throws -> [String] {
        let place = try #require(tables.staging?.place)
        return try await BucketObjects(client: tables.client, services: tables.services, bucket: place.bucket).list(
            ListObjectsRequest(prefix: place.prefix, context: Connection.context())
        ).objects.map(\.key)
    }

    // MARK: The server

    private func tell(_ aws: Connection, _ path: String) async throws {
        let address = try await WarehouseServer.shared.address()
        _ = try await aws.services.http.send(HTTPRequest(method: "POST", url: address + path))
    }

    /// The calls that the server was given, with the members' names on the wire.
    private func calls(_ aws: Connection) async throws -> [ObjectValue] {
        let address = try await WarehouseServer.shared.address()
        let told = try await aws.services.http.send(HTTPRequest(method: "GET", url: address + "/calls"))
        return try Value(foreignJSON: told.body).list?.compactMap(\.object) ?? []
    }

    /// The batches that this test gave: those of the database that was named last.
    private func batches(_ aws: Connection) async throws -> [[String]] {
        let calls = try await calls(aws)
        let database = calls.last { $0["Database"] != nil }?["Database"]
        return calls.filter { $0["operation"] == "BatchExecuteStatement" && $0["Database"] == database }.map {
            ($0["Sqls"]?.list ?? []).compactMap(\.string)
        }
    }
}
