// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Dispatch
import Glibc

/// The supervisor itself: what `converge supervise` is.
package struct SupervisorServer: Sendable {
    /// How a supervisor came to its end.
    package enum Ending: Sendable, Hashable {
        /// Another one supervises the project.
        case notNeeded
        /// It had nothing to supervise, or made room for one of another build.
        case left
        /// Somebody asked it to end.
        case terminated
        /// The project's folder is not there any more.
        case projectGone
    }

    private let place: SupervisorPlace
    private let session: PluginSession
    private let patience: Duration

    /// - Parameters:
    ///   - session: The plugins of the project and what is lent to them.
    ///   - patience: How long it stays with nothing to supervise.
    package init(session: PluginSession, patience: Duration = .seconds(5)) {
        place = session.supervisorPlace
        self.session = session
        self.patience = patience
    }

    /// Leaves the terminal of the command that started this process, so that neither Ctrl-C there nor its end reaches
    /// the supervisor. For a process that is the supervisor and nothing else.
    package static func detachFromTerminal() {
        // Refused to one that leads a group, which has no terminal above it that could end it.
        setsid()
    }

    /// Supervises until there is nothing to supervise, SIGTERM or SIGINT arrives, the task is cancelled or the project
    /// is gone. Then all services are ended, which the next supervisor starts again.
    package func run() async throws(CallError) -> Ending {
        guard let lock = try await takeLock() else { return .notNeeded }
        let log = SupervisorLog(path: place.log, redactor: session.vault.redactor)
        let register = ServiceRegister(
            place: place, catalog: session.catalog, loader: session.loader, log: log.write)
        let services = session.services(supervisor: register) { event in
            if case .line(let text, let context) = event { log.write(context.operation, text) }
        }
        log.write(SupervisorLog.itself, "starts as process \(getpid())")
        let ending: Ending
        do throws(CallError) {
            try await register.begin(lending: services)
            ending = try await serve(register, lock)
        } catch {
            log.write(failure: error.diagnostic)
            await register.end()
            throw error
        }
        log.write(SupervisorLog.itself, "ends")
        await register.end()
        await services.close()
        return ending
    }

    /// The lock, which a supervisor that is just ending may still hold; nil where another one is there to stay.
    private func takeLock() async throws(CallError) -> HeldLock? {
        try await BlockingWork.run { [place] (flag) throws(CallError) in
            while true {
                if let lock = try place.takeLock() { return HeldLock(lock) }
                if try LocalSocket.connect(place.socket) != nil { return nil }
                try flag.check()
                usleep(20_000)
            }
        }
    }

    /// Holds the lock for tasks to look at.
    private final class HeldLock: Sendable {
        private let lock: SupervisorLock

        init(_ lock: consuming SupervisorLock) { self.lock = lock }

        var isInPlace: Bool { lock.isInPlace }
    }

    private func serve(_ register: ServiceRegister, _ lock: HeldLock) async throws(CallError) -> Ending {
        let (connections, announce) = AsyncStream<Connection>.makeStream()
        let signals = await TerminationSignals()
        let outcome = await withTaskGroup(of: Result<Ending, CallError>?.self) { group in
            group.addTask { await listen(announce) }
            group.addTask {
                await withDiscardingTaskGroup { handlers in
                    for await connection in connections { handlers.addTask { await answer(connection, register) } }
                }
                return nil
            }
            group.addTask { await watch(register, lock) }
            group.addTask { await signals.arrived() ? .success(.terminated) : nil }
            var outcome: Result<Ending, CallError>?
            for await ended in group where outcome == nil {
                outcome = ended
                if outcome != nil {
                    await register.leave()
                    group.cancelAll()
                }
            }
            return outcome
        }
        return try outcome?.get() ?? .terminated
    }

    /// Takes connections until cancelled, then takes the socket away, so that clients know that they need another
    /// supervisor.
    private func listen(_ announce: AsyncStream<Connection>.Continuation) async -> Result<Ending, CallError>? {
        defer { announce.finish() }
        do throws(CallError) {
            try await BlockingWork.run { [place] (flag) throws(CallError) in
                let socket = try LocalSocket.listen(place.socket)
                defer { unlink(place.socket) }
                while !flag.isRaised {
                    let soon = ContinuousClock.now + .milliseconds(200)
                    guard try socket.waitForInput(until: soon, flag), let connection = socket.accept() else { continue }
                    announce.yield(Connection(connection))
                }
            }
            return nil
        } catch {
            return error.reason == .cancelled
                ? nil : .failure(CallError(.failed, .supervisorDeaf(error.diagnostic)))
        }
    }

    /// Waits until there is a reason to end.
    private func watch(_ register: ServiceRegister, _ lock: HeldLock) async -> Result<Ending, CallError>? {
        while true {
            do { try await Task.sleep(for: .milliseconds(250)) } catch { return nil }
            if !lock.isInPlace { return .success(.projectGone) }
            if await register.leaveIfIdle(for: patience) { return .success(.left) }
        }
    }

    /// A connection that one task at a time uses.
    private final class Connection: Sendable {
        let socket: LocalSocket

        init(_ descriptor: Int32) { socket = LocalSocket(adopting: descriptor) }
    }

    private func answer(_ connection: Connection, _ register: ServiceRegister) async {
        do throws(CallError) {
            let line = try await BlockingWork.run { (flag) throws(CallError) in
                try connection.socket.readLine(until: ContinuousClock.now + .seconds(10), flag)
            }
            guard let line else { return }
            let bytes = Array(await respond(to: line, register).value.json().utf8)
            _ = try await BlockingWork.run { (_) throws(CallError) in connection.socket.writeLine(bytes) }
        } catch {
            // Whoever breaks off a request is not there to take an answer.
        }
    }

    private func respond(to line: [UInt8], _ register: ServiceRegister) async -> SupervisorResponse {
        if await register.hasDecidedToLeave { return .leaving }
        guard let request = SupervisorRequest(line: line) else {
            // A process of another version: it shall start a supervisor of its own.
            await register.leave()
            return .leaving
        }
        do throws(CallError) {
            switch request {
            case .ensure(let service, let library):
                guard await register.isCurrent(service.plugin, library: library) else {
                    await register.leave()
                    return .leaving
                }
                try await register.ensure(service)
                return .done(.null)
            case .call(let id, let message, let timeout):
                return .done(try await register.call(id, message, timeout: timeout))
            case .stop(let id):
                try await register.stop(id)
                return .done(.null)
            case .list: return .done(.list(try await register.list().map(\.value)))
            }
        } catch {
            return .failed(error)
        }
    }
}

/// Waits for SIGTERM and SIGINT instead of being ended by them.
private final class TerminationSignals: Sendable {
    private let arrivals: AsyncStream<Void>
    /// Dispatch's objects may be used from any thread.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    /// Returns once signals are taken, so that none is lost: until then they end the process.
    init() async {
        let (arrivals, announce) = AsyncStream<Void>.makeStream()
        self.arrivals = arrivals
        sources = [SIGTERM, SIGINT].map { number in
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { announce.yield() }
            return source
        }
        for source in sources {
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.activate()
            }
        }
    }

    deinit { for source in sources { source.cancel() } }

    /// True when one arrived, false when the task was cancelled.
    func arrived() async -> Bool {
        for await _ in arrivals { return true }
        return false
    }
}
