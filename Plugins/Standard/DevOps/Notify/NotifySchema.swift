// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let notify = StepKindSchema(
        name: "Notify",
        doc: "Tells people something: those whom a MonitoringLogging names",
        example: #"step tell: Notify { to: desk, text: "the orders of today are loaded" }"#,
        fields: [
            FieldSchema("to", .named("MonitoringLogging"), "who is told"),
            FieldSchema("text", .string, "what they are told", example: "the orders of today are loaded"),
            .optional(
                "severity", .string, default: "info", "how much it matters",
                allowed: NoticeSeverity.allCases.map { .string($0.rawValue) })
        ],
        outputs: [], placement: "to", facets: ["Notifier"],
        rules: [
            KindRule(
                .noticeEmpty, where: #"text != """#, field: "text", message: "there is nothing to tell",
                help: [#"say it: text: "the load of ${event.date} failed""#])
        ])
}
