// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What a kind of trigger takes, and what it tells the workflow that it starts.
package struct TriggerContract: Sendable {
    /// The word behind `on`.
    package let word: String
    /// How it is written, with its parts in capitals.
    package let form: String
    /// One line about it.
    package let doc: String
    package let example: String
    /// The fields in braces, without `with`.
    package let options: [FieldSchema]
    /// What `event` has, by form: a trigger that waits for different things tells different things of them.
    package let events: [(form: TriggerForm, fields: [FieldSchema])]

    package static func of(_ word: String) -> TriggerContract? { all.first { $0.word == word } }

    /// The field that gives parameters to the run.
    package static let with = FieldSchema.optional(
        "with", .object, default: .object([:]),
        "the parameters of the run, in which `event` is what happened; `event` alone goes to a parameter of that name")

    static func word(of form: TriggerForm) -> String {
        all.first { $0.events.contains { $0.form == form } }?.word ?? ""
    }

    func event(_ form: TriggerForm) -> [FieldSchema] {
        Self.common + (events.first { $0.form == form }?.fields ?? [])
    }

    /// What every event has.
    package static let common: [FieldSchema] = [
        .output("trigger", .string, "the trigger, as the records name it"),
        .output("time", .time, "when it was due or was seen"),
        .output("date", .date, "the day of that time, of a schedule in its zone")
    ]
}

/// What a trigger waits for, as the text alone tells.
package enum TriggerForm: String, Sendable, Hashable {
    case schedule
    case files = "files"
    case objects = "objects"
    case table = "a table"
    case drift
    case condition = "a condition"
    case tracked = "a tracked run"
    case measured = "a thing that is measured"
    case webhook
    case workflow
}

extension TriggerContract {
    private static func every(_ seconds: Int, _ doc: String) -> FieldSchema {
        .optional("every", .duration, default: .duration(.seconds(seconds)), doc)
    }

    /// In the order in which `explain on` lists them.
    package static let all: [TriggerContract] = [schedule, data, drift, metric, webhook, workflow]

    private static let schedule = TriggerContract(
        word: "schedule", form: "on schedule \"MINUTE HOUR DAY MONTH WEEKDAY\" { FIELD: VALUE }",
        doc: "At times of the day, by the clock on the wall of a time zone",
        example: "on schedule \"30 2 * * MON-FRI\" { zone: \"Europe/Berlin\", with: { day: event.date } }",
        options: [
            .optional("zone", .string, default: "UTC", "the time zone by its IANA name, such as Europe/Berlin"),
            .optional(
                "missed", .string, default: "run_once", "what becomes of times that passed while nobody served them",
                allowed: ["run_once", "skip", "all"]),
            .optional(
                "missing", .string, default: "shift",
                "a time that a change of the clocks leaves out: it shifts to the first moment behind the gap, or is skipped",
                allowed: ["shift", "skip"]),
            .optional(
                "doubled", .string, default: "once", "a time that a change of the clocks brings twice",
                allowed: ["once", "twice"])
        ],
        events: [(.schedule, [.output("zone", .string, "the schedule's time zone")])])

    private static let data = TriggerContract(
        word: "data", form: "on data \"PATH\" | STORE { FIELD: VALUE }",
        doc: "When a file or an object arrives, or a table has a new version",
        example: "on data \"incoming/*.csv\" { with: { file: event.path } }",
        options: [
            .optional("table", .optional(.string), default: .null, "the table of the store whose new versions count"),
            .optional("prefix", .string, default: "", "how the keys of the objects begin that count"),
            .optional(
                "settle", .duration, default: .duration(.seconds(2)),
                "how long a file must stay as it is before it counts as whole"),
            every(5, "how often is looked")
        ],
        events: [
            (
                .files,
                [
                    .output("path", .string, "the file's whole path"), .output("name", .string, "its name alone"),
                    .output("size", .size, "its size"), .output("digest", .string, "SHA-256 of its content"),
                    .output("modified", .time, "when it was changed last")
                ]
            ),
            (
                .objects,
                [
                    .output("key", .string, "the object's key"), .output("version", .string, "its version"),
                    .output("size", .size, "its size"), .output("modified", .time, "when it was changed last")
                ]
            ),
            (
                .table,
                [
                    .output("table", .table, "the table"), .output("version", .string, "its new version"),
                    .output("rows", .optional(.int), "how many rows it has, where that is known")
                ]
            )
        ])

    private static let drift = TriggerContract(
        word: "drift", form: "on drift { FIELD: VALUE }",
        doc: "When something of the module is not as it was recorded", example: "on drift { every: 6h }",
        options: [every(3600, "how often the platforms are asked")],
        events: [(.drift, [.output("resources", .list(.string), "the addresses of what differs")])])

    private static let metric = TriggerContract(
        word: "metric", form: "on metric CONDITION | THING { FIELD: VALUE }",
        doc: "When a condition becomes true, or a metric of a thing or of a tracked run crosses a threshold",
        example: "on metric tracking { metric: \"recall_at_10\", below: 0.2 }",
        options: [
            .optional("metric", .optional(.string), default: .null, "of a thing: the metric's name"),
            .optional(
                "experiment", .optional(.string), default: .null, "of a tracker: only runs of this experiment"),
            .optional("above", .optional(.float), default: .null, "of a thing: the value that must be exceeded"),
            .optional(
                "below", .optional(.float), default: .null, "of a thing: the value that must be fallen short of"),
            .optional(
                "over", .optional(.duration), default: .null,
                "of a thing that is measured: over how long, in whole minutes; 5 minutes where left out"),
            every(60, "how often is looked")
        ],
        events: [
            (.condition, []),
            (
                .tracked,
                [
                    .output("metric", .string, "the metric's name"), .output("value", .float, "its value"),
                    .output("run", .string, "the tracked run")
                ]
            ),
            (
                .measured,
                [.output("metric", .string, "the metric's name"), .output("value", .float, "its value")]
            )
        ])

    private static let webhook = TriggerContract(
        word: "webhook", form: "on webhook \"/PATH\" { secret: secret(\"NAME\") }",
        doc: "When a signed request comes to `converge serve --listen`",
        example: "on webhook \"/orders\" { secret: secret(\"ORDERS_KEY\"), with: { order: event.body } }",
        options: [
            FieldSchema("secret", .secret(.string), "what requests are signed with, by HMAC-SHA256"),
            .optional(
                "window", .duration, default: .duration(.seconds(300)),
                "how far a request's time stamp may be from the present"),
            .optional("largest", .size, default: .size(1 << 20), "the largest body, up to 16MiB")
        ],
        events: [
            (
                .webhook,
                [
                    .output("body", .any, "the body: JSON as values, anything else as text"),
                    .output("path", .string, "the path that was asked for")
                ]
            )
        ])

    private static let workflow = TriggerContract(
        word: "workflow", form: "on workflow NAME { FIELD: VALUE }", doc: "When a run of another workflow has ended",
        example: "on workflow load { status: \"failed\" }",
        options: [
            .optional(
                "status", .string, default: "succeeded", "how it must have ended",
                allowed: ["succeeded", "failed", "any"]),
            .optional(
                "recipe", .optional(.string), default: .null,
                "the recipe of a workflow that is declared elsewhere, whose name is then a text")
        ],
        events: [
            (
                .workflow,
                [
                    .output("workflow", .string, "the workflow's name"), .output("run", .string, "the run"),
                    .output("status", .string, "how it ended"), .output("outputs", .object, "the run's outputs")
                ]
            )
        ])
}
