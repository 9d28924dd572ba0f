// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// The project's supervisor as other processes see it, which they start on first need.
struct SupervisorClient: Supervisor {
    let place: SupervisorPlace
    /// The command that becomes the supervisor.
    let launch: [String]
    let catalog: PluginCatalog

    /// How long a supervisor may take to start.
    private static let patience = Duration.seconds(15)

    func ensure(_ service: SupervisedServiceSpecification) async throws(CallError) {
        let library: String
        do throws(Diagnostic) {
            library = try catalog.plugin(named: service.plugin).manifest.sha256
        } catch {
            throw CallError(.failed, error)
        }
        _ = try await ask(.ensure(service, library: library), starting: true)
    }

    func call(_ id: String, _ message: Value, timeout: Duration) async throws(CallError) -> Value {
        // A little longer than the supervisor itself waits, so that its answer is the one that is told.
        let answer = try await ask(
            .call(id: id, message: message, timeout: timeout), starting: hasServices(), within: timeout + .seconds(2))
        guard let answer else { throw CallError(.notFound, .unknownService(id)) }
        return answer
    }

    func stop(_ id: String) async throws(CallError) { _ = try await ask(.stop(id: id), starting: hasServices()) }

    func list() async throws(CallError) -> [SupervisedServiceStatus] {
        let answer = try await ask(.list, starting: false)
        return answer?.list?.compactMap(SupervisedServiceStatus.init(value:)) ?? []
    }

    /// Starts the supervisor where services should run and none does.
    func revive() async throws(CallError) {
        if try hasServices() { _ = try await ask(.list, starting: true) }
    }

    /// True where a supervisor that was killed has left services that should run.
    private func hasServices() throws(CallError) -> Bool { try !place.readSpecifications().isEmpty }

    /// Sends a request and takes the answer; nil where no supervisor runs and none shall be started for it.
    private func ask(
        _ request: SupervisorRequest, starting: Bool, within limit: Duration = .seconds(30)
    ) async throws(CallError) -> Value? {
        try await BlockingWork.run { (flag) throws(CallError) in
            var end = ContinuousClock.now + limit
            var child: LaunchedSupervisor?
            defer { _ = child?.hasEnded() }
            while true {
                if let response = try exchange(request, until: end, flag) {
                    switch response {
                    case .done(let value): return value
                    case .failed(let error): throw error
                    case .leaving: break
                    }
                } else if !starting {
                    return nil
                } else if child == nil || child?.hasEnded() == true {
                    if let child, child.hasFailed {
                        throw CallError(.failed, .supervisorFailed(place, try child.reason()))
                    }
                    if child == nil { end += Self.patience }
                    child = try LaunchedSupervisor(launch, place)
                }
                if ContinuousClock.now > end { throw CallError(.timedOut, .supervisorSilent(place)) }
                try flag.check()
                usleep(20_000)
            }
        }
    }

    /// One request over one connection; nil where nobody listens.
    private func exchange(
        _ request: SupervisorRequest, until end: ContinuousClock.Instant, _ flag: CancellationFlag
    ) throws(CallError) -> SupervisorResponse? {
        guard Paths.exists(place.folder), let socket = try LocalSocket.connect(place.socket) else { return nil }
        let answer: [UInt8]?
        do throws(CallError) {
            answer = try socket.writeLine(Array(request.value.json().utf8)) ? socket.readLine(until: end, flag) : nil
        } catch  where error.reason == .timedOut {
            throw CallError(.timedOut, .supervisorSilent(place))
        }
        guard let line = answer else {
            // It ended with the request in its hands. Ensuring, stopping and listing may be asked again; whether a
            // message reached its service nobody knows.
            if case .call = request { throw CallError(.lost, "the supervisor ended before it answered") }
            return .leaving
        }
        do throws(JSONError) {
            return SupervisorResponse(try Value(json: line))
        } catch {
            throw CallError(.failed, "the supervisor's answer is not JSON: \(error.reason)")
        }
    }
}
