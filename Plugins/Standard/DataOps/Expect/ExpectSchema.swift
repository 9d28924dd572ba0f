// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let expect = StepKindSchema(
        name: "Expect",
        doc: "Holds a table to rules, all in one pass, and keeps the rows that break them",
        example: #"""
            step quality: Expect { table: orders.table, rules: [expect.not_null("id"), expect.between("n", 1, 1000)] }
            """#,
        fields: [
            FieldSchema("table", .table, "the table that is checked"),
            FieldSchema(
                "rules", .list(.object),
                "what must hold: calls of expect.not_null, unique, between, in_set, matches, row_count"),
            .optional(
                "severity", .string, default: "stop", "whether a broken rule stops the run or is only reported",
                allowed: ["stop", "warn"])
        ],
        outputs: [
            .output("passed", .bool, "whether every rule holds"),
            .output("failures", .table, "the rows that break a rule, each with the rule's name; empty where none does"),
            .output("metrics", .map(.float), "the number of rows, and for each rule the number of rows that break it")
        ],
        placement: "table", isPure: true, facets: ["TableStore"])
}
