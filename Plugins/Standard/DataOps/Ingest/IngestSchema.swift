// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let ingest = StepKindSchema(
        name: "Ingest",
        doc:
            "Loads files or events into a table: types are inferred from every row, broken rows are set aside with their reason",
        example: #"step orders: Ingest { from: "data/orders-*.csv", into: lake, schema: { zip: "String" } }"#,
        fields: [
            FieldSchema(
                "from",
                .either([.string, .list(.string), .named("DataLakeStorage"), .named("DataIngestionIntegration")]),
                "a path, a pattern with * and ?, a folder, an http or https address, a list of these, a lake, whose objects "
                    + "are read, or a stream, whose events are read on from where the table ends",
                example: "data/orders-*.csv"),
            FieldSchema(
                "into", .either([.named("DataLakeStorage"), .named("DataWarehousing")]),
                "the store that gets the table",
                example: nil),
            .optional(
                "table", .optional(.string), default: nil, "the table's name; null: the step's name"),
            .optional(
                "reader", .optional(.string), default: nil,
                "of a stream: the name by which rows tell who read them; null: the stream's address"),
            .optional("limit", .int, default: 100_000, "of a stream: the most events that one step reads"),
            .optional("prefix", .string, default: "", "of a lake's objects those whose keys begin so"),
            .optional(
                "format", .optional(.string), default: nil,
                "csv or json_lines; null: by the file's name, .jsonl and .ndjson being JSON Lines",
                allowed: [nil, "csv", "json_lines"]),
            .optional(
                "delimiter", .optional(.string), default: nil,
                "the character between the fields of a CSV file; null: a tab in .tsv files, else a comma"),
            .optional("header", .bool, default: true, "whether the first row of each CSV file names the columns"),
            .optional(
                "schema", .map(.string), default: [:],
                "types that are not to be inferred: column -> Int, Float, Bool, Date, Time or String"),
            .optional(
                "mode", .optional(.string), default: nil,
                "whether the rows replace those that are there or join them; null: events join, all else replaces",
                allowed: [nil, "replace", "append"]),
            .optional(
                "bad_rows", .percent, default: .percent(100), "the share of broken rows above which the step fails")
        ],
        outputs: [
            .output("table", .table, "the rows that were read well"),
            .output(
                "files", .list(.string), "the files that were read, in the order in which they were; none of a stream"),
            .output("rows", .int, "how many rows were read well"),
            .output(
                "quarantined", .optional(.table), "the broken rows with file, line, reason and text; null where none is"
            ),
            .output("bad", .int, "how many rows are broken")
        ],
        placement: "into", isPure: true, facets: ["TableStore"],
        rules: [
            KindRule(
                .ingestWrongDelimiter,
                where: #"delimiter == null or length(code_points(delimiter)) == 1 and code_points(delimiter)[0] in "#
                    + #"range(1, 128) and not (delimiter in ["\"", "\n", "\u{d}"])"#,
                field: "delimiter",
                message: #"'${delimiter ?? ""}' is not one ASCII character that could part fields"#,
                help: [#"use one such as ";", "|" or "\t""#]),
            KindRule(
                .ingestWrongSchema, where: "all(values(schema), type => type in \(columnTypes))", field: "schema",
                message: "'${filter(values(schema), type => not (type in \(columnTypes)))[0]}' is no type of a column",
                help: ["use one of " + ColumnType.allCases.map(\.rawValue).joined(separator: ", ")]),
            KindRule(
                .eventsMisfit, where: "limit >= 1", field: "limit", message: "${limit} events cannot be read",
                help: ["leave `limit` out, or give a number above 0"])
        ])

    private static let columnTypes = Value.list(ColumnType.allCases.map { .string($0.rawValue) }).literal
}
