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
                "slices", .list(.string), default: [],
                "columns of the data: the thresholds hold for the rows of each of their values, too"),
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
                "in",
                .optional(.either([.named("ModelTrainingInfrastructure"), .named("ModelDevelopmentTraining")])),
                default: nil,
                "workers that run the program, once for each model and slice; null: the machine that runs Converge"),
            .optional(
                "image", .optional(.string), default: nil,
                "the container image that the program runs in; null: the platform's, by `framework` where it has one"),
            .optional(
                "framework", .optional(.string), default: nil, "the library in use, such as TensorFlow or PyTorch"),
            .optional(
                "track", .optional(.named("ExperimentTracking")), default: nil,
                "where the metrics are recorded; null: nowhere")
        ],
        outputs: [
            .output("passed", .bool, "whether the model passes"),
            .output("metrics", .map(.float), "what was measured"),
            .output(
                "comparison", .table,
                "each metric with what it was held to, in which slice (null: all of the data), and whether it passes")
        ],
        placement: "in", isPure: true, facets: ["JobRunner"],
        rules: [
            .filesInside,
            KindRule(
                .slicesUnjudged, where: "slices == [] or command != []", field: "slices",
                message: "the metrics of a training say nothing about slices of the data",
                help: ["name in `command` a program that measures the model, or leave `slices` out"]),
            KindRule(
                .slicesUnjudged, where: "slices == [] or thresholds != {}", field: "slices",
                message: "there is no threshold that could hold in each slice",
                help: ["give `thresholds`, or leave `slices` out"])
        ], lacks: [.image])
}
