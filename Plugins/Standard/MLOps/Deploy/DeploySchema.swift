// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let deploy = StepKindSchema(
        name: "Deploy",
        doc: "Brings a model into service: beside the old one until it is healthy, and taken back where it fails",
        example: #"step release: Deploy { model: fit.model, to: endpoint, strategy: "canary", watch: 10m }"#,
        fields: [
            .optional("model", .optional(.model), default: nil, "the model"),
            .optional(
                "source", .optional(.string), default: nil,
                "in the place of a model: a folder with the code of a function"),
            FieldSchema("to", .named("ModelServing"), "where it is served"),
            .optional(
                "strategy", .string, default: "replace",
                "whether the new version gets all requests at once, a share until it has proved itself, or all at once while "
                    + "the old one stands by",
                allowed: DeployFields.Strategy.allCases.map { .string($0.rawValue) }),
            .optional("canary", .percent, default: .percent(10), "the share of requests for the time of the trial"),
            .optional(
                "watch", .duration, default: .duration(.seconds(300)),
                "how long a canary or blue_green version is watched"),
            .optional(
                "max_errors", .percent, default: .percent(1),
                "the share of failed requests above which a version that is watched is taken back"),
            .optional(
                "abort_when", .map(.named("Alarm")), default: [:],
                "bounds on \(metricNames) (latencies in seconds) of a version that is watched; where one is crossed it is "
                    + "taken back"),
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
                help: [#"give it a share between 0% and 100%, or set strategy: "replace""#]),
            KindRule(
                .deployNothing, where: "model != null or source != null", field: "model",
                message: "there is nothing to deploy", help: ["name a model, as in model: fit.model"]),
            KindRule(
                .alarmUnwatched, where: #"abort_when == {} or strategy != "replace""#, field: "abort_when",
                message: "a version that replaces the old one at once is not watched",
                help: [#"set strategy: "canary" or strategy: "blue_green", or leave `abort_when` out"#]),
            KindRule(
                .alarmUnusable, where: "all(values(abort_when), alarm => alarm.metric in \(metrics))",
                field: "abort_when",
                message:
                    "'${filter(values(abort_when), alarm => not (alarm.metric in \(metrics)))[0].metric}' is no metric "
                    + "that endpoints measure",
                help: ["use one of " + metricNames]),
            KindRule(
                .alarmUnusable, where: "all(values(abort_when), alarm => alarm.above != null or alarm.below != null)",
                field: "abort_when", message: "an alarm has no bound that could be crossed",
                help: ["give it `above`, `below` or both"]),
            KindRule(
                .noSpan, where: "watch > 0s", field: "watch", message: "a version cannot be watched for ${watch}",
                help: [
                    "give it a time longer than nothing", #"set strategy: "replace" for a version that is not watched"#
                ]),
            KindRule(
                .noSpan, where: "start_timeout > 0s", field: "start_timeout",
                message: "no model starts within ${start_timeout}", help: ["give it a time longer than nothing"])
        ],
        lacks: [
            KindLack(
                "source",
                "the code of a function needs a service that runs it when it is called, and this platform has none",
                help: ["serve a model, or run the code by a step"])
        ])

    private static let metricNames = DeployAlarm.Metric.allCases.map(\.rawValue).joined(separator: ", ")
    private static let metrics = Value.list(DeployAlarm.Metric.allCases.map { .string($0.rawValue) }).literal
}
