// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// One running copy of a model: started, watched, restarted when it dies, ended when it is retired.
///
/// starting -> healthy -> (died or hangs) -> starting …, until retired; a copy on trial whose first start fails is
/// not started again.
final class ModelProcess: Sendable {
    private struct State {
        /// Where it listens while it is healthy.
        var port: Int?
        var inFlight = 0
        var lastLines: [String] = []
    }

    private static let keptLines = 20
    private static let longestPause = Duration.seconds(30)
    private static let drainLimit = Duration.seconds(60)

    let package: ModelPackage
    /// How many bytes of data it may have; nil for no limit.
    let memory: Int64?
    private let model: Reference
    private let startTimeout: Duration
    private let isOnTrial: Bool
    private let services: any HostServices
    private let state = Mutex(State())
    private let start = Signal<Result<Void, CallError>>()
    private let retirement = Signal<Void>()

    init(
        _ model: Reference, _ package: ModelPackage, memory: Int64?, startTimeout: Duration, isOnTrial: Bool,
        services: any HostServices
    ) {
        self.model = model
        self.package = package
        self.memory = memory
        self.startTimeout = startTimeout
        self.isOnTrial = isOnTrial
        self.services = services
    }

    /// How its first start went; waits for it.
    func firstStart() async throws(CallError) {
        guard let outcome = await start.wait() else { throw CallError(.cancelled, "stopped on request") }
        try outcome.get()
    }

    var isHealthy: Bool { state.withLock { $0.port != nil } }
    var inFlight: Int { state.withLock { $0.inFlight } }

    /// Counts a request in and says where it goes; nil where the model cannot be asked now.
    func admit() -> Int? {
        state.withLock { state in
            guard let port = state.port else { return nil }
            state.inFlight += 1
            return port
        }
    }

    func dismiss() { state.withLock { $0.inFlight -= 1 } }

    /// Ends it once the requests in flight are answered. Nobody sends it any new ones.
    func retire() { retirement.give(()) }

    /// Runs it until it is retired or the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepRunning() }
            if await self.retirement.wait() != nil { await self.drain() }
            group.cancelAll()
        }
        start.give(.failure(CallError(.cancelled, "the model was retired before it had started")))
    }

    private func drain() async {
        let begun = services.clock.now()
        while inFlight > 0, services.clock.now().since(begun) < Self.drainLimit {
            do throws(CallError) { try await services.clock.sleep(for: .milliseconds(5)) } catch { return }
        }
    }

    private func keepRunning() async {
        var pause = Duration.milliseconds(250)
        while !Task.isCancelled {
            let begun = services.clock.now()
            let failure = await live()
            state.withLock { $0.port = nil }
            if isOnTrial, start.content == nil {
                start.give(.failure(failure))
                return
            }
            note("converge: \(failure.diagnostic.message); it is started again")
            let wasStable = services.clock.now().since(begun) > .seconds(60)
            pause = wasStable ? .milliseconds(250) : min(pause * 2, Self.longestPause)
            do throws(CallError) { try await services.clock.sleep(for: pause) } catch { return }
        }
    }

    /// One life of the program.
    ///
    /// - Returns: Why it ended.
    private func live() async -> CallError {
        let port: Int
        do throws(CallError) {
            port = try FreePort.find()
        } catch {
            return error
        }
        return await withTaskGroup(of: CallError.self) { group in
            group.addTask { await self.runProgram(port) }
            group.addTask { await self.watch(port) }
            let first = await group.next()
            group.cancelAll()
            return first ?? CallError(.cancelled, "stopped on request")
        }
    }

    private func runProgram(_ port: Int) async -> CallError {
        do throws(CallError) {
            let result = try await services.processes.run(
                ProcessRequest(
                    command: package.command, environment: ["PORT": .string(String(port))],
                    workingFolder: package.folder, memoryLimit: memory, keptOutput: 0,
                    onLine: { [self] _, line in note(line) }))
            let ending = result.exitCode.map { "with code \($0)" } ?? "by signal \(result.signal ?? 0)"
            return .modelEnded(model, ending, lastLines: lastLines)
        } catch  where error.reason == .cancelled {
            return error
        } catch {
            return .modelEnded(model, "before it began: \(error.diagnostic.message)", lastLines: lastLines)
        }
    }

    /// Waits until the program answers, then looks after it.
    ///
    /// - Returns: Why it must be ended.
    private func watch(_ port: Int) async -> CallError {
        let check = HealthCheck(url: "http://127.0.0.1:\(port)\(package.health)", services: services)
        if let problem = await check.firstProblem(within: startTimeout) {
            return check.failure(problem, model, after: startTimeout, lastLines: lastLines)
        }
        if Task.isCancelled { return CallError(.cancelled, "stopped on request") }
        state.withLock { $0.port = port }
        start.give(.success(()))
        // While requests are in flight, a program that answers one at a time cannot answer the check too.
        let problem = await check.laterProblem { self.inFlight > 0 }
        return check.failure(problem, model, after: HealthCheck.patience, lastLines: lastLines)
    }

    private var lastLines: [String] { state.withLock { $0.lastLines } }

    private func note(_ line: String) {
        state.withLock { state in
            if state.lastLines.count == Self.keptLines { state.lastLines.removeFirst() }
            state.lastLines.append(line.count > 500 ? line.prefix(499) + "…" : line)
        }
    }
}
