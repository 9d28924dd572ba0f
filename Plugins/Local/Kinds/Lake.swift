// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// `local.Lake`: a folder of content-addressed objects, and of tables in a SQLite database.
struct Lake: FolderKind {
    static let schema = ResourceKindSchema(
        name: "local.Lake",
        doc: "A folder of objects and tables that only its owner may enter",
        example: """
            resource files: local.Lake { versioned: true, retention: 30d }
            """,
        fields: [
            .thingName,
            .optional("versioned", .bool, default: false, "earlier versions of an object stay readable"),
            .optional(
                "retention", .duration, default: .duration(.days(7)),
                "how long deleted objects and earlier versions are kept"),
            .optional(
                "expire_after", .optional(.duration), default: .null,
                "objects are deleted that long after their last write; null: never"),
            .labels
        ],
        outputs: [
            .id,
            .output("name", .string, "the folder's name"),
            .output("path", .string, "the folder"),
            .output("url", .string, "the folder as a file address")
        ],
        facets: ["ObjectStore", "TableStore"], isListable: true, isListedWhole: true, rules: [.thingName])

    let platform: Platform

    func folder(of thing: Thing) -> String { "lakes/" + (thing.name ?? thing.id) }

    /// The database of the lake's tables. Named by the id: one that is open somewhere is never confused with that of
    /// the next lake of the same name.
    func tables(of thing: Thing) -> SQLiteTables {
        SQLiteTables(
            path: path(of: thing) + "/tables-" + thing.id + ".db", location: thing.id, name: thing.name ?? thing.id,
            platform: platform)
    }

    func objects(of thing: Thing) -> LakeObjects {
        LakeObjects(
            folder: path(of: thing), index: path(of: thing) + "/objects-" + thing.id + ".db",
            isVersioned: thing.inputs["versioned"]?.bool ?? false,
            retention: thing.inputs["retention"]?.duration ?? .days(7), expiry: thing.inputs["expire_after"]?.duration,
            platform: platform)
    }

    func facet(_ name: String, of thing: Thing) async throws(CallError) -> (any Facet)? {
        switch name {
        case "ObjectStore": objects(of: thing)
        case "TableStore": tables(of: thing)
        default: nil
        }
    }

    func outputs(of thing: Thing) -> ObjectValue {
        let path = path(of: thing)
        return [
            "id": .string(thing.id), "name": .string(thing.name ?? thing.id), "path": .string(path),
            "url": .string(LocalFiles.url(of: path))
        ]
    }
}

extension Duration {
    static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
