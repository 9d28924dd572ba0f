// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// `local.Tracker`: runs with their parameters and metrics, and the registry of models, in a SQLite database.
struct Tracker: FolderKind {
    static let schema = ResourceKindSchema(
        name: "local.Tracker",
        doc: "A record of training runs and a registry of models; files are kept in the project's store of artifacts",
        example: """
            resource runs: local.Tracker {}
            """,
        fields: [.thingName, .labels],
        outputs: [
            .id,
            .output("name", .string, "the tracker's name"),
            .output("path", .string, "the database's file, made with its first run or model"),
            .output("url", .string, "the file as an address"),
        ],
        facets: ["ExperimentTracker", "ModelRegistry"], isListable: true)

    let platform: Platform

    func folder(of thing: Thing) -> String { "trackers/" + thing.id }

    func file(of thing: Thing) -> String { path(of: thing) + "/tracking.db" }

    func outputs(of thing: Thing) -> ObjectValue {
        let file = file(of: thing)
        return [
            "id": .string(thing.id), "name": .string(thing.name ?? thing.id), "path": .string(file),
            "url": .string(LocalFiles.url(of: file)),
        ]
    }
}
