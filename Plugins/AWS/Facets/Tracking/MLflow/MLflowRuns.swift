// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Runs in an MLflow tracking server.
///
/// A run is found again by the token of its operation, which is a tag. MLflow keeps a number that comes twice with the
/// same time and step once, and refuses another value of a parameter that it has.
struct MLflowRuns: ExperimentTracker {
    /// MLflow takes so many of them in one call.
    static let largestMetrics = 1000
    static let largestParameters = 100

    let server: MLflowServer
    var services: any HostServices { server.services }

    func begin(_ request: BeginRunRequest) async throws(CallError) -> TrackedRun {
        try checkCancellation()
        let experiment = try await experiment(request.experiment)
        let token = request.context.token.text
        let found = try await server.call(
            "runs/search",
            [
                "experiment_ids": [.string(experiment)], "max_results": 1, "run_view_type": "ACTIVE_ONLY",
                "filter": .string("tags.`\(MLflowTag.token)` = '\(token)'")
            ])
        if let run = found["runs"]?.list?.first?.object { return try self.run(told: run, request.experiment) }
        let tags = request.tags.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let made = try await server.call(
            "runs/create",
            [
                "experiment_id": .string(experiment), "run_name": .string(request.name),
                "start_time": .int(Self.milliseconds(services.clock.now())),
                "tags": MLflowTag.list(tags + [(MLflowTag.token, token)])
            ])
        guard let run = made["run"]?.object else { throw server.fault("runs/create", "it has no run") }
        return try self.run(told: run, request.experiment)
    }

    /// The experiment of a name; it is made where there is none.
    private func experiment(_ name: String) async throws(CallError) -> String {
        if let known = try await known(name) { return known }
        do throws(CallError) {
            let made = try await server.call("experiments/create", ["name": .string(name)])
            if let id = made["experiment_id"]?.string { return id }
        } catch  where error.reason == .conflict {
            // Somebody else made it in between.
            if let known = try await known(name) { return known }
        }
        throw server.fault("experiments/create", "it has no experiment_id")
    }

    /// Nil where there is none.
    private func known(_ name: String) async throws(CallError) -> String? {
        let told: ObjectValue
        do throws(CallError) {
            told = try await server.call("experiments/get-by-name", query: [("experiment_name", name)])
        } catch  where error.reason == .notFound {
            return nil
        }
        guard let experiment = told["experiment"]?.object, let id = experiment["experiment_id"]?.string else {
            throw server.fault("experiments/get-by-name", "it has no experiment_id")
        }
        if experiment["lifecycle_stage"] == "deleted" {
            throw CallError(
                .conflict, "MLflow keeps an experiment '\(name)' that was deleted",
                help: ["mlflow experiments restore --experiment-id \(id)    brings it back"])
        }
        return id
    }

    func end(_ request: EndRunRequest) async throws(CallError) {
        try checkCancellation()
        let status: String =
            switch request.status {
            case .running: "RUNNING"
            case .finished: "FINISHED"
            case .failed: "FAILED"
            }
        let info = try await told(request.run)["info"]?.object ?? [:]
        if info["status"]?.string == status { return }
        var change: ObjectValue = ["run_id": .string(request.run), "status": .string(status)]
        if request.status != .running { change["end_time"] = .int(Self.milliseconds(services.clock.now())) }
        _ = try await server.call("runs/update", change)
    }

    func search(_ request: SearchRunsRequest) async throws(CallError) -> [TrackedRun] {
        try checkCancellation()
        var names: [String: String] = [:]
        if let name = request.experiment {
            guard let id = try await known(name) else { return [] }
            names[id] = name
        } else {
            for item in try await all("experiments/search", ["max_results": 1000], "experiments", limit: .max) {
                guard let id = item["experiment_id"]?.string else { continue }
                names[id] = item["name"]?.string ?? id
            }
        }
        if names.isEmpty || request.limit <= 0 { return [] }
        let found = try await all(
            "runs/search",
            [
                "experiment_ids": .list(names.keys.sorted().map { .string($0) }), "run_view_type": "ACTIVE_ONLY",
                "max_results": .int(Int64(min(request.limit, 1000))),
                "order_by": ["attributes.start_time DESC"]
            ], "runs", limit: request.limit)
        var runs: [TrackedRun] = []
        for item in found {
            let id = item["info"]?.object?["experiment_id"]?.string ?? ""
            runs.append(try run(told: item, names[id] ?? id))
        }
        return runs
    }

    /// The items of all pages, as far as they are wanted.
    private func all(
        _ path: String, _ body: ObjectValue, _ items: String, limit: Int
    ) async throws(CallError) -> [ObjectValue] {
        var found: [ObjectValue] = []
        var body = body
        repeat {
            let page = try await server.call(path, body)
            found += (page[items]?.list ?? []).compactMap(\.object)
            body["page_token"] = page["next_page_token"].flatMap { $0.string == "" ? nil : $0 }
        } while body["page_token"] != nil && found.count < limit
        return Array(found.prefix(limit))
    }

    // MARK: Forms

    func told(_ run: String) async throws(CallError) -> ObjectValue {
        let told = try await server.call("runs/get", query: [("run_id", run)])
        guard let run = told["run"]?.object else { throw server.fault("runs/get", "it has no run") }
        return run
    }

    private func run(told: ObjectValue, _ experiment: String) throws(CallError) -> TrackedRun {
        let info = told["info"]?.object ?? [:]
        guard let id = info["run_id"]?.string, let started = info["start_time"]?.int else {
            throw server.fault("runs", "a run has no run_id or start_time")
        }
        var run = TrackedRun(
            id: id, experiment: experiment, name: info["run_name"]?.string ?? id, status: .running, parameters: [:],
            metrics: [:], started: Self.time(started), ended: info["end_time"]?.int.map(Self.time))
        switch info["status"]?.string {
        case "FINISHED": run.status = .finished
        case "FAILED", "KILLED": run.status = .failed
        default: break
        }
        let data = told["data"]?.object ?? [:]
        for (name, value) in MLflowTag.values(data["params"]).sorted(by: { $0.key < $1.key }) {
            run.parameters[name] = .string(value)
        }
        for item in data["metrics"]?.list ?? [] {
            guard let metric = item.object, let name = metric["key"]?.string else { continue }
            run.metrics[name] = metric["value"]?.number.map { .float($0) } ?? metric["value"] ?? .null
        }
        return run
    }

    static func milliseconds(_ time: Timestamp) -> Int64 { time.nanoseconds / 1_000_000 }

    private static func time(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }
}
