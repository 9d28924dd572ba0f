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
        fields: [
            .thingName,
            FieldSchema(
                "artifacts", .optional(.string),
                "the id of a local.Lake that gets a copy of the files of runs and models; null: none",
                presence: .optional(defaultValue: .null), change: .replaces),
            .labels
        ],
        outputs: [
            .id,
            .output("name", .string, "the tracker's name"),
            .output("path", .string, "the database's file, made with its first run or model"),
            .output("url", .string, "the file as an address")
        ],
        facets: ["ExperimentTracker", "ModelRegistry", "MetricSource"], isListable: true, isListedWhole: true,
        rules: [.thingName])

    let platform: Platform

    func folder(of thing: Thing) -> String { "trackers/" + thing.id }

    func file(of thing: Thing) -> String { path(of: thing) + "/tracking.db" }

    func facet(_ name: String, of thing: Thing) async throws(CallError) -> (any Facet)? {
        let lake = try await lake(of: thing)
        return switch name {
        case "ExperimentTracker": TrackerRuns(path: file(of: thing), lake: lake, platform: platform)
        case "ModelRegistry": TrackerModels(path: file(of: thing), lake: lake, platform: platform)
        case "MetricSource": try await TrackerMetrics(path: file(of: thing), platform: platform)
        default: nil
        }
    }

    private func lake(of thing: Thing) async throws(CallError) -> LakeObjects? {
        guard let id = thing.inputs["artifacts"]?.string else { return nil }
        guard let lake = try await platform.catalog.thing(id, kind: Lake.schema.name) else {
            throw CallError(
                .notFound, "the lake that takes the files of this tracker is gone", help: ["plan again, and apply"])
        }
        return Lake(platform: platform).objects(of: lake)
    }

    func outputs(of thing: Thing) -> ObjectValue {
        let file = file(of: thing)
        return [
            "id": .string(thing.id), "name": .string(thing.name ?? thing.id), "path": .string(file),
            "url": .string(LocalFiles.url(of: file))
        ]
    }
}
