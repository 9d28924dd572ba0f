// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let score = StepKindSchema(
        name: "Score",
        doc: "Asks a model about each row of a table, and makes a table of the answers",
        example: #"step likely: Score { model: fit.model, data: customers.table, keep: ["id"] }"#,
        fields: [
            .optional("model", .optional(.model), default: nil, "the model, whose program is started for it"),
            .optional(
                "endpoint", .optional(.named("ModelServing")), default: nil,
                "in the place of a model: where one is served on this machine"),
            FieldSchema("data", .table, "the rows, each of which is asked about as an object of JSON"),
            .optional(
                "keep", .list(.string), default: [], "the columns that the result has beside the answers; none: all"),
            .optional(
                "in", .optional(.either([.named("ModelTrainingInfrastructure"), .named("ModelDevelopmentTraining")])),
                default: nil, "workers that run the model; null: the machine that runs Converge"),
            .optional(
                "into",
                .optional(
                    .either([
                        .named("DataWarehousing"), .named("DataModelingAnalysis"), .named("DataLakeStorage")
                    ])), default: nil, "the store that keeps the result; null: that of the data"),
            .optional("table", .optional(.string), default: nil, "the table's name; null: the step's name"),
            .optional(
                "image", .optional(.string), default: nil,
                "on workers, the container image that the model runs in; null: the platform's"),
            .optional(
                "framework", .optional(.string), default: nil,
                "on workers, the library in use, such as TensorFlow or PyTorch"),
            .optional(
                "start_timeout", .duration, default: .duration(.seconds(60)),
                "how long the model may take to answer its health check")
        ],
        outputs: [
            .output("table", .table, "the rows with the model's answers"),
            .output("rows", .int, "how many rows there are")
        ],
        placement: "in", isPure: true, facets: ["JobRunner"],
        rules: [
            KindRule(
                .scoreNothing, where: "(model == null) != (endpoint == null)", field: "model",
                message: "one model is to answer, and there is none or more than one",
                help: ["give one of model: fit.model and endpoint: prices"]),
            KindRule(
                .scoreNothing, where: "endpoint == null or place == null", field: "endpoint",
                message: "workers start a model themselves, and an endpoint serves one already",
                help: ["give `model` in the place of `endpoint`, or leave `in` out"]),
            KindRule(
                .noSpan, where: "start_timeout > 0s", field: "start_timeout",
                message: "no model starts within ${start_timeout}", help: ["give it a time longer than nothing"])
        ], lacks: [.image])
}
