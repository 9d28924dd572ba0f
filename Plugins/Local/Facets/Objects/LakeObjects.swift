// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The objects of a lake: an index in SQLite, and each content once in a file named by its digest.
///
/// A content's file has a name that no later content gets, and comes and goes with its row in the index; so a sweep
/// never takes a file that a write which runs at the same time has just found there.
struct LakeObjects: ObjectStore {
    static let pageSize = 1000

    /// The lake's folder.
    let folder: String
    /// The index's file.
    let index: String
    let isVersioned: Bool
    let retention: Duration
    let expiry: Duration?
    let platform: Platform

    private var now: Int64 { platform.services.clock.now().nanoseconds }

    func database() async throws(CallError) -> any Database {
        try await platform.databases.database(index, schema: ObjectIndex.schema)
    }

    func check(key: String) throws(CallError) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) || key.utf8.contains(0) {
            throw CallError(
                .invalid, "an object cannot have the key '\(key)'",
                notes: ["a key is parts with slashes between them; no part is empty, '.' or '..'"])
        }
    }

    func put(_ request: PutObjectRequest) async throws(CallError) -> ObjectVersion {
        try checkCancellation()
        try check(key: request.key)
        let database = try await database()
        let known = try await database.read([ObjectIndex.written(by: request.context.token, key: request.key)])
        if let row = known.first?.rows.first { return try ObjectIndex.version(row) }

        // The same token gives the same file again, so that a killed write leaves nothing behind once it is repeated.
        let mark = platform.services.hashing.sha256(Array("\(request.context.token) \(request.key)".utf8))
        let incoming = folder + "/objects/incoming-" + hexadecimal(mark).prefix(16)
        try LocalFiles.makeFolder(folder + "/objects")
        let (digest, size) = try LocalFiles.copy(
            request.path, to: incoming, digest: platform.services.hashing.sha256())
        let file = String("\(digest.prefix(2))/\(digest)-\(hexadecimal(mark).prefix(8))")
        try LocalFiles.makeFolder(folder + "/objects/" + digest.prefix(2))
        try LocalFiles.rename(incoming, to: folder + "/objects/" + file)
        try LocalFiles.syncFolder(folder + "/objects/" + digest.prefix(2))

        let now = now
        let results = try await database.write(
            sweeping(at: now)
                + ObjectIndex.adding(
                    key: request.key, digest: digest, size: size, file: file, token: request.context.token, at: now,
                    keepsOld: isVersioned) + [ObjectIndex.releasing])
        try removeFiles(released: results.last)
        let keptFile = try await database.read([ObjectIndex.file(of: digest)]).first?.rows.first?.first?.string
        if keptFile != file { try LocalFiles.remove(folder + "/objects/" + file) }
        if let keptFile { try relink(request.key, to: keptFile) }
        let written = try await database.read([ObjectIndex.written(by: request.context.token, key: request.key)])
        guard let row = written.first?.rows.first else { throw .noSuchObject(request.key) }
        return try ObjectIndex.version(row)
    }

    func find(_ key: String, version: String?, _ database: any Database) async throws(CallError) -> [Value]? {
        let statement =
            if let version {
                ObjectIndex.object(key, version: Int64(version) ?? 0)
            } else {
                ObjectIndex.current(key, writtenAfter: oldestAlive(at: now))
            }
        return try await database.read([statement]).first?.rows.first
    }

    func get(_ request: GetObjectRequest) async throws(CallError) -> ObjectVersion {
        try checkCancellation()
        try check(key: request.key)
        let database = try await database()
        guard let row = try await find(request.key, version: request.version, database), let file = row.last?.string
        else { throw .noSuchObject(request.key) }
        let partial = request.path + ".partial"
        _ = try LocalFiles.copy(folder + "/objects/" + file, to: partial, digest: nil)
        try LocalFiles.rename(partial, to: request.path)
        return try ObjectIndex.version(row)
    }

    func list(_ request: ListObjectsRequest) async throws(CallError) -> ObjectPage {
        try checkCancellation()
        let results = try await database().read([
            ObjectIndex.page(
                prefix: request.prefix, after: request.pageToken, writtenAfter: oldestAlive(at: now),
                limit: Self.pageSize)
        ])
        var objects: [ObjectVersion] = []
        for row in results.first?.rows ?? [] { objects.append(try ObjectIndex.version(row)) }
        return ObjectPage(objects: objects, nextPageToken: objects.count == Self.pageSize ? objects.last?.key : nil)
    }

    func delete(_ request: DeleteObjectRequest) async throws(CallError) {
        try checkCancellation()
        try check(key: request.key)
        let now = now
        let results = try await database().write(
            sweeping(at: now) + [ObjectIndex.ending(request.key, at: now), ObjectIndex.releasing])
        try removeFiles(released: results.last)
        try LocalFiles.remove(link(to: request.key).folder)
    }

    /// Objects written before are expired.
    private func oldestAlive(at now: Int64) -> Int64 {
        expiry.map { now.subtractingClamped($0.wholeNanoseconds) } ?? .min
    }

    private func sweeping(at now: Int64) -> [DatabaseStatement] {
        let kept = now.subtractingClamped(retention.wholeNanoseconds)
        return (expiry.map { [ObjectIndex.expiring(after: $0, at: now)] } ?? [])
            + ObjectIndex.forgetting(endedBefore: kept)
    }

    private func removeFiles(released: DatabaseResult?) throws(CallError) {
        for row in released?.rows ?? [] {
            if let file = row.first?.string { try LocalFiles.remove(folder + "/objects/" + file) }
        }
    }
}

extension Int64 {
    fileprivate func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other > 0 ? .min : .max) : difference
    }
}
