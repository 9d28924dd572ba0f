// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let shell = StepKindSchema(
        name: "Shell",
        doc: "Runs a program in the recipe's folder",
        example: #"step fetch: Shell { command: ["python3", "fetch.py"], writes: ["data"] }"#,
        fields: [
            .optional(
                "run", .optional(.shell), default: nil, "a line for sh; ${ } is a word, or a part of one in quotes"),
            .optional("command", .list(.string), default: [], "instead of a line: the program and its arguments"),
            .optional("env", .map(.any), default: [:], "environment variables: texts and secrets"),
            .optional("reads", .list(.string), default: [], "the files and folders that the result depends on"),
            .optional(
                "writes", .list(.string), default: [],
                "the files and folders that it makes; while they and what it reads stay as they are, it is not run "
                    + "again"
            ),
            .optional("allow_failure", .bool, default: false, "whether an exit code other than 0 is a result")
        ],
        outputs: [
            .output("stdout", .string, "what it printed, at most 16 MiB, without the last line break"),
            .output("code", .int, "its exit code")
        ], isPure: true,
        rules: [
            KindRule(
                .commandOrRun, where: "run != null or length(command) > 0", field: "command",
                message: "there is nothing to run", help: [oneOfThem]),
            KindRule(
                .commandOrRun, where: "run == null or length(command) == 0", field: "command",
                message: "there is both a line and a command to run", help: [oneOfThem])
        ])

    private static let oneOfThem = #"give one of run: "…" and command: ["…"]"#
}
