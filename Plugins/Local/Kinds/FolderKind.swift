// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A kind whose things are folders below the connection's own.
protocol FolderKind: LocalKind {
    var platform: Platform { get }

    /// The thing's folder, relative to the connection's.
    func folder(of thing: Thing) -> String
}

extension FolderKind {
    /// The thing's folder, absolute.
    func path(of thing: Thing) -> String { platform.folder + "/" + folder(of: thing) }

    func make(_ thing: Thing, context: CallContext) async throws(CallError) -> ObjectValue {
        try LocalFiles.makeFolder(path(of: thing))
        return [:]
    }

    func remove(_ thing: Thing, context: CallContext) async throws(CallError) {
        let path = path(of: thing)
        platform.databases.forget(below: path)
        try LocalFiles.discardFolder(path)
    }

    func isThere(_ thing: Thing) throws(CallError) -> Bool { try LocalFiles.isFolder(path(of: thing)) }
}

extension KindRule {
    /// What `ThingName` takes, told before anything is made.
    static let thingName = KindRule(
        .wrongThingName,
        where:
            "name == null or length(name) in range(1, 64) and not starts_with(name, \"-\") and all(characters(name), "
            + "c => c in characters(\"abcdefghijklmnopqrstuvwxyz0123456789-_\"))",
        field: "name", message: "'${name ?? \"\"}' cannot be a name on the local platform",
        help: ["use 1 to 63 small letters, digits, '-' or '_', no '-' first, or leave the name out"])
}

extension FieldSchema {
    /// The name of a thing; one that tells where it is declared when left out.
    static let thingName: FieldSchema = {
        var field = FieldSchema(
            "name", .optional(.string),
            "1 to 63 lower-case letters, digits, '-' or '_'; when left out, made from environment, module and address",
            presence: .optional(defaultValue: .null), change: .replaces, example: "shop")
        field.isUnique = true
        return field
    }()

    static let labels = FieldSchema.optional("labels", .map(.string), default: [:], "words kept with the thing")

    static let id = FieldSchema.output("id", .string, "made once, never changing")
}
