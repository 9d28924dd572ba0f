// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import FoundationEssentials
import Glibc
import PluginHost
import Synchronization

/// What a process tells of its runs to those outside who asked for it by environment variables: traces and lineage.
///
/// It never holds a run up and never makes one fail.
final class Telemetry: Sendable {
    private struct State {
        /// What cannot be followed, until it is told.
        var problems: [String]
        /// Runs under way, by id.
        var observers: [String: RunObserver] = [:]
    }

    let traces: TraceSettings?
    let lineage: LineageSettings?
    private let state: Mutex<State>
    private let spans: Outbox?
    private let events: Outbox?

    /// How long the end of a command waits for what is still to be sent.
    private static let patience = Duration.seconds(5)

    /// - Returns: Nil where nothing is asked for.
    convenience init?(services: LentServices, redactor: Redactor) {
        let variables = ProcessInfo.processInfo.environment
        let (traces, problems) = TraceSettings.read(variables)
        let (lineage, further) = LineageSettings.read(variables)
        if traces == nil, lineage == nil, problems.isEmpty, further.isEmpty { return nil }
        self.init(traces, lineage, problems + further, services, redactor)
    }

    private init(
        _ traces: TraceSettings?, _ lineage: LineageSettings?, _ problems: [String], _ services: LentServices,
        _ redactor: Redactor
    ) {
        (self.traces, self.lineage) = (traces, lineage)
        state = Mutex(State(problems: problems))
        for header in traces?.headers ?? [] { redactor.learn(header.value, name: "OTEL_EXPORTER_OTLP_HEADERS") }
        spans = traces.map { traces in
            Outbox(batch: 512, delay: .seconds(5)) { (spans) throws(CallError) in
                let request = Span.request(spans, of: traces.resource)
                try await Self.post(
                    request, to: traces.url, traces.headers, timeout: traces.timeout, services, redactor)
            }
        }
        events = lineage.map { lineage in
            switch lineage.transport {
            case .http(let url, let key, let timeout):
                if let key { redactor.learn(key, name: "OPENLINEAGE_API_KEY") }
                let headers = key.map { [(name: "authorization", value: "Bearer \($0)")] } ?? []
                return Outbox(batch: 1, delay: .zero) { (events) throws(CallError) in
                    for event in events {
                        try await Self.post(event, to: url, headers, timeout: timeout, services, redactor)
                    }
                }
            case .file(let path):
                return Outbox(batch: 64, delay: .zero) { (events) throws(CallError) in
                    let lines = events.map { Value.object($0).json(.plain) + "\n" }.joined()
                    try Self.append(redactor.redact(lines), to: path)
                }
            }
        }
    }

    /// Watches the runs of one command.
    ///
    /// - Parameter folder: In which the recipe's relative paths start.
    func observer(
        folder: String, project: String, services: LentServices, digest: @escaping @Sendable ([UInt8]) -> String
    ) -> RunObserver {
        RunObserver(self, folder: folder, project: project, services: services, digest: digest)
    }

    func begin(_ run: String, _ observer: RunObserver) { state.withLock { $0.observers[run] = observer } }

    func end(_ run: String) { state.withLock { state in _ = state.observers.removeValue(forKey: run) } }

    func post(spans documents: [ObjectValue]) { spans?.post(documents) }

    func post(events documents: [ObjectValue]) { events?.post(documents) }

    /// Where the work of an operation is in the trace of its run; nil where that is not traced.
    func place(of operation: Address, in run: String) -> TraceParent? {
        state.withLock { $0.observers[run] }?.place(of: operation)
    }

    /// Sends what waits.
    ///
    /// - Returns: Warnings of what could not be followed or sent.
    func flush() async -> [Diagnostic] {
        let problems = state.withLock { state in
            defer { state.problems = [] }
            return state.problems
        }
        var warnings = problems.map { Diagnostic.telemetryUnclear($0) }
        if let loss = await spans?.flush(within: Self.patience) {
            warnings.append(.telemetryLost("spans", loss, to: "the collector", "OTEL_EXPORTER_OTLP_ENDPOINT"))
        }
        if let loss = await events?.flush(within: Self.patience) {
            warnings.append(.telemetryLost("lineage events", loss, to: "their receiver", "OPENLINEAGE_URL"))
        }
        return warnings
    }

    // MARK: Sending

    private static func post(
        _ document: ObjectValue, to url: String, _ headers: [(name: String, value: String)], timeout: Duration,
        _ services: LentServices, _ redactor: Redactor
    ) async throws(CallError) {
        let request = HTTPRequest(
            method: "POST", url: url,
            headers: [(name: "content-type", value: Value.string("application/json"))]
                + headers.map { (name: $0.name, value: .string($0.value)) },
            body: redactor.redact(Array(Value.object(document).json(.plain).utf8)), timeout: timeout,
            largestResponse: 1 << 20)
        for attempt in 1...2 {
            do throws(CallError) {
                let answer = try await services.http.send(request)
                if (200..<300).contains(answer.status) { return }
                guard attempt == 1, [429, 502, 503, 504].contains(answer.status) else {
                    throw CallError(.failed, "it answered \(answer.status)")
                }
            } catch {
                guard attempt == 1, error.isTransient else { throw error }
            }
            try await services.clock.sleep(for: .milliseconds(250))
        }
    }

    /// Whole lines, so that processes that write to one file do not mix them up.
    private static func append(_ lines: String, to path: String) throws(CallError) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CallError(.failed, "\(Paths.shown(path)) cannot be written: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        let bytes = Array(lines.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else {
            throw CallError(.failed, "\(Paths.shown(path)) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}

extension Diagnostic {
    fileprivate static func telemetryUnclear(_ problem: String) -> Diagnostic {
        var diagnostic = Diagnostic(.telemetryUnclear, problem)
        diagnostic.severity = .warning
        return diagnostic
    }

    fileprivate static func telemetryLost(
        _ what: String, _ loss: Outbox.Loss, to whom: String, _ variable: String
    ) -> Diagnostic {
        var diagnostic = Diagnostic(
            .telemetryLost, "\(loss.count) \(what) did not reach \(whom): \(loss.reason)",
            notes: ["what was done is done and recorded"], help: ["check \(variable), or leave it out"])
        diagnostic.severity = .warning
        return diagnostic
    }
}
