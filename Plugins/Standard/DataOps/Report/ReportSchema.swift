// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let report = StepKindSchema(
        name: "Report",
        doc: "Writes one self-contained HTML page with tables and charts from queries",
        example: #"""
            step page: Report {
              in: warehouse
              title: "Orders"
              file: "orders.html"
              sections: { "By day": { sql: "select day, n from ${totals.table} order by day", chart: "line" } }
            }
            """#,
        fields: [
            FieldSchema(
                "in", .either([.named("DataWarehousing"), .named("DataModelingAnalysis")]),
                "the store that executes the queries"),
            FieldSchema("title", .string, "the page's heading", example: "Orders"),
            .optional("subtitle", .string, default: "", "a line below the heading"),
            FieldSchema(
                "sections", .map(.named("ReportSection")),
                "in order: the heading, and the text, query and chart below it"),
            .optional(
                "file", .optional(.string), default: nil,
                "where the page is written beside being kept; null: only kept"),
            .optional(
                "to", .optional(.named("DataLakeStorage")), default: nil, "a lake that gets the page, too; null: none"),
            .optional(
                "key", .optional(.string), default: nil,
                "the page's key in the lake; null: the file's name, or the step's")
        ],
        outputs: [
            .output("page", .artifact, "the page"),
            .output("file", .optional(.string), "where it was written; null where no file was asked for"),
            .output(
                "url", .optional(.string),
                "where people open the page in the lake; null without one, or where it has no addresses for people")
        ],
        placement: "in", isPure: true, facets: ["TableStore"],
        rules: [
            KindRule(
                .reportKeyWithoutLake, where: "key == null or to != null", field: "key",
                message: "there is a key for the page, and no lake to keep it in",
                help: ["name a lake in `to`, or leave `key` out"])
        ])
}
