// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let transform = StepKindSchema(
        name: "Transform",
        doc: "Makes a table or view of a query, or a table of what a program writes, built aside and swapped in whole",
        example: """
            step totals: Transform { in: warehouse, sql: "select day, sum(n) as n from ${orders.table} group by day" }
            """,
        fields: [
            FieldSchema(
                "in",
                .either([
                    .named("DataWarehousing"), .named("DataModelingAnalysis"), .named("ModelTrainingInfrastructure"),
                    .named("ModelDevelopmentTraining")
                ]),
                "the store that executes the query and keeps the result; of a program also workers that run it"),
            .optional(
                "into",
                .optional(
                    .either([
                        .named("DataWarehousing"), .named("DataModelingAnalysis"), .named("DataLakeStorage")
                    ])), default: nil, "of a program on workers the store that keeps the result"),
            .optional(
                "image", .optional(.string), default: nil,
                "on workers, the container image that the program runs in; null: the platform's"),
            .optional(
                "framework", .optional(.string), default: nil,
                "on workers, the library in use, such as TensorFlow or PyTorch"),
            .optional("sql", .optional(.sql), default: nil, "the query"),
            .optional(
                "command", .list(.string), default: [],
                "a program and its arguments, which writes the rows to the file that $CONVERGE_OUTPUT names: CSV with a "
                    + "header, or JSON Lines"),
            .optional(
                "inputs", .map(.either([.table, .artifact])), default: [:],
                "tables, given to the program as CSV files, and artifacts, by name"),
            .optional(
                "files", .list(.string), default: [],
                "files and folders of the recipe's folder that the program sees; none: those that the command names"),
            .optional("params", .map(.any), default: [:], "what the program is told"),
            .optional("env", .map(.any), default: [:], "environment variables of the program: texts and secrets"),
            .optional("engine", .optional(.string), default: nil, "what executes the program, such as spark"),
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
        placement: "in", isPure: true, facets: ["TableStore", "JobRunner"],
        rules: [
            .filesInside,
            KindRule(
                .queryOrProgram, where: "sql != null or command != []", field: "sql",
                message: "there is neither a query nor a program to make rows", help: [oneOfThem]),
            KindRule(
                .queryOrProgram, where: "sql == null or command == []", field: "command",
                message: "there is both a query and a program to make the rows", help: [oneOfThem]),
            KindRule(
                .queryOrProgram, where: "command != [] or inputs == {}", field: "inputs",
                message: "inputs are for programs, and a query names its tables in its text",
                help: ["leave `inputs` out, or give `command` in the place of `sql`"]),
            KindRule(
                .queryOrProgram, where: "command != [] or files == [] and params == {} and env == {}", field: "sql",
                message: "`files`, `params` and `env` are for programs, and a query has none of them",
                help: ["leave them out, or give `command` in the place of `sql`"]),
            KindRule(
                .queryOrProgram, where: #"command == [] or materialize == "table""#, field: "materialize",
                message: "a view is a query, and a program makes rows", help: ["leave `materialize` out"]),
            KindRule(
                .queryOrProgram, where: #"command == [] or mode != "merge""#, field: "mode",
                message: "the rows of a program replace those that are there or join them",
                help: [#"set mode: "append", or merge them by a query in a step of its own"#]),
            KindRule(
                .queryOrProgram, where: "command != [] or into == null", field: "into",
                message: "a query keeps its rows in the store that executes it",
                help: ["name that store in `in`, or carry the table over by a Copy step"]),
            KindRule(
                .queryOrProgram, where: "into != null or image == null and framework == null", field: "image",
                message: "`image` and `framework` are for programs on workers",
                help: ["name workers in `in` and a store in `into`, or leave them out"]),
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
        ],
        lacks: [
            KindLack(
                "engine",
                "a query runs in the store that keeps the table, a program as a process of the machine that runs Converge",
                help: ["leave `engine` out"])
        ])

    private static let oneOfThem = #"give one of sql: "select …" and command: ["python3", "rows.py"]"#
}
