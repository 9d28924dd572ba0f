// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// `local.Warehouse`: a SQLite database.
struct Warehouse: FolderKind {
    static let schema = ResourceKindSchema(
        name: "local.Warehouse",
        doc: "A SQLite database for tables and SQL",
        example: """
            resource tables: local.Warehouse {}
            """,
        fields: [.thingName, .labels],
        outputs: [
            .id,
            .output("database", .string, "the name of the database: that of its file without `.db`"),
            .output("path", .string, "the database's file, made with its first table")
        ],
        facets: ["TableStore"], isListable: true, isListedWhole: true, rules: [.thingName])

    let platform: Platform

    /// Named by the id: a database that is open somewhere is never confused with the next one of the same name.
    func folder(of thing: Thing) -> String { "warehouses/" + thing.id }

    func file(of thing: Thing) -> String { path(of: thing) + "/" + (thing.name ?? thing.id) + ".db" }

    func tables(of thing: Thing) -> SQLiteTables {
        SQLiteTables(path: file(of: thing), location: thing.id, name: thing.name ?? thing.id, platform: platform)
    }

    func facet(_ name: String, of thing: Thing) async throws(CallError) -> (any Facet)? {
        name == "TableStore" ? tables(of: thing) : nil
    }

    func outputs(of thing: Thing) -> ObjectValue {
        [
            "id": .string(thing.id), "database": .string(thing.name ?? thing.id), "path": .string(file(of: thing))
        ]
    }
}
