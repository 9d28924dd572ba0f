// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import Testing

@testable import AWS

/// Tables of Athena: catalog and files for real on a server that imitates AWS, which executes no SQL and answers with
/// what the test puts there.
@Suite(.serialized, .enabled(if: MotoServer.isInstalled, "moto_server is not installed"))
struct AthenaTablesTests {
    @Test func `rows of a query come with their types, nulls and texts of any form`() async throws {
        try await withTables { aws, tables in
            try await answer(
                aws,
                columns: [
                    ("n", "bigint"), ("x", "double"), ("b", "boolean"), ("d", "date"), ("t", "timestamp(3)"),
                    ("s", "varchar")
                ],
                rows: [
                    ["n", "x", "b", "d", "t", "s"],
                    ["1", "2.5", "true", "2026-01-02", "2026-01-02 03:04:05.600", "it's, \"ü\""],
                    [nil, nil, nil, nil, nil, nil]
                ])
            let seen = Batches()
            let statement = SQLStatement(
                "select * from t where s <> ? and n > ? and d = ?",
                ["it's", .float(1.5), .date(try #require(CalendarDate("2026-01-02")))])
            _ = try await tables.query(statement, batchRows: 100, context: Connection.context()) { columns, batch in
                seen.add(columns, batch)
                return true
            }
            #expect(
                seen.columns == [
                    TableColumn("n", .int), TableColumn("x", .float), TableColumn("b", .bool), TableColumn("d", .date),
                    TableColumn("t", .time), TableColumn("s", .string)
                ])
            #expect(
                seen.rows == [
                    ["1", "2.5", "1", "2026-01-02", "2026-01-02T03:04:05.6Z", "it's, \"ü\""],
                    [nil, nil, nil, nil, nil, nil]
                ])
            let sent = try await statements(aws, tables)
            #expect(sent.map(\.query) == [statement.text])
            #expect(sent.first?.parameters == ["'it''s'", "DOUBLE '1.5'", "DATE '2026-01-02'"])
        }
    }

    @Test func `a table of another database of the catalog is read by a view, and one from elsewhere not`() async throws
    {
        try await withTables { aws, tables in
            let other = Reference(
                type: "Table", resource: Address("features"), name: "houses_1",
                attributes: ["location": "glue:sagemaker_featurestore"])
            let mounted = try await tables.mount(other, context: Connection.context())
            #expect(mounted.name == "converge_sagemaker_featurestore_houses_1")
            #expect(
                try await statements(aws, tables).map(\.query) == [
                    "CREATE OR REPLACE VIEW \"converge_sagemaker_featurestore_houses_1\" AS\n"
                        + "SELECT * FROM \"sagemaker_featurestore\".\"houses_1\""
                ])
            var near = other
            near.attributes["location"] = .string("glue:\(tables.database)")
            #expect(try await tables.mount(near, context: Connection.context()) == near)
            let error = await #expect(throws: CallError.self) {
                try await tables.mount(
                    Reference(type: "Table", resource: nil, name: "t"), context: Connection.context())
            }
            #expect(error?.diagnostic.code == .callUnsupported)
        }
    }

    @Test func `rows are loaded as files that the catalog points to, once, and the old files go`() async throws {
        try await withTables { aws, tables in
            let context = Connection.context()
            let columns = [TableColumn("id", .int), TableColumn("sold", .bool), TableColumn("at", .time)]
            let made = try await load(tables, columns, [1, 2], context)
            #expect(made.rows == 2 && made.columns == columns)
            let files = try await objects(aws, tables)
            #expect(files.count == 1)
            #expect(
                try await text(of: files, aws, tables)
                    == "{\"id\":1,\"sold\":true,\"at\":\"2026-01-02 03:04:05\"}\n"
                    + "{\"id\":2,\"sold\":false,\"at\":\"2026-01-02 03:04:05\"}\n")
            let entry = try await aws.client.call(
                "glue", "GetTable", ["database_name": .string(tables.database), "name": "sales"], context: context)
            let location = entry["table"]?.object?["storage_descriptor"]?.object?["location"]?.string
            #expect(location.flatMap { StoragePrefix(url: $0) }.map { files[0].hasPrefix($0.prefix) } == true)
            // The same operation again does nothing, also with other rows.
            #expect(try await load(tables, columns, [9], context) == made)
            #expect(try await objects(aws, tables) == files)

            let other = try await load(tables, columns, [3], Connection.context())
            #expect(other.rows == 1 && other.version != made.version)
            #expect(try await tables.describe("sales", context: context) == other)
            let now = try await objects(aws, tables)
            #expect(now.count == 1 && now != files)

            try await tables.drop("sales", context: context)
            try await tables.drop("sales", context: context)
            #expect(try await tables.describe("sales", context: context) == nil)
            #expect(try await objects(aws, tables).isEmpty)
        }
    }

    @Test func `rows that are added come by a table beside, which is gone afterwards`() async throws {
        try await withTables { aws, tables in
            let columns = [TableColumn("id", .int)]
            _ = try await load(tables, columns, [1], Connection.context())
            let context = Connection.context()
            let added = try await load(tables, columns, [2], context, mode: .append)
            #expect(added.version == context.token.text)
            let aside = "converge_\(context.token.text)"
            #expect(
                try await statements(aws, tables).map(\.query)
                    == ["INSERT INTO \"sales\" (\"id\")\nSELECT \"id\" FROM \"\(aside)\""])
            #expect(try await tables.describe(aside, context: context) == nil)
            #expect(try await objects(aws, tables).count == 1)
        }
    }

    @Test func `a query becomes a table whose files lie in a folder of the operation`() async throws {
        try await withTables { aws, tables in
            let context = Connection.context()
            try await answer(aws, columns: [("region", "varchar"), ("sum", "decimal(10,2)")], rows: [["region", "sum"]])
            let response = try await tables.transform(
                TransformRequest(
                    statement: SQLStatement("select region, sum(x) from t where y = ? group by 1", [7]), table: "sums",
                    context: context))
            #expect(
                response.description.columns == [TableColumn("region", .string), TableColumn("sum", .float)]
                    && response.description.version == context.token.text)
            let sent = try await statements(aws, tables)
            #expect(sent.count == 2 && sent.allSatisfy { $0.parameters == ["7"] })
            let unload = try #require(sent.first { $0.query.hasPrefix("UNLOAD") }).query
            let place = try tables.folder(of: "sums", context).url
            #expect(unload.hasSuffix(") TO '\(place)' WITH (format = 'PARQUET')"))
            // A decimal is no double in a file.
            #expect(
                unload.contains(#"SELECT CAST("region" AS varchar) AS "region", CAST("sum" AS double) AS "sum" FROM"#))
            let again = try await tables.transform(
                TransformRequest(statement: SQLStatement("select 1"), table: "sums", context: context))
            #expect(again == response)
            try await answer(aws, columns: [("region", "varchar"), ("sum", "double")], rows: [["region", "sum"]])
            let merged = try await tables.transform(
                TransformRequest(
                    statement: SQLStatement("select region, 1.5 as sum from t where y = ?", [8]), table: "sums",
                    mode: .merge, key: ["region"], context: Connection.context()))
            #expect(merged.description.columns == response.description.columns)
            #expect(merged.description.version != response.description.version)
            let rewritten = try #require(try await statements(aws, tables).first { $0.query.contains("converge_hits") })
            #expect(rewritten.query.hasPrefix("UNLOAD (") && rewritten.parameters == ["8"])
            #expect(rewritten.query.contains(#"0 AS converge_new FROM "sums""#))
            try await answer(aws, columns: [("region", "varchar")], rows: [["region"]])
            let stray = await #expect(throws: CallError.self) {
                try await tables.transform(
                    TransformRequest(
                        statement: SQLStatement("select 1"), table: "sums", mode: .merge, key: ["place"],
                        context: Connection.context()))
            }
            #expect(stray?.diagnostic.message == "the query has no column 'place'" && stray?.field == "key")
        }
    }

    // MARK: Tables

    private func withTables(_ body: (Connection, AthenaTables) async throws -> Void) async throws {
        try await Connection.withMoto { aws in
            let context = Connection.context()
            let bucket = Connection.name("results")
            _ = try await aws.client.call(
                "s3", "CreateBucket",
                ["bucket": .string(bucket), "create_bucket_configuration": ["location_constraint": "eu-west-1"]],
                context: context)
            let database = Connection.name("db").replacing("-", with: "_")
            _ = try await aws.client.call(
                "glue", "CreateDatabase", ["database_input": ["name": .string(database)]], context: context)
            let group = Connection.name("group")
            _ = try await aws.client.call("athena", "CreateWorkGroup", ["name": .string(group)], context: context)
            try await body(
                aws,
                AthenaTables(
                    client: aws.client, services: aws.services, workGroup: group, database: database,
                    files: StoragePrefix(url: "s3://\(bucket)/tables")))
        }
    }

    private func load(
        _ tables: AthenaTables, _ columns: [TableColumn], _ ids: [Int64], _ context: CallContext,
        mode: WriteMode = .replace
    ) async throws -> TableDescription {
        let time = Array("2026-01-02T03:04:05Z".utf8)
        let vectors = columns.map { column in
            switch column.type {
            case .int: ColumnVector(.ints(ids))
            case .bool: ColumnVector(.ints(ids.map { $0 % 2 }))
            default:
                ColumnVector(
                    .texts(
                        bytes: ids.flatMap { _ in time }, offsets: (0...ids.count).map { $0 * time.count }))
            }
        }
        return try await tables.load(
            LoadRequest(table: "sales", columns: columns, mode: mode, context: context)
        ) { inserter throws(CallError) in
            try await inserter.insert(ColumnBatch(columns: vectors, rowCount: ids.count))
        }
    }

    private func objects(_ aws: Connection, _ tables: AthenaTables) async throws -> [String] {
        let place = try #require(tables.files)
        return try await tables.bucket(of: place).list(
            ListObjectsRequest(prefix: place.prefix, context: Connection.context())
        ).objects.map(\.key)
    }

    private func text(of keys: [String], _ aws: Connection, _ tables: AthenaTables) async throws -> String {
        let place = try #require(tables.files)
        var text = ""
        for key in keys {
            let answer = try await aws.client.raw(
                "s3", "GetObject", ["bucket": .string(place.bucket), "key": .string(key)],
                context: Connection.context())
            text += String(decoding: answer.content, as: UTF8.self)
        }
        return text
    }

    // MARK: The imitation

    /// What the next statement answers.
    private func answer(_ aws: Connection, columns: [(String, String)], rows: [[String?]]) async throws {
        let result: Value = [
            "rows": .list(
                rows.map { row in
                    ["Data": .list(row.map { cell in cell.map { ["VarCharValue": .string($0)] } ?? [:] })]
                }),
            "column_info": .list(columns.map { ["Name": .string($0.0), "Type": .string($0.1)] })
        ]
        let body: Value = ["region": "eu-west-1", "results": [result]]
        let address = try await MotoServer.shared.address()
        let told = try await aws.services.http.send(
            HTTPRequest(
                method: "POST", url: address + "/moto-api/static/athena/query-results",
                headers: [("Content-Type", "application/json")], body: Array(body.plainJSON.utf8)))
        #expect(told.status == 201)
    }

    /// The statements that the work group was given, whatever their order.
    private func statements(
        _ aws: Connection, _ tables: AthenaTables
    ) async throws -> [(query: String, parameters: [Value])] {
        let address = try await MotoServer.shared.address()
        let scope = "Credential=AKIDEXAMPLE/20260101/eu-west-1/athena/aws4_request"
        let told = try await aws.services.http.send(
            HTTPRequest(
                method: "POST", url: address + "/",
                headers: [
                    ("Content-Type", "application/x-amz-json-1.1"),
                    ("X-Amz-Target", "AmazonAthena.ListQueryExecutions"),
                    ("Authorization", .string("AWS4-HMAC-SHA256 \(scope), SignedHeaders=host, Signature=0"))
                ], body: Array(Value.object(["WorkGroup": .string(tables.workGroup)]).plainJSON.utf8)))
        let ids = try Value(foreignJSON: told.body).object?["QueryExecutionIds"]?.list ?? []
        var statements: [(query: String, parameters: [Value])] = []
        for id in ids {
            let answer = try await aws.client.call(
                "athena", "GetQueryExecution", ["query_execution_id": id], context: Connection.context())
            let execution = answer["query_execution"]?.object ?? [:]
            statements.append(
                (execution["query"]?.string ?? "", execution["execution_parameters"]?.list ?? []))
        }
        return statements
    }
}

/// What no imitation does.
struct AthenaRunTests {
    @Test(arguments: [(1, CallError.Reason.failed), (2, .invalid)])
    func `a statement that fails says whose fault it is, in Athena's words`(
        category: Int, reason: CallError.Reason
    ) async throws {
        let server = try LoopbackServer { request, number in
            switch request.headers["x-amz-target"] {
            case "AmazonAthena.StartQueryExecution": .json(#"{"QueryExecutionId":"q-1"}"#)
            case _ where number == 1: .json(#"{"QueryExecution":{"Status":{"State":"RUNNING"}}}"#)
            default:
                .json(
                    #"{"QueryExecution":{"Status":{"State":"FAILED","StateChangeReason":"line 1:8: no column x","#
                        + #""AthenaError":{"ErrorCategory":\#(category)}}}}"#)
            }
        }
        try await Connection.with(server) { aws in
            let run = AthenaRun(
                client: aws.client, services: aws.services, workGroup: "g", database: "d",
                context: Connection.context())
            let failure = await #expect(throws: CallError.self) {
                try await run.execute(SQLStatement("select x"), token: "t")
            }
            #expect(failure?.reason == reason && failure?.diagnostic.message == "line 1:8: no column x")
            #expect(failure?.diagnostic.notes == ["the execution is q-1"])
            let token = server.requests.first?.body.firstMatch(of: /"ClientRequestToken":"([0-9a-f]{64})"/)?.1
            #expect(token != nil)
            await #expect(throws: CallError.self) { try await run.execute(SQLStatement("select x"), token: "t") }
            #expect(server.requests.filter { $0.body.contains(token ?? "-") }.count == 2)
        }
    }

    @Test func `a statement that nobody waits for any more is stopped`() async throws {
        let server = try LoopbackServer { request, number in
            switch request.headers["x-amz-target"] {
            case "AmazonAthena.StartQueryExecution": .json(#"{"QueryExecutionId":"q-1"}"#)
            case "AmazonAthena.StopQueryExecution": .json("{}")
            default: .json(#"{"QueryExecution":{"Status":{"State":"RUNNING"}}}"#)
            }
        }
        try await Connection.with(server) { aws in
            var context = Connection.context()
            context.deadline = aws.clock.now().advanced(by: .seconds(30))
            let run = AthenaRun(
                client: aws.client, services: aws.services, workGroup: "g", database: "d", context: context)
            let failure = await #expect(throws: CallError.self) {
                try await run.execute(SQLStatement("select x"), token: nil)
            }
            #expect(failure?.reason == .timedOut)
            #expect(server.requests.last?.headers["x-amz-target"] == "AmazonAthena.StopQueryExecution")
        }
    }
}
