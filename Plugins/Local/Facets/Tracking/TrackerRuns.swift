// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Runs of training and evaluation in a tracker's database.
struct TrackerRuns: ExperimentTracker {
    /// The database's file.
    let path: String
    /// Where files are copied to beside the project's store of artifacts; nil for nowhere.
    let lake: LakeObjects?
    let platform: Platform

    private static let columns = "id, experiment, name, status, started, ended"

    private func database() async throws(CallError) -> any Database {
        try await platform.databases.database(path, schema: TrackingSchema.statements)
    }

    func begin(_ request: BeginRunRequest) async throws(CallError) -> TrackedRun {
        try checkCancellation()
        let tags = ObjectValue(request.tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
        let result = try await database().write([
            DatabaseStatement(
                """
                insert into runs (id, experiment, name, status, tags, started, token) values (?, ?, ?, 'running', ?, ?, ?)
                on conflict (token) do update set token = excluded.token returning \(Self.columns)
                """,
                [
                    .string(platform.id(madeBy: request.context.token)), .string(request.experiment),
                    .string(request.name), .string(Value.object(tags).json()),
                    .int(platform.services.clock.now().nanoseconds), .string(request.context.token.text)
                ])
        ])
        guard let row = result.first?.rows.first else { throw .unreadableTracker }
        return try await run(row)
    }

    func record(_ request: RecordRequest) async throws(CallError) {
        try checkCancellation()
        let run = Value.string(request.run)
        let database = try await database()
        try await checkExists(request.run, database)
        var statements: [DatabaseStatement] = []
        for entry in request.parameters {
            statements.append(
                DatabaseStatement(
                    "insert or replace into parameters (run, name, value) values (?, ?, ?)",
                    [run, .string(entry.key), .string(entry.value.json())]))
        }
        for metric in request.metrics {
            statements.append(
                DatabaseStatement(
                    "insert or replace into metrics (run, name, step, value, time) values (?, ?, ?, ?, ?)",
                    [
                        run, .string(metric.name), .int(metric.step),
                        metric.value.isNaN ? .null : .float(metric.value), .int(metric.time.nanoseconds)
                    ]))
        }
        for (name, artifact) in request.artifacts.sorted(by: { $0.key < $1.key }) {
            try await lake?.store(artifact, under: "runs/\(request.run)/\(name)", context: request.context)
            statements.append(
                DatabaseStatement(
                    "insert or replace into artifacts (run, name, digest, size) values (?, ?, ?, ?)",
                    [run, .string(name), .string(artifact.digest), .int(artifact.size)]))
        }
        if !statements.isEmpty { _ = try await database.write(statements) }
    }

    func end(_ request: EndRunRequest) async throws(CallError) {
        try checkCancellation()
        let database = try await database()
        try await checkExists(request.run, database)
        _ = try await database.write([
            DatabaseStatement(
                "update runs set status = ?, ended = coalesce(ended, ?) where id = ?",
                [
                    .string(request.status.rawValue), .int(platform.services.clock.now().nanoseconds),
                    .string(request.run)
                ])
        ])
    }

    func search(_ request: SearchRunsRequest) async throws(CallError) -> [TrackedRun] {
        try checkCancellation()
        let condition = request.experiment == nil ? "" : "where experiment = ?"
        let experiment: [Value] = request.experiment.map { [.string($0)] } ?? []
        let result = try await database().read([
            DatabaseStatement(
                "select \(Self.columns) from runs \(condition) order by started desc, id limit ?",
                experiment + [.int(Int64(max(0, request.limit)))])
        ])
        var runs: [TrackedRun] = []
        for row in result.first?.rows ?? [] { runs.append(try await run(row)) }
        return runs
    }

    private func checkExists(_ run: String, _ database: any Database) async throws(CallError) {
        let found = try await database.read([DatabaseStatement("select 1 from runs where id = ?", [.string(run)])])
        if found.first?.rows.isEmpty ?? true {
            throw CallError(.notFound, "the tracker has no run '\(run)'")
        }
    }

    /// A run with its parameters and the last value of each metric.
    private func run(_ row: [Value]) async throws(CallError) -> TrackedRun {
        guard row.count == 6, let id = row[0].string, let experiment = row[1].string, let name = row[2].string,
            let status = row[3].string.flatMap(TrackedRunStatus.init), let started = row[4].int
        else { throw .unreadableTracker }
        let results = try await database().read([
            DatabaseStatement("select name, value from parameters where run = ? order by name", [.string(id)]),
            // Of a group with `max`, SQLite takes the other columns from the row that has the greatest.
            DatabaseStatement("select name, value, max(step) from metrics where run = ? group by name", [.string(id)])
        ])
        guard results.count == 2 else { throw .unreadableTracker }
        var run = TrackedRun(
            id: id, experiment: experiment, name: name, status: status, parameters: [:], metrics: [:],
            started: Timestamp(nanoseconds: started), ended: row[5].int.map { Timestamp(nanoseconds: $0) })
        for row in results[0].rows {
            guard row.count == 2, let name = row[0].string, let text = row[1].string, let value = try? Value(json: text)
            else { throw .unreadableTracker }
            run.parameters[name] = value
        }
        for row in results[1].rows {
            guard row.count == 3, let name = row[0].string else { throw .unreadableTracker }
            run.metrics[name] = .float(row[1].number ?? .nan)
        }
        return run
    }
}

extension CallError {
    static var unreadableTracker: CallError {
        CallError(.failed, "the tracker's database holds a row that cannot be read")
    }
}
