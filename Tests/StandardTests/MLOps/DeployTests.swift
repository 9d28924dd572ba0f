// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization
import Testing

/// A model host whose versions behave as a test says.
private final class ScriptedHost: ModelHost {
    struct State {
        var versions: [ModelDeployment.Version] = []
        /// What became of the weights, in order.
        var moves: [[String: Double]] = []
        /// What each look at a version in trial adds to its requests and errors.
        var requests: Int64 = 0
        var errors: Int64 = 0
        /// How long each of those requests takes.
        var latency = Duration.milliseconds(10)
        var startFails = false
        var fallsIll = false
        /// How often the endpoint is looked at until somebody else deploys a model of their own; 0 for never.
        var looksUntilOvertaken = 0
        /// True: that happens only when the shares are moved.
        var isOvertakenAtTheEnd = false

        /// Somebody else gives all requests to a version of their own.
        mutating func overtake() {
            for offset in versions.indices { versions[offset].weight = 0 }
            versions.insert(
                .init(
                    version: "theirs", model: Reference(type: "Model", resource: nil, name: "theirs"), weight: 100,
                    isHealthy: true, requests: 0, errors: 0), at: 0)
        }
    }

    let state = Mutex(State())

    private func deployment(_ state: State) -> ModelDeployment {
        ModelDeployment(url: "http://m", versions: state.versions)
    }

    func deploy(_ request: DeployModelRequest) async throws(CallError) -> ModelDeployment {
        try state.withLock { (state) throws(CallError) in
            if state.startFails { throw CallError(.failed, "it ended with code 1") }
            let version = "v\(state.versions.count + 1)"
            let isFirst = state.versions.isEmpty
            for offset in state.versions.indices { state.versions[offset].weight *= (100 - request.weight) / 100 }
            state.versions.insert(
                .init(
                    version: version, model: request.model, weight: isFirst ? 100 : request.weight, isHealthy: true,
                    requests: 0, errors: 0, latencies: LatencyHistogram()),
                at: 0)
            state.moves.append([version: isFirst ? 100 : request.weight])
            return deployment(state)
        }
    }

    func shift(_ request: ShiftRequest) async throws(CallError) -> ModelDeployment {
        try state.withLock { (state) throws(CallError) in
            if state.isOvertakenAtTheEnd { state.overtake() }
            if let expected = request.expected, expected != deployment(state).weights {
                throw CallError(.conflict, "the shares are others")
            }
            for offset in state.versions.indices {
                state.versions[offset].weight = request.weights[state.versions[offset].version] ?? 0
            }
            state.moves.append(request.weights)
            return deployment(state)
        }
    }

    func current(_ context: CallContext) async throws(CallError) -> ModelDeployment {
        state.withLock { state in
            if state.looksUntilOvertaken > 0 {
                state.looksUntilOvertaken -= 1
                if state.looksUntilOvertaken == 0 { state.overtake() }
            }
            if state.versions.count > 1 {
                state.versions[0].requests += state.requests
                state.versions[0].errors += state.errors
                for _ in 0..<state.requests { state.versions[0].latencies?.add(state.latency) }
                if state.fallsIll { state.versions[0].isHealthy = false }
            }
            return deployment(state)
        }
    }
}

struct DeployTests {
    private let endpoint = Reference(type: "ModelServing", resource: Address("endpoint"))

    private func bench() async throws -> (Workbench, ScriptedHost, [Value]) {
        let (bench, orders) = try await TrainTests.bench()
        let host = ScriptedHost()
        bench.facets.withLock { $0["endpoint ModelHost"] = host }
        var models: [Value] = []
        for quality in [60, 75] {
            var inputs = TrainTests.inputs(bench, orders)
            inputs["params"] = ["quality": .int(Int64(quality))]
            models.append(try #require(try await bench.step("Train", "fit", inputs).outputs["model"]))
        }
        return (bench, host, models)
    }

    private func fields(_ model: Value, _ more: ObjectValue = [:]) -> ObjectValue {
        (["model": model, "to": .reference(endpoint)] as ObjectValue).merging(more)
    }

    private func production(_ bench: Workbench) async throws -> Int64? {
        let registry = try #require(
            try await bench.facet("ModelRegistry", of: Address("tracking")) as? any ModelRegistry)
        return try await registry.model(
            ModelRequest(name: "fit", choice: .alias("production"), context: Workbench.context("m", token: "m"))
        )?.version
    }

    private static let trial: ObjectValue = [
        "strategy": "canary", "canary": .percent(20), "watch": .duration(.milliseconds(200))
    ]

    @Test func `A model gets all requests, becomes the production model, and names the one before`() async throws {
        let (bench, host, models) = try await bench()
        let first = try await bench.step("Deploy", "release", fields(models[0]))
        #expect(first.outputs == ["url": "http://m", "version": "v1", "previous": nil])
        #expect(try await production(bench) == 1)
        let second = try await bench.step("Deploy", "release", fields(models[1]))
        #expect(second.outputs == ["url": "http://m", "version": "v2", "previous": "v1"])
        #expect(try await production(bench) == 2)
        #expect(host.state.withLock { $0.moves } == [["v1": 100], ["v2": 100]])

        let (executor, request) = try bench.prepare("Deploy", "release", fields(models[1]))
        #expect(try await executor.stillHolds(second, request))
        let (older, olderRequest) = try bench.prepare("Deploy", "release", fields(models[0]))
        #expect(try await !older.stillHolds(first, olderRequest))
    }

    @Test func `A model that does not start leaves the one before in service`() async throws {
        let (bench, host, models) = try await bench()
        try await bench.step("Deploy", "release", fields(models[0]))
        host.state.withLock { $0.startFails = true }
        let failure = try await bench.failure("Deploy", "release", fields(models[1]))
        #expect(failure.code.text == "C0500")
        #expect(failure.notes == ["version 'v1' stays in service"])
        #expect(try await production(bench) == 1)
    }

    @Test func `A trial that goes well ends with all requests`() async throws {
        let (bench, host, models) = try await bench()
        try await bench.step("Deploy", "release", fields(models[0], Self.trial))
        host.state.withLock { $0.requests = 100 }
        let response = try await bench.step("Deploy", "release", fields(models[1], Self.trial))
        #expect(response.outputs["version"] == "v2")
        #expect(response.outputs["previous"] == "v1")
        #expect(host.state.withLock { $0.moves } == [["v1": 100], ["v2": 20], ["v2": 100]])
    }

    @Test(arguments: [true, false])
    func `A trial that goes badly is taken back`(fallsIll: Bool) async throws {
        let (bench, host, models) = try await bench()
        try await bench.step("Deploy", "release", fields(models[0]))
        host.state.withLock { state in
            (state.requests, state.errors, state.fallsIll) = (10, fallsIll ? 0 : 1, fallsIll)
        }
        let failure = try await bench.failure("Deploy", "release", fields(models[1], Self.trial))
        #expect(failure.code.text == "D0702")
        #expect(failure.message.contains(fallsIll ? "health check" : "requests failed, more than 1%"))
        #expect(host.state.withLock { $0.moves.last } == ["v1": 100])
        #expect(try await production(bench) == 1)
    }

    @Test(arguments: [true, false])
    func `A trial leaves what somebody else deployed meanwhile in service`(atTheEnd: Bool) async throws {
        let (bench, host, models) = try await bench()
        try await bench.step("Deploy", "release", fields(models[0]))
        host.state.withLock { state in
            (state.looksUntilOvertaken, state.isOvertakenAtTheEnd) = (atTheEnd ? 0 : 3, atTheEnd)
        }
        let failure = try await bench.failure("Deploy", "release", fields(models[1], Self.trial))
        #expect(failure.code.text == "D0705")
        #expect(failure.notes == ["in service, and left as it is: 'theirs' with 100% of the requests"])
        #expect(host.state.withLock { $0.versions.first { $0.weight > 0 }?.version } == "theirs")
        #expect(try await production(bench) == 1)
    }

    private static let switching: ObjectValue = [
        "strategy": "blue_green", "watch": .duration(.milliseconds(200))
    ]

    @Test func `A new version gets all requests at once while the old one stands by`() async throws {
        let (bench, host, models) = try await bench()
        try await bench.step("Deploy", "release", fields(models[0], Self.switching))
        host.state.withLock { $0.requests = 100 }
        let response = try await bench.step("Deploy", "release", fields(models[1], Self.switching))
        #expect(response.outputs["version"] == "v2")
        #expect(response.outputs["previous"] == "v1")
        #expect(host.state.withLock { $0.moves } == [["v1": 100], ["v2": 0], ["v2": 100]])
        #expect(try await production(bench) == 2)
    }

    @Test func `A new version that fails gives all requests back at once`() async throws {
        let (bench, host, models) = try await bench()
        try await bench.step("Deploy", "release", fields(models[0]))
        host.state.withLock { ($0.requests, $0.errors) = (10, 1) }
        let failure = try await bench.failure("Deploy", "release", fields(models[1], Self.switching))
        #expect(failure.code.text == "D0702")
        #expect(failure.notes == ["version 'v1' serves all requests as before"])
        #expect(host.state.withLock { $0.moves } == [["v1": 100], ["v2": 0], ["v2": 100], ["v1": 100]])
        #expect(try await production(bench) == 1)
    }

    @Test(
        arguments: [
            (["metric": "errors", "above": 0, "over": .duration(.seconds(300))], "errors is 1, above 0"),
            (["metric": "latency_p95", "above": 0.5], "latency_p95 is 0.978 s, above 0.5 s"),
            (["metric": "latency_p50", "above": 0.5], "latency_p50 is 0.978 s, above 0.5 s"),
            (["metric": "requests", "below": 1e6, "over": .duration(.milliseconds(50))], "below 1000000")
        ] as [(ObjectValue, String)], ["canary", "blue_green"])
    func `An alarm that fires takes the new version back`(alarm: (ObjectValue, String), strategy: String) async throws {
        let (bench, host, models) = try await bench()
        try await bench.step("Deploy", "release", fields(models[0]))
        host.state.withLock { ($0.requests, $0.errors, $0.latency) = (100, 1, .seconds(1)) }
        let failure = try await bench.failure(
            "Deploy", "release",
            fields(
                models[1],
                Self.trial.merging(["strategy": .string(strategy), "abort_when": ["slow": .object(alarm.0)]])))
        #expect(failure.code.text == "D0702")
        #expect(failure.message.contains("the alarm 'slow' fired"), "\(failure.message)")
        #expect(failure.message.hasSuffix(alarm.1), "\(failure.message)")
        #expect(host.state.withLock { $0.moves.last } == ["v1": 100])
        #expect(try await production(bench) == 1)
    }

    @Test func `Alarms that do not fire change nothing`() async throws {
        let (bench, host, models) = try await bench()
        try await bench.step("Deploy", "release", fields(models[0]))
        host.state.withLock { $0.requests = 100 }
        let alarms: ObjectValue = [
            "few": ["metric": "requests", "below": 50], "slow": ["metric": "latency_p95", "above": 0.5, "below": 0.001],
            "failing": ["metric": "errors", "above": 0]
        ]
        let response = try await bench.step(
            "Deploy", "release", fields(models[1], Self.trial.merging(["abort_when": .object(alarms)])))
        #expect(response.outputs["version"] == "v2")
    }

    @Test func `An alarm about what the endpoint does not measure is refused before anything is started`() async throws
    {
        let (bench, host, models) = try await bench()
        try await bench.step("Deploy", "release", fields(models[0]))
        host.state.withLock { $0.versions[0].latencies = nil }
        let failure = try await bench.failure(
            "Deploy", "release",
            fields(models[1], Self.trial.merging(["abort_when": ["a": ["metric": "latency_p50", "above": 1]]])))
        #expect(failure.code.text == "C0501")
        #expect(host.state.withLock { $0.moves } == [["v1": 100]])
    }
}
