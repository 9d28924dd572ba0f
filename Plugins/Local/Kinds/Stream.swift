// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// `local.Stream`: events in order, in a SQLite database.
struct Stream: FolderKind {
    static let schema = ResourceKindSchema(
        name: "local.Stream",
        doc: "Events in order, in a SQLite database, which can be read again for a while",
        example: """
            resource events: local.Stream { retention: 7d }
            """,
        fields: [
            .thingName,
            .optional(
                "retention", .duration, default: .duration(.seconds(86_400)), "how long events can be read again"),
            .labels
        ],
        outputs: [
            .id,
            .output("name", .string, "the stream's name"),
            .output("path", .string, "the database's file, made with its first event")
        ],
        facets: ["EventLog"], isListable: true, isListedWhole: true, rules: [.thingName])

    let platform: Platform

    func folder(of thing: Thing) -> String { "streams/" + thing.id }

    func file(of thing: Thing) -> String { path(of: thing) + "/events.db" }

    func facet(_ name: String, of thing: Thing) async throws(CallError) -> (any Facet)? {
        guard name == "EventLog" else { return nil }
        return StreamEvents(
            path: file(of: thing), retention: thing.inputs["retention"]?.duration ?? .seconds(86_400),
            platform: platform)
    }

    func outputs(of thing: Thing) -> ObjectValue {
        [
            "id": .string(thing.id), "name": .string(thing.name ?? thing.id), "path": .string(file(of: thing))
        ]
    }
}
