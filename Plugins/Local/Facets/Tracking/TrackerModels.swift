// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Named models with versions and aliases in a tracker's database; their files are in the project's store.
struct TrackerModels: ModelRegistry {
    /// The database's file.
    let path: String
    /// Where files are copied to beside the project's store of artifacts; nil for nowhere.
    let lake: LakeObjects?
    let platform: Platform

    private func database() async throws(CallError) -> any Database {
        try await platform.databases.database(path, schema: TrackingSchema.statements)
    }

    func register(_ request: RegisterModelRequest) async throws(CallError) -> RegisteredModel {
        try checkCancellation()
        let name = Value.string(request.name)
        let token = Value.string(request.context.token.text)
        let digest = Value.string(request.package.digest)
        if request.name.isEmpty { throw CallError(.invalid, "a model needs a name") }
        try await lake?.store(
            request.package, under: "models/\(request.name)/\(request.package.digest)", context: request.context)
        let results = try await database().write([
            DatabaseStatement(
                """
                insert into models (name, version, digest, run, metrics, token, registered)
                select ?, (select coalesce(max(version), 0) + 1 from models where name = ?), ?, ?, ?, ?, ?
                where not exists (select 1 from models where name = ? and token = ?)
                  and ? is not (select digest from models where name = ? order by version desc limit 1)
                """,
                [
                    name, name, digest, request.run.map { .string($0) } ?? .null,
                    .string(Value.object(request.metrics).json()), token,
                    .int(platform.services.clock.now().nanoseconds), name, token, digest, name
                ]),
            DatabaseStatement(
                "select version from models where name = ? order by token = ? desc, version desc limit 1", [name, token]
            )
        ])
        guard let version = results.last?.rows.first?.first?.int,
            let model = try await model(request.name, "version = ?", [.int(version)])
        else { throw .unreadableTracker }
        return model
    }

    func alias(_ request: AliasRequest) async throws(CallError) {
        try checkCancellation()
        let name = Value.string(request.name)
        let alias = Value.string(request.alias)
        let version = Value.int(request.version)
        let results = try await database().write([
            DatabaseStatement(
                """
                insert into aliases (name, alias, version)
                select ?, ?, ? where exists (select 1 from models where name = ? and version = ?)
                  and coalesce((select version from aliases where name = ? and alias = ?), 0) in (?, ?)
                on conflict (name, alias) do update set version = excluded.version
                """,
                [name, alias, version, name, version, name, alias, .int(request.expected ?? 0), version]),
            DatabaseStatement("select 1 from models where name = ? and version = ?", [name, version]),
            DatabaseStatement("select version from aliases where name = ? and alias = ?", [name, alias])
        ])
        guard results.count == 3 else { throw .unreadableTracker }
        if results[1].rows.isEmpty {
            throw CallError(.notFound, "the model '\(request.name)' has no version \(request.version)")
        }
        let now = results[2].rows.first?.first?.int
        if now != request.version { throw .movedAlias(request, now: now) }
    }

    func model(_ request: ModelRequest) async throws(CallError) -> RegisteredModel? {
        try checkCancellation()
        switch request.choice {
        case .version(let version): return try await model(request.name, "version = ?", [.int(version)])
        case .newest: return try await model(request.name, "true", [])
        case .alias(let alias):
            return try await model(
                request.name, "version = (select version from aliases where name = ? and alias = ?)",
                [.string(request.name), .string(alias)])
        @unknown default: throw CallError(.unsupported(feature: "choice"), "this choice of a model is not known here")
        }
    }

    /// The newest version of a model for which a condition holds.
    private func model(
        _ name: String, _ condition: String, _ parameters: [Value]
    ) async throws(CallError) -> RegisteredModel? {
        let results = try await database().read([
            DatabaseStatement(
                """
                select version, digest, run, metrics from models where name = ? and \(condition)
                order by version desc limit 1
                """, [.string(name)] + parameters),
            DatabaseStatement("select alias, version from aliases where name = ? order by alias", [.string(name)])
        ])
        guard results.count == 2 else { throw .unreadableTracker }
        guard let row = results[0].rows.first else { return nil }
        guard row.count == 4, let version = row[0].int, let digest = row[1].string, let metrics = row[3].storedObject
        else { throw .unreadableTracker }
        let path = await platform.services.files.path(ofDigest: digest)
        let aliases = results[1].rows.filter { $0.last?.int == version }.compactMap { $0.first?.string }
        return RegisteredModel(
            name: name, version: version, digest: digest, path: path, metrics: metrics, run: row[2].string,
            aliases: aliases)
    }
}
