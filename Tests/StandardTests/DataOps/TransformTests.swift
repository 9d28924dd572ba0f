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
}
