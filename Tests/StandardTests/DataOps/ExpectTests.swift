// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures
import Testing

struct ExpectTests {
    private func function(_ name: String, _ arguments: [Value]) throws -> Value {
        let function = try #require(LoadedPlugins.standard.functions.first { $0.schema.name == "expect." + name })
        return try function.call(arguments)
    }

    private func bench(
        _ csv: String = "id,name,n,day\n1,ab,5,2026-01-01\n2,cd,7,2026-01-02\n2,,900,\n,x9,-1,2026-01-04\n"
    )
        async throws -> (Workbench, Value)
    {
        let bench = try await Workbench()
        try bench.recipe.write(csv, to: "a.csv")
        let response = try await bench.step("Ingest", "orders", ["from": "a.csv", "into": .reference(bench.warehouse)])
        return (bench, .reference(try response.table()))
    }

    @Test func `All rules of a step are told, with the rows that break them`() async throws {
        let (bench, orders) = try await bench()
        let rules: [Value] = [
            try function("not_null", ["id"]), try function("not_null", ["name", "day"]), try function("unique", ["id"]),
            try function("unique", ["id", "n"]), try function("between", ["n", 0, 100]),
            try function("between", ["day", .date(try #require(CalendarDate("2026-01-02"))), nil]),
            try function("in_set", ["name", ["ab", "cd"]]), try function("matches", ["name", "[a-z]+"]),
            try function("row_count", [1, 3])
        ]
        let response = try await bench.step(
            "Expect", "quality", ["table": orders, "rules": .list(rules), "severity": "warn"])
        #expect(response.outputs["passed"] == false)
        let metrics = try #require(response.outputs["metrics"]?.object)
        #expect(
            metrics == [
                "rows": 4.0, "not_null(id)": 1.0, "not_null(name, day)": 1.0, "unique(id)": 2.0, "unique(id, n)": 0.0,
                "between(n)": 2.0, "between(day)": 1.0, "in_set(name)": 1.0, "matches(name)": 1.0, "row_count": 0.0
            ])
        #expect(
            try await bench.rows("select rule, id, n from quality_failures order by rule, n") == [
                ["between(day)", 1, 5], ["between(n)", nil, -1], ["between(n)", 2, 900], ["in_set(name)", nil, -1],
                ["matches(name)", nil, -1], ["not_null(id)", nil, -1], ["not_null(name, day)", 2, 900],
                ["unique(id)", 2, 7], ["unique(id)", 2, 900]
            ])
        #expect(try response.table("failures").name == "quality_failures")
    }

    @Test func `A broken rule stops the run, and its rows are kept`() async throws {
        let (bench, orders) = try await bench()
        let rules: [Value] = [try function("not_null", ["id"]), try function("unique", ["name"])]
        let failure = try await bench.failure("Expect", "quality", ["table": orders, "rules": .list(rules)])
        #expect(failure.code.text == "D0301")
        #expect(failure.message == "1 of 2 rules do not hold for 'orders'")
        #expect(failure.notes == ["not_null(id): 1 of 4 rows breaks it"])
        #expect(try await bench.rows("select count(*) from quality_failures") == [[1]])
    }

    @Test func `Rules that hold leave an empty table of failures`() async throws {
        let (bench, orders) = try await bench()
        let response = try await bench.step(
            "Expect", "quality", ["table": orders, "rules": [try function("row_count", [4])]])
        #expect(response.outputs["passed"] == true)
        #expect(try await bench.rows("select count(*) from quality_failures") == [[0]])
        #expect(try response.columns("failures").keys == ["rule", "id", "name", "n", "day"])
    }

    @Test func `An empty table breaks no rule but one about its rows`() async throws {
        let (bench, orders) = try await bench("id,rule\n")
        let rules: [Value] = [
            try function("not_null", ["id"]), try function("unique", ["id"]), try function("in_set", ["id", ["a"]])
        ]
        let response = try await bench.step("Expect", "quality", ["table": orders, "rules": .list(rules)])
        #expect(response.outputs["passed"] == true)
        #expect(try response.columns("failures").keys == ["_rule", "id", "rule"])
        let failure = try await bench.failure(
            "Expect", "quality", ["table": orders, "rules": [try function("row_count", [1])]])
        #expect(failure.notes == ["row_count: there are 0 rows"])
    }

    @Test func `A rule about a column that is not there is told before anything is read`() async throws {
        let (bench, orders) = try await bench()
        let failure = try await bench.failure(
            "Expect", "quality", ["table": orders, "rules": [try function("not_null", ["nam"])]])
        #expect(failure.code.text == "D0302")
        #expect(failure.help == ["did you mean 'name'?"])
        let order = try await bench.failure(
            "Expect", "quality", ["table": orders, "rules": [try function("between", ["name", 1, 2])]])
        #expect(order.code.text == "D0303")
    }

    @Test(
        arguments: [
            ("not_null", []), ("unique", []), ("between", ["n", nil, nil]), ("between", ["n", 5, 1]),
            ("in_set", ["n", []]),
            ("matches", ["n", "("]), ("matches", ["n", "a**"]), ("matches", ["n", "(?=a)"]), ("matches", ["n", "\\1"]),
            ("matches", ["n", "[z-a]"]), ("matches", ["n", "a{5,2}"]),
            ("matches", ["n", "((((a{999}){999}){999}){999})"]),
            ("row_count", []), ("row_count", [5, 1])
        ] as [(String, [Value])])
    func `A rule that no table could keep is refused where it is made`(name: String, arguments: [Value]) throws {
        let error = #expect(throws: CallError.self) { try self.function(name, arguments) }
        #expect(error?.diagnostic.code.text == "D0303")
    }

    @Test(
        arguments: [
            ("[A-Z]{2}\\d{4}", ["AB1234"], ["AB123", "ab1234", "AB12345", ""]), ("^a|b$", ["a", "b"], ["ab", "c"]),
            ("(?:ab)*", ["", "ab", "abab"], ["aba"]), ("a.c", ["abc", "aäc", "a😀c"], ["ac", "a\nc"]),
            ("[^a-c]+", ["xyz", "ä", "😀"], ["xaz"]), ("[ä-ü€]{1,2}", ["ä", "ö€"], ["a", "äöü"]),
            ("\\w+@\\w+\\.\\w{2,}?", ["a@b.cd"], ["a@b"]),
            ("(a+)+", [String(repeating: "a", count: 5000)], [String(repeating: "a", count: 5000) + "b"]),
            ("\\s*x\\S\\D\\W", [" \tx1a "], ["x1a1"]), ("[]a]+", ["]a"], ["b"]), ("a|", ["", "a"], ["b"]),
            ("[\\d.]+", ["1.2"], ["1,2"])
        ] as [(String, [String], [String])])
    func `A pattern matches whole texts`(pattern: String, good: [String], bad: [String]) async throws {
        let bench = try await Workbench()
        let tables = try await bench.tables("warehouse")
        let load = LoadRequest(
            table: "texts", columns: [TableColumn("text", .string)], context: Workbench.context("load", token: "load"))
        let description = try await tables.load(load) { inserter throws(CallError) in
            var bytes: [UInt8] = []
            var offsets = [0]
            for text in good + bad {
                bytes += Array(text.utf8)
                offsets.append(bytes.count)
            }
            try await inserter.insert(
                ColumnBatch(
                    columns: [ColumnVector(.texts(bytes: bytes, offsets: offsets))], rowCount: offsets.count - 1))
        }
        let table = Value.reference(description.reference(in: Address("warehouse")))
        try await bench.step(
            "Expect", "e",
            ["table": table, "rules": [try function("matches", ["text", .string(pattern)])], "severity": "warn"])
        #expect(
            try await bench.rows("select text from e_failures order by rowid")
                == bad.map { [Value.string($0)] })
    }
}
