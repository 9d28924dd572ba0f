// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// An endpoint in service: its record, the split of its requests, and the processes behind it.
///
/// Changes come one after another. Each is durable before it takes effect, so that a restart serves the same.
final class RunningEndpoint: Sendable {
    static let restartTimeout = Duration.seconds(60)

    private let folder: String
    private let services: any HostServices
    private let record: Mutex<EndpointRecord>
    let split = TrafficSplit()
    /// The port, or why there will be none.
    private let listening = Signal<Result<Int, CallError>>()

    /// Processes to run, in the order in which they were made.
    let starts: AsyncStream<ModelProcess>
    private let starting: AsyncStream<ModelProcess>.Continuation

    init(_ record: EndpointRecord, folder: String, services: any HostServices) {
        self.folder = folder
        self.services = services
        self.record = Mutex(record)
        (starts, starting) = AsyncStream.makeStream(of: ModelProcess.self)
    }

    /// Ends the endpoint.
    func end() { starting.finish() }

    /// Answers requests until it cannot or is cancelled.
    ///
    /// - Returns: Why it ended.
    func listen() async -> CallError {
        let error = await tryPorts()
        listening.give(.failure(error))
        return error
    }

    private func tryPorts() async -> CallError {
        let gateway = EndpointGateway(split: split, services: services)
        var ports = EndpointPorts(remembered: record.withLock { $0.port }, randomness: services.randomness)
        while true {
            do throws(CallError) {
                try await services.listener.serve(
                    port: ports.next, started: { [listening] port in listening.give(.success(port)) },
                    handler: { request in await gateway.answer(request) })
                return CallError(.failed, "the endpoint stopped listening")
            } catch {
                guard error.reason == .conflict, let pause = ports.afterConflict() else { return error }
                do throws(CallError) { try await services.clock.sleep(for: pause) } catch let cancelled {
                    return cancelled
                }
            }
        }
    }

    /// The port; waits until the endpoint listens.
    private func port() async throws(CallError) -> Int {
        guard let outcome = await listening.wait() else { throw CallError(.cancelled, "stopped on request") }
        return try outcome.get()
    }

    /// Brings back what was served before, without waiting for the models.
    func startRecorded() async throws(CallError) {
        let port = try await port()
        var now = record.withLock { $0 }
        now.port = port
        try await remember(now)
        var lanes: [TrafficSplit.Lane] = []
        for version in now.versions {
            let copies =
                version.weight > 0
                ? try await copies(
                    now.replicas, of: version.model, memory: now.memory, Self.restartTimeout, isOnTrial: false) : []
            lanes.append(TrafficSplit.Lane(version: version.version, weight: version.weight, copies: copies))
        }
        split.set(lanes)
    }

    /// Makes a record durable and then the present one.
    func remember(_ new: EndpointRecord) async throws(CallError) {
        if record.withLock({ $0 == new }) { return }
        try await new.write(to: folder, services.files)
        record.withLock { $0 = new }
    }

    var remembered: EndpointRecord { record.withLock { $0 } }

    /// Starts copies of a model.
    func copies(
        _ count: Int, of model: Reference, memory: Int64?, _ startTimeout: Duration, isOnTrial: Bool
    ) async throws(CallError) -> [ModelProcess] {
        let package = try await ModelPackage(model, files: services.files)
        let copies = (0..<count).map { _ in
            ModelProcess(
                model, package, memory: memory, startTimeout: startTimeout, isOnTrial: isOnTrial, services: services)
        }
        for copy in copies { starting.yield(copy) }
        return copies
    }

    /// What is served now; waits until the endpoint listens.
    func current() async throws(CallError) -> ModelDeployment {
        let port = try await port()
        let lanes = split.all
        return ModelDeployment(
            url: Self.url(port: port),
            versions: remembered.versions.map { version in
                let lane = lanes.first { $0.version == version.version }
                return ModelDeployment.Version(
                    version: version.version, model: version.model, weight: version.weight,
                    isHealthy: lane?.copies.contains(where: \.isHealthy) ?? false, requests: lane?.requests ?? 0,
                    errors: lane?.errors ?? 0, latencies: lane?.latencies ?? LatencyHistogram())
            })
    }

    static func url(port: Int) -> String { "http://127.0.0.1:\(port)" }
}
