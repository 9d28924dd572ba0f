// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let evaluate = StepKindSchema(
        name: "Evaluate",
        doc: "Judges a model by thresholds, a baseline and the model in production",
        example: #"""
            step judge: Evaluate { model: fit.model, data: later.table, command: ["python3", "judge.py"], thresholds: { auc: 0.8 } }
            """#,
        fields: [
            FieldSchema("model", .model, "the model that is judged"),
            FieldSchema("data", .table, "what it is judged on; the program's input named data"),
            .optional(
                "command", .list(.string), default: [],
                "the program that measures a model, and its arguments; none: the metrics of its training count"),
            .optional(
                "files", .list(.string), default: [],
                "files and folders of the recipe's folder that the program sees; none: those that the command names"),
            .optional(
                "inputs", .map(.either([.table, .artifact])), default: [:], "further tables and artifacts, by name"),
            .optional("params", .map(.any), default: [:], "what the program is told"),
            .optional("env", .map(.any), default: [:], "environment variables: texts and secrets"),
            .optional(
                "thresholds", .map(.float), default: [:], "metric -> the value that it must reach"),
            .optional(
                "baseline", .optional(.either([.model, .map(.float)])), default: nil,
                "a model, measured in the same way, or metrics, that the model must beat"),
            .optional(
                "against_production", .bool, default: false,
                "whether the model must be no worse than the registry's production model; the first has none to meet"),
            .optional(
                "compare", .list(.string), default: [],
                "the metrics compared with a baseline model or production; none: all that both have"),
            .optional("lower_is_better", .list(.string), default: [], "the metrics of which less is better"),
            .optional("must", .bool, default: false, "whether not passing fails the step"),
            .optional(
                "track", .optional(.named("ExperimentTracking")), default: nil,
                "where the metrics are recorded; null: nowhere")
        ],
        outputs: [
            .output("passed", .bool, "whether the model passes"),
            .output("metrics", .map(.float), "what was measured"),
            .output("comparison", .table, "each metric with what it was held to, and whether it passes")
        ],
        isPure: true, rules: [.filesInside], later: ["in", "slices"])
}
