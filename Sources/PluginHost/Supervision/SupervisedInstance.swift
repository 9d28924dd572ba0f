// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// How long a service that failed waits for its restart.
enum RestartDelay {
    /// After so long without a failure a service counts as sound again.
    static let soundAfter = Duration.seconds(60)
    private static let longest = Duration.seconds(30)

    /// A quarter of a second after the first failure in a row, then twice as long each time, to half a minute.
    static func after(failures: Int) -> Duration {
        let doublings = min(max(failures - 1, 0), 16)
        return min(.milliseconds(250 * (1 << doublings)), longest)
    }
}

/// One service under supervision: it runs, or it waits for its restart, until it is stopped.
final class SupervisedInstance: Sendable {
    let specification: SupervisedServiceSpecification
    let mailbox = ServiceMailbox()

    private struct State {
        var isRunning = true
        var restarts = 0
        var lastFailure: String?
        var task: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let log: @Sendable (String) -> Void

    /// Starts the service.
    init(
        _ specification: SupervisedServiceSpecification, _ service: any SupervisedService, folder: String,
        services: any HostServices, log: @escaping @Sendable (String) -> Void
    ) {
        self.specification = specification
        self.log = log
        let request = ServiceRequest(
            id: specification.id, configuration: specification.configuration.object ?? [:], folder: folder,
            inbox: mailbox, services: services)
        // The supervisor owns this task until `stop`.
        let task = Task { [self] in await keepRunning(service, request) }
        state.withLock { $0.task = task }
    }

    private func keepRunning(_ service: any SupervisedService, _ request: ServiceRequest) async {
        var failures = 0
        while !Task.isCancelled {
            log("starts")
            let start = ContinuousClock.now
            let failure = await run(service, request)
            if Task.isCancelled { break }
            mailbox.loseTaken()
            failures = ContinuousClock.now - start > RestartDelay.soundAfter ? 1 : failures + 1
            let delay = RestartDelay.after(failures: failures)
            log("failed: \(failure); starts again in \(Value.duration(delay).literal)")
            state.withLock { state in
                state.isRunning = false
                state.restarts += 1
                state.lastFailure = failure
            }
            do { try await Task.sleep(for: delay) } catch { break }
            state.withLock { $0.isRunning = true }
        }
        log("stopped")
    }

    /// Why the service ended.
    private func run(_ service: any SupervisedService, _ request: ServiceRequest) async -> String {
        do throws(CallError) {
            try await service.run(request)
            return "it ended without being asked"
        } catch {
            return error.diagnostic.message
        }
    }

    var status: SupervisedServiceStatus {
        state.withLock { state in
            SupervisedServiceStatus(
                id: specification.id, plugin: specification.plugin, service: specification.service,
                isRunning: state.isRunning, restarts: state.restarts, lastFailure: state.lastFailure)
        }
    }

    /// Ends the service and waits for its end, for ten seconds at most.
    func stop() async {
        mailbox.close()
        guard let task = state.withLock({ $0.task }) else { return }
        task.cancel()
        let (ended, announce) = AsyncStream<Void>.makeStream()
        let end = Task {
            await task.value
            announce.finish()
        }
        let limit = Task {
            do { try await Task.sleep(for: .seconds(10)) } catch { return }
            log("does not end; it is left behind")
            announce.finish()
        }
        for await _ in ended {}
        limit.cancel()
        end.cancel()
    }
}
