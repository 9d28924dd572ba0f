// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The tables of a Glue database, with statements executed by an Athena work group.
///
/// A table that is made here is a folder of files in S3 and an entry of the catalog. A new content is written into a
/// folder of its own, and one call to the catalog points the table there: readers see the old rows or the new ones. The
/// entry's parameters tell which operation wrote last, so that a repeat does nothing and the version changes with the
/// rows. Athena does not tell which tables a statement reads.
struct AthenaTables: TableStore {
    let client: AWSClient
    let services: any HostServices
    let workGroup: String
    let database: String
    /// Where the files of tables lie; nil where neither the work group nor its results have a place.
    var files: StoragePrefix?

    var dialect: SQLDialect { SQLDialect(name: "athena") }
    var catalog: GlueCatalog { GlueCatalog(client: client, database: database) }

    func describe(_ table: String, context: CallContext) async throws(CallError) -> TableDescription? {
        try checkCancellation()
        return try await catalog.table(table, context)?.description
    }

    func drop(_ table: String, context: CallContext) async throws(CallError) {
        try checkCancellation()
        guard let entry = try await catalog.table(table, context) else { return }
        try await catalog.remove(table, context)
        try await removeFiles(of: entry, context)
    }

    func mount(_ table: Reference, context: CallContext) async throws(CallError) -> Reference {
        try checkCancellation()
        guard let other = GlueCatalog.database(at: table.attributes["location"]?.string) else {
            throw CallError(
                .unsupported(feature: "mount"), "Athena reads tables of its own catalog alone",
                help: ["copy the table here: Copy { from: …, to: … }"])
        }
        if other == database { return table }
        // A text names tables of this database; a view here stands for the one there.
        let name = String("converge_\(other)_\(table.name)".prefix(128))
        try check(table: name)
        let parts = [other, table.name].map(dialect.identifier).joined(separator: ".")
        _ = try await run(context).execute(
            SQLStatement("CREATE OR REPLACE VIEW \(dialect.identifier(name)) AS\nSELECT * FROM \(parts)"), token: nil)
        var mounted = table
        mounted.name = name
        return mounted
    }

    /// Names that Hive and the catalog take.
    func check(table: String) throws(CallError) {
        let isGood =
            !table.isEmpty && table.utf8.count <= 128
            && table.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        if !isGood {
            throw CallError(
                .invalid, "a table of Athena cannot have the name '\(table)'",
                notes: ["it takes small letters, digits and '_'"])
        }
    }

    // MARK: Files

    /// The folder for the content that an operation writes.
    func folder(of table: String, _ context: CallContext) throws(CallError) -> StoragePrefix {
        guard let files else {
            throw CallError(
                .unsupported(feature: "tables"), "the work group '\(workGroup)' does not say where files go",
                help: [#"give it tables: "s3://BUCKET/FOLDER/""#])
        }
        return files.inside("\(database)/\(table)/\(context.token.text)/")
    }

    func bucket(of place: StoragePrefix) -> BucketObjects {
        BucketObjects(client: client, services: services, bucket: place.bucket)
    }

    /// Removes all files of a folder.
    func clear(_ place: StoragePrefix, _ context: CallContext) async throws(CallError) {
        try await bucket(of: place).clear(place.prefix, context)
    }

    /// Removes the files that a table had, where it was made here.
    func removeFiles(of entry: GlueTable, _ context: CallContext) async throws(CallError) {
        guard entry.token != nil, let place = entry.location, let files, place.bucket == files.bucket,
            place.prefix.hasPrefix(files.prefix)
        else { return }
        try await clear(place, context)
    }
}
