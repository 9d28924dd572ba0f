// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// `local.Notices`: who is told what, and a folder for logs; both are forgotten after a while.
struct Notices: FolderKind {
    static let schema = ResourceKindSchema(
        name: "local.Notices",
        doc:
            "Who is told what, by mail, requests, programs and files, and a folder for logs; both are forgotten after a while",
        example: """
            resource desk: local.Notices { receivers: { ops: "ops@example.com", book: "file:notices.log" } }
            """,
        fields: [
            .thingName,
            .optional(
                "retention", .duration, default: .duration(.seconds(30 * 86_400)),
                "how long notices and log files are kept"),
            .optional(
                "receivers", .map(.string), default: [:],
                "who is told, by name: an e-mail address, an https address, file:PATH or command:LINE"),
            .optional(
                "webhooks", .map(.secret(.string)), default: [:], "https addresses that are secrets, by name"),
            .optional(
                "signing", .optional(.secret(.string)), default: .null,
                "what requests are signed with, by HMAC-SHA256, as `on webhook` checks it"),
            .labels
        ],
        outputs: [
            .id,
            .output("name", .string, "its name"),
            .output("logs", .string, "the folder for logs, of which old files are removed"),
            .output("path", .string, "the database that says who was told what, made with the first notice")
        ],
        facets: ["Notifier"], isListable: true, isListedWhole: true,
        rules: [
            .thingName,
            KindRule(
                .wrongReceiver, where: "all(values(receivers), r => \(isReceiver))", field: "receivers",
                message: "'${filter(values(receivers), r => not (\(isReceiver)))[0]}' is nobody who could be told",
                help: [
                    #"name an address: "ops@example.com" or "https://example.com/hook""#,
                    #"write to a file or run a line of the shell: "file:notices.log", "command:notify-send Converge""#
                ])
        ])

    private static let isReceiver =
        #"(starts_with(r, "https://") or starts_with(r, "http://127.0.0.1:") or starts_with(r, "file:") and length(r) > 5 "#
        + #"or starts_with(r, "command:") and length(r) > 8 "#
        + #"or length(split(r, "@")) == 2 and all(characters(r), c => not (c in characters(" \t\n\u{d},;<>\"\\"))))"#

    let platform: Platform

    func folder(of thing: Thing) -> String { "notices/" + thing.id }

    func file(of thing: Thing) -> String { path(of: thing) + "/notices.db" }

    func make(_ thing: Thing, context: CallContext) async throws(CallError) -> ObjectValue {
        try LocalFiles.makeFolder(path(of: thing) + "/logs")
        return [:]
    }

    func facet(_ name: String, of thing: Thing) async throws(CallError) -> (any Facet)? {
        guard name == "Notifier" else { return nil }
        var receivers: [NoticeReceiver] = []
        for entry in thing.inputs["receivers"]?.object ?? [:] {
            receivers.append(NoticeReceiver(name: entry.key, place: NoticeReceiver.Place(entry.value)))
        }
        for entry in thing.inputs["webhooks"]?.object ?? [:] {
            receivers.append(NoticeReceiver(name: entry.key, place: .web(entry.value)))
        }
        return LocalNotifier(
            path: file(of: thing), logs: path(of: thing) + "/logs",
            retention: thing.inputs["retention"]?.duration ?? .seconds(30 * 86_400), receivers: receivers,
            signing: thing.inputs["signing"].flatMap { $0.isNull ? nil : $0 }, platform: platform)
    }

    func outputs(of thing: Thing) -> ObjectValue {
        [
            "id": .string(thing.id), "name": .string(thing.name ?? thing.id),
            "logs": .string(path(of: thing) + "/logs"), "path": .string(file(of: thing))
        ]
    }
}
