// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let http = StepKindSchema(
        name: "Http",
        doc: "Sends one HTTP request",
        example: #"step ask: Http { method: "POST", url: endpoint.url, body: { customer: 7 } }"#,
        fields: [
            .optional(
                "method", .string, default: "GET", "the method",
                allowed: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
            FieldSchema(
                "url", .url, "the address; what stands in ${ } is percent-encoded",
                example: "https://example.com/health"),
            .optional("headers", .map(.any), default: [:], "texts and secrets by name"),
            .optional("body", .any, default: nil, "a text as it is, anything else as JSON; null: none"),
            .optional(
                "expect_status", .list(.int), default: [], "the statuses that are no failure; none: 200 to 299"),
            .optional("timeout", .duration, default: .duration(.seconds(30)), "how long an answer may take")
        ],
        outputs: [
            .output("status", .int, "the status of the answer"),
            .output("body", .any, "the answer: read where it is JSON, else its text")
        ],
        rules: [
            KindRule(
                .noSpan, where: "timeout > 0s", field: "timeout", message: "nobody answers within ${timeout}",
                help: ["give it a time longer than nothing"])
        ])
}
