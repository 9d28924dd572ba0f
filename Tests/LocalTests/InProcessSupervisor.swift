// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures

/// Runs supervised services in this process, so that a test can look at them and end them.
actor InProcessSupervisor: Supervisor {
    private struct Running {
        let specification: SupervisedServiceSpecification
        let inbox: Inbox
        let task: Task<CallError?, Never>
    }

    private final class Inbox: ServiceInbox {
        private let stream: AsyncStream<ServiceMessage>
        let continuation: AsyncStream<ServiceMessage>.Continuation

        init() { (stream, continuation) = AsyncStream.makeStream() }

        func next() async -> ServiceMessage? {
            for await message in stream { return message }
            return nil
        }
    }

    private let folder: String
    private var services: (any HostServices)?
    private var running: [String: Running] = [:]

    init(folder: String) { self.folder = folder }

    func lend(_ services: any HostServices) { self.services = services }

    func ensure(_ service: SupervisedServiceSpecification) async throws(CallError) {
        if let present = running[service.id] {
            if present.specification == service { return }
            await stopRunning(service.id)
        }
        guard let services else { throw CallError(.failed, "nothing was lent to the supervisor") }
        let found = LoadedPlugins.local.supervisedServices.first { $0.name == service.service }
        guard let found else { throw CallError(.notFound, "no service '\(service.service)'") }
        let inbox = Inbox()
        let request = ServiceRequest(
            id: service.id, configuration: service.configuration.object ?? [:], folder: folder, inbox: inbox,
            services: services)
        let task = Task { () -> CallError? in
            do throws(CallError) {
                try await found.run(request)
                return nil
            } catch {
                return error
            }
        }
        running[service.id] = Running(specification: service, inbox: inbox, task: task)
    }

    func call(_ id: String, _ message: Value, timeout: Duration) async throws(CallError) -> Value {
        guard let service = running[id] else { throw CallError(.notFound, "no service '\(id)' runs") }
        return try await withCheckedContinuation { continuation in
            service.inbox.continuation.yield(
                ServiceMessage(content: message, answer: { continuation.resume(returning: $0) }))
        }.get()
    }

    func stop(_ id: String) async throws(CallError) { await stopRunning(id) }

    private func stopRunning(_ id: String) async {
        guard let service = running.removeValue(forKey: id) else { return }
        service.task.cancel()
        _ = await service.task.value
    }

    func list() async throws(CallError) -> [SupervisedServiceStatus] {
        running.values.map(\.specification).map {
            SupervisedServiceStatus(
                id: $0.id, plugin: $0.plugin, service: $0.service, isRunning: true, restarts: 0, lastFailure: nil)
        }
    }

    /// Ends every service as the end of the supervisor would; `ensure` starts them again.
    func end() async {
        for id in running.keys.sorted() { await stopRunning(id) }
    }
}
