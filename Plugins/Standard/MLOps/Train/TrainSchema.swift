// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let train = StepKindSchema(
        name: "Train",
        doc: "Runs a program in a fresh folder that makes a model of tables and files",
        example: #"""
            step fit: Train { command: ["python3", "train.py"], inputs: { orders: orders.table }, track: tracking }
            """#,
        fields: [
            FieldSchema("command", .list(.string), "the program and its arguments", example: ["python3", "train.py"]),
            .optional(
                "files", .list(.string), default: [],
                "files and folders of the recipe's folder that the program sees; none: those that the command names"),
            .optional(
                "inputs", .map(.either([.table, .artifact])), default: [:],
                "tables, given to the program as CSV files, and artifacts, by name"),
            .optional("params", .map(.any), default: [:], "what the program is told; recorded with the run"),
            .optional("env", .map(.any), default: [:], "environment variables: texts and secrets"),
            .optional(
                "in", .optional(.either([.named("ModelTrainingInfrastructure"), .named("ModelDevelopmentTraining")])),
                default: nil, "workers that run the program; null: the machine that runs Converge"),
            .optional("workers", .int, default: 1, "on how many workers at one time the program runs"),
            .optional(
                "image", .optional(.string), default: nil,
                "the container image that the program runs in; null: the platform's, by `framework` where it has one"),
            .optional(
                "track", .optional(.named("ExperimentTracking")), default: nil,
                "where the run is recorded and the model registered; null: neither"),
            .optional(
                "framework", .optional(.string), default: nil,
                "the library in use, such as TensorFlow or PyTorch; recorded with the run"),
            .optional("register", .optional(.string), default: nil, "the model's name; null: the step's name")
        ],
        outputs: [
            .output("model", .model, "the model that was made"),
            .output("metrics", .map(.float), "what the program measured"),
            .output("artifacts", .map(.artifact), "further files that the program left, by name"),
            .output("tracked_run", .optional(.string), "the run's name in the tracker; null without one")
        ],
        placement: "in", isPure: true, facets: ["JobRunner"],
        rules: [
            .filesInside,
            KindRule(
                .noWorkers, where: "workers >= 1", field: "workers", message: "no worker would run the program",
                help: ["leave `workers` out, or name 1 and more"]),
            KindRule(
                .registerWithoutTracker, where: "register == null or track != null", field: "register",
                message: "there is a name to register the model under, and no tracker to do it",
                help: ["name an ExperimentTracking resource in `track`, or leave `register` out"])
        ],
        lacks: [
            KindLack(
                "workers", when: "workers > 1 and place == null",
                "a program runs once, as one process of the machine that runs Converge",
                help: ["name in `in` what offers workers, or leave `workers` out"]),
            .image
        ])
}

extension KindLack {
    /// For steps whose programs run on this machine or on workers.
    static let image = KindLack(
        "image", when: "image != null and place == null",
        "a program runs as a process of the machine that runs Converge, outside of any container",
        help: ["name in `in` what offers workers, or leave `image` out and install what the program needs here"])
}

extension KindRule {
    private static let isOutside = #"starts_with(file, "/") or contains(split(file, "/"), "..")"#

    /// Programs see files of the recipe's folder alone.
    static let filesInside = KindRule(
        .programFileOutside, where: "not any(files, file => \(isOutside))", field: "files",
        message: "'${filter(files, file => \(isOutside))[0]}' is not inside the recipe's folder",
        help: ["copy it into the recipe's folder, or hand its content over in `inputs`"])
}
