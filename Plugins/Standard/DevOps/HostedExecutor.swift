// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let run = StepKindSchema(
        name: "Run",
        doc: "Runs another workflow of the recipe as a part of this run",
        example: #"step part: Run { workflow: "load", params: { day: 2026-11-01 } }"#,
        fields: [
            FieldSchema("workflow", .string, "the workflow's name", example: "load"),
            .optional("params", .object, default: [:], "its parameters by name")
        ],
        outputs: [
            .output("run", .string, "the name under which it is recorded, such as run-7"),
            .output("outputs", .object, "the outputs of the workflow")
        ])

    static let plan = StepKindSchema(
        name: "Plan",
        doc: "Tells what applying a recipe would change",
        example: #"step look: Plan { module: "warehouse.recipe" }"#,
        fields: [module, parameters],
        outputs: [
            .output("summary", .string, "how many things would be created, updated, replaced and deleted"),
            .output("changes", .int, "how many would change"),
            .output("deletes", .int, "how many would be deleted or made anew"),
            .output("digest", .string, "stands for the whole plan: `agreed` of an Apply takes it")
        ])

    static let apply = StepKindSchema(
        name: "Apply",
        doc: "Applies a recipe: what it declares is there when the step has ended",
        example: #"step infra: Apply { module: "warehouse.recipe" }"#,
        fields: [
            module, parameters,
            .optional(
                "agreed", .optional(.string), default: nil,
                "the digest of the plan that was agreed to: where it would be another one by now, nothing is applied")
        ],
        outputs: [
            .output("summary", .string, "how many things were created, updated, replaced and deleted"),
            .output("outputs", .object, "the outputs of the recipe")
        ])

    private static let module = FieldSchema.optional(
        "module", .optional(.string), default: nil, "the recipe, by its path from this one; null: this recipe itself")
    private static let parameters = FieldSchema.optional(
        "params", .object, default: [:], "its parameters by name; for this recipe itself those of the run")
}

/// A step whose work the host does.
struct HostedExecutor: StepExecutor {
    let kind: String
    private let work: @Sendable (StepFields) throws(CallError) -> HostWork

    static let run = HostedExecutor(kind: "Run") { (fields) throws(CallError) in
        .run(workflow: try fields.text("workflow"), parameters: try fields.object("params"))
    }
    static let plan = HostedExecutor(kind: "Plan") { (fields) throws(CallError) in
        .plan(recipe: try fields.optionalText("module"), parameters: try fields.object("params"))
    }
    static let apply = HostedExecutor(kind: "Apply") { (fields) throws(CallError) in
        .apply(
            recipe: try fields.optionalText("module"), parameters: try fields.object("params"),
            agreed: try fields.optionalText("agreed"))
    }

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        throw CallError(.unsupported(feature: kind), "this host does nothing for steps itself")
    }

    func advance(_ request: StepRequest) async throws(CallError) -> StepProgress {
        try await request.host.perform(try work(StepFields(request)), for: request)
    }
}
