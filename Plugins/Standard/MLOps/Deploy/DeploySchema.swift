// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let deploy = StepKindSchema(
        name: "Deploy",
        doc: "Brings a model into service: beside the old one until it is healthy, and taken back where it fails",
        example: #"step release: Deploy { model: fit.model, to: endpoint, strategy: "canary", watch: 10m }"#,
        fields: [
            FieldSchema("model", .model, "the model"),
            FieldSchema("to", .named("ModelServing"), "where it is served"),
            .optional(
                "strategy", .string, default: "replace",
                "whether the new version gets all requests at once, or a share until it has proved itself",
                allowed: ["replace", "canary"]),
            .optional("canary", .percent, default: .percent(10), "the share of requests for the time of the trial"),
            .optional("watch", .duration, default: .duration(.seconds(300)), "how long the trial takes"),
            .optional(
                "max_errors", .percent, default: .percent(1),
                "the share of failed requests of the trial above which the new version is taken back"),
            .optional(
                "start_timeout", .duration, default: .duration(.seconds(60)),
                "how long the model may take to answer its health check")
        ],
        outputs: [
            .output("url", .string, "where predictions are asked for"),
            .output("version", .string, "the version in service"),
            .output("previous", .optional(.string), "the version that was in service before; null for none")
        ],
        placement: "to", isPure: true, facets: ["ModelHost"],
        rules: [
            KindRule(
                .canaryShare, where: "canary > 0% and canary < 100%", field: "canary",
                message: "a version with ${canary} of the requests is not on trial",
                help: [#"give it a share between 0% and 100%, or set strategy: "replace""#])
        ])
}
