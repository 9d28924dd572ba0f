// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let transform = StepKindSchema(
        name: "Transform",
        doc: "Makes a table or view of a query, built aside and swapped in whole",
        example: """
            step totals: Transform { in: warehouse, sql: "select day, sum(n) as n from ${orders.table} group by day" }
            """,
        fields: [
            FieldSchema(
                "in", .either([.named("DataWarehousing"), .named("DataModelingAnalysis")]),
                "the store that executes the query and keeps the result"),
            FieldSchema("sql", .sql, "the query", example: "select day, sum(n) as n from ${orders.table} group by day"),
            .optional("table", .optional(.string), default: nil, "the table's name; null: the step's name"),
            .optional(
                "materialize", .string, default: "table", "whether the rows are stored or queried anew at each reading",
                allowed: ["table", "view"]),
            .optional(
                "mode", .string, default: "replace",
                "whether the rows replace those that are there, join them, or replace those with the same key",
                allowed: ["replace", "append", "merge"]),
            .optional("key", .list(.string), default: [], "the columns of a merge that say which rows are the same")
        ],
        outputs: [
            .output("table", .table, "the result"),
            .output("rows", .int, "how many rows it has; those of a view at the time of the step")
        ],
        placement: "in", isPure: true, facets: ["TableStore"],
        rules: [
            KindRule(
                .viewWithMode, where: #"materialize != "view" or mode == "replace""#, field: "mode",
                message: "a view holds no rows that ${mode} could join",
                help: [#"leave `mode` out, or set materialize: "table""#]),
            KindRule(
                .mergeWithoutKey, where: #"mode != "merge" or length(key) > 0"#, field: "mode",
                message: "a merge needs the columns that say which rows are the same",
                help: [#"name them in `key`, such as key: ["id"]"#]),
            KindRule(
                .mergeWithoutKey, where: #"mode == "merge" or length(key) == 0"#, field: "key",
                message: "a key is for merges, and the mode is ${mode}",
                help: [#"set mode: "merge", or leave `key` out"#])
        ])
}
