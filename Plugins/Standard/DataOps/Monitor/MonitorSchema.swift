// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let monitor = StepKindSchema(
        name: "Monitor",
        doc: "Looks at what a thing measures, and says which bounds are crossed; that they are is a result",
        example:
            #"step look: Monitor { of: endpoint, checks: { slow: { metric: "latency_p95", above: 0.5, over: 10m } } }"#,
        fields: [
            FieldSchema("of", .any, "a thing that is measured, such as a stream, a function or a tracker"),
            .optional(
                "checks", .map(.named("Alarm")), default: [:],
                "bounds by name; each metric is that of its own `over`"),
            .optional(
                "window", .duration, default: .duration(.seconds(3600)), "over how long the output `metrics` is taken"),
            .optional(
                "baseline", .optional(.table), default: nil, "rows that what comes in is compared with")
        ],
        outputs: [
            .output("alarms", .map(.bool), "whether the bound of each check is crossed"),
            .output("metrics", .map(.float), "what was measured of the thing"),
            .output("reasons", .list(.string), "in words, which bounds are crossed")
        ],
        placement: "of", facets: ["MetricSource"],
        rules: [
            KindRule(
                .noSpan, where: "window >= 1m", field: "window", message: "nothing is measured within ${window}",
                help: ["give it a minute or more"])
        ],
        lacks: [
            KindLack(
                "baseline", "what comes in is not compared with rows yet: metrics alone are held to bounds",
                help: ["compare tables by an Expect step"])
        ])
}
