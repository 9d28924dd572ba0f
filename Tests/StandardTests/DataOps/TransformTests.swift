// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures
import Testing

struct TransformTests {
    /// A text with holes as the evaluator gives it.
    static func sql(_ parts: Template.Part...) -> Value { .template(Template(parts)) }

    private func bench() async throws -> (Workbench, Reference) {
        let bench = try await Workbench()
        try bench.recipe.write("id,name,n\n1,O'Brien,5\n2,\"a \"\"b\"\"\",7\n3,c,\n", to: "a.csv")
        let response = try await bench.step("Ingest", "orders", ["from": "a.csv", "into": .reference(bench.lake)])
        return (bench, try response.table())
    }

    @Test func `A query over a table of the lake becomes a table of the warehouse`() async throws {
        let (bench, orders) = try await bench()
        let response = try await bench.step(
            "Transform", "named",
            [
                "in": .reference(bench.warehouse),
                "sql": Self.sql(.text("select id, n from "), .hole(.reference(orders)), .text(" where n is not null"))
            ])
        #expect(response.outputs["rows"] == 2)
        #expect(try response.columns() == ["id": "Int", "n": "Int"])
        #expect(response.reads == [orders])
        #expect(try await bench.rows("select * from named") == [[1, 5], [2, 7]])
    }

    @Test(arguments: ["O'Brien", "'; drop table x; --", "a \"b\"", "100%", "?", "\\", ""])
    func `A value never changes the statement`(name: String) async throws {
        let (bench, orders) = try await bench()
        let response = try await bench.step(
            "Transform", "named",
            [
                "in": .reference(bench.warehouse),
                "sql": Self.sql(
                    .text("select "), .hole(.string(name)), .text(" as name, count(*) as n from "),
                    .hole(.reference(orders)),
                    .text(" where name in ("), .hole([.string(name), "c"]), .text(")"))
            ])
        #expect(try response.columns() == ["name": "String", "n": "Int"])
        let isThere = name == "O'Brien" || name == "a \"b\""
        #expect(try await bench.rows("select * from named") == [[.string(name), isThere ? 2 : 1]])
    }

    @Test func `A view follows its table, and appended rows stay`() async throws {
        let (bench, orders) = try await bench()
        let from = Self.sql(.text("select id from "), .hole(.reference(orders)))
        let place = Value.reference(bench.warehouse)
        let table = try await bench.step("Transform", "ids", ["in": place, "sql": from, "mode": "append"])
        let view = try await bench.step(
            "Transform", "seen",
            [
                "in": place, "materialize": "view",
                "sql": Self.sql(.text("select count(*) as n from "), .hole(.reference(try table.table())))
            ])
        #expect(view.outputs["rows"] == 1)
        try await bench.step("Transform", "ids", ["in": place, "sql": from, "mode": "append"])
        #expect(try await bench.rows("select n from seen") == [[6]])
        let merged = try await bench.step(
            "Transform", "ids2", ["in": place, "sql": from, "mode": "merge", "key": ["id"]])
        try await bench.step("Transform", "ids2", ["in": place, "sql": from, "mode": "merge", "key": ["id"]])
        #expect(merged.outputs["rows"] == 3)
        #expect(try await bench.rows("select count(*) from ids2") == [[3]])
    }

    @Test func `A common table expression named like a table is no table`() async throws {
        let (bench, orders) = try await bench()
        let place = Value.reference(bench.warehouse)
        try await bench.step("Transform", "big", ["in": place, "sql": "select 1 as x"])
        let response = try await bench.step(
            "Transform", "out",
            [
                "in": place,
                "sql": Self.sql(
                    .text("with big as (select id from "), .hole(.reference(orders)), .text(") select * from big"))
            ])
        #expect(response.reads == [orders])
        #expect(response.outputs["rows"] == 3)
    }

    @Test(
        arguments: [
            (["sql": "selec 1"], "D0201"), (["sql": "select nope from nothing"], "D0201")
        ] as [(ObjectValue, String)])
    func `What cannot be made is a clear error`(more: ObjectValue, code: String) async throws {
        let bench = try await Workbench()
        let inputs: ObjectValue = ["in": .reference(bench.warehouse)]
        let failure = try await bench.failure("Transform", "t", inputs.merging(more))
        #expect(failure.code.text == code, "\(failure.message)")
    }

    @Test func `A table that belongs to nothing here is out of reach`() async throws {
        let bench = try await Workbench()
        let foreign = Reference(type: "Table", resource: Address("elsewhere"), name: "t")
        let failure = try await bench.failure(
            "Transform", "t",
            ["in": .reference(bench.warehouse), "sql": Self.sql(.text("select * from "), .hole(.reference(foreign)))])
        #expect(failure.code.text == "D0202")
        #expect(failure.message == "the table 't' of 'elsewhere' cannot be read in 'warehouse'")
    }

    @Test(arguments: [
        ("orders", "orders"), ("recommend/orders", "orders"), ("part[\"eu\"]", "part_eu"),
        ("part[\"a-b\"]", "part_a_b_"),
        ("part[\"a_b\"]", "part_a_b")
    ])
    func `A table is named after its step`(step: String, table: String) async throws {
        let bench = try await Workbench()
        let response = try await bench.step(
            "Transform", step, ["in": .reference(bench.warehouse), "sql": "select 1 as x"])
        let name = try response.table().name
        #expect(table.hasSuffix("_") ? name.hasPrefix(table) && name.count == table.count + 8 : name == table)
    }

    private func program(_ bench: Workbench, _ text: String, _ more: ObjectValue = [:]) throws -> ObjectValue {
        try bench.recipe.write("set -e\n" + text, to: "rows.sh")
        return (["in": .reference(bench.warehouse), "command": ["sh", "rows.sh"]] as ObjectValue).merging(more)
    }

    @Test func `A program makes a table of tables`() async throws {
        let (bench, orders) = try await bench()
        let fields = try program(
            bench,
            """
            cmp "$CONVERGE_INPUT_ORDERS" inputs/orders.csv
            echo id,zip > "$CONVERGE_OUTPUT"
            tail -n +2 inputs/orders.csv | cut -d, -f1 | sed "s/$/,0$CONVERGE_PARAM_ZIP/" >> "$CONVERGE_OUTPUT"
            echo "made $SECRET"
            """,
            [
                "inputs": ["orders": .reference(orders)], "params": ["zip": 7], "env": ["SECRET": "by me"],
                "table": "zips"
            ])
        let response = try await bench.step("Transform", "t", fields)
        #expect(response.outputs["rows"] == 3)
        #expect(try response.columns() == ["id": "Int", "zip": "String"])
        #expect(response.reads == [orders])
        #expect(bench.log.contains("made by me"))
        #expect(try await bench.rows("select id, zip from zips") == [[1, "07"], [2, "07"], [3, "07"]])
        let (executor, request) = try bench.prepare("Transform", "t", fields)
        #expect(try await executor.sources(request) == [bench.recipe.path + "/rows.sh"])
        #expect(try await executor.stillHolds(response, request))
        try await bench.step("Transform", "t", fields)
        #expect(try await bench.rows("select count(*) from zips") == [[3]])
        let appended = try await bench.step("Transform", "t", fields.merging(["mode": "append"]))
        #expect(appended.outputs["rows"] == 6)
    }

    @Test(arguments: ["", "\u{FEFF}", " \n\t"])
    func `A program may write lines of JSON`(before: String) async throws {
        let (bench, _) = try await bench()
        let fields = try program(
            bench, "printf '%s' '\(before){\"a\": 1}\n{\"a\": 2.5, \"b\": \"x\"}' > \"$CONVERGE_OUTPUT\"")
        let response = try await bench.step("Transform", "t", fields)
        #expect(try response.columns() == ["a": "Float", "b": "String"])
        #expect(try await bench.rows("select a, b from t") == [[1.0, nil], [2.5, "x"]])
    }

    @Test(
        arguments: [
            ("exit 3", "D0501", "'sh rows.sh' ended with code 3"),
            ("true", "D0206", "the program wrote no file to $CONVERGE_OUTPUT"),
            (": > \"$CONVERGE_OUTPUT\"", "D0206", "what the program wrote to $CONVERGE_OUTPUT has no columns"),
            (
                "printf 'a,b\\n1,2\\n3\\n' > \"$CONVERGE_OUTPUT\"", "D0207",
                "1 of 2 rows that the program wrote is broken"
            )
        ])
    func `A program that makes no table leaves the one that is there`(text: String, code: String, message: String)
        async throws
    {
        let (bench, _) = try await bench()
        try await bench.step("Transform", "t", ["in": .reference(bench.warehouse), "sql": "select 1 as old"])
        let failure = try await bench.failure("Transform", "t", try program(bench, text))
        #expect(failure.code.text == code)
        #expect(failure.message == message)
        #expect(try await bench.rows("select old from t") == [[1]])
    }

    @Test func `A program may find no rows`() async throws {
        let (bench, _) = try await bench()
        let response = try await bench.step(
            "Transform", "t", try program(bench, "echo a,b > \"$CONVERGE_OUTPUT\""))
        #expect(response.outputs["rows"] == 0)
    }
}
