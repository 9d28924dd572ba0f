// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import PluginHost
import Synchronization

/// Takes the events of one command's runs, one after the other, and posts what is to be told of them.
final class RunObserver: Sendable {
    private struct State {
        var trace: RunTrace?
        var lineage: RunLineage?
    }

    private let telemetry: Telemetry
    private let folder: String
    private let project: String
    private let services: LentServices
    private let digest: @Sendable ([UInt8]) -> String
    private let state = Mutex(State())

    init(
        _ telemetry: Telemetry, folder: String, project: String, services: LentServices,
        digest: @escaping @Sendable ([UInt8]) -> String
    ) {
        (self.telemetry, self.folder, self.project) = (telemetry, folder, project)
        (self.services, self.digest) = (services, digest)
    }

    func take(_ event: ExecutionEvent) {
        let now = services.clock.now()
        let (spans, events) = state.withLock { state in
            if case .runStarted(let run, _) = event {
                state.trace = telemetry.traces.map { RunTrace(run, $0, services.randomness, at: now) }
                // An apply reads and writes no data.
                state.lineage = telemetry.lineage.flatMap { settings in
                    guard run.purpose == .workflow else { return nil }
                    return RunLineage(run, settings, project: project, folder: folder, digest: digest)
                }
            }
            return (state.trace?.take(event, at: now) ?? [], state.lineage?.take(event, at: now) ?? [])
        }
        if !spans.isEmpty { telemetry.post(spans: spans) }
        if !events.isEmpty { telemetry.post(events: events) }
        switch event {
        case .runStarted(let run, _): telemetry.begin(run.id, self)
        case .runEnded(let run): telemetry.end(run.id)
        default: break
        }
    }

    func place(of operation: Address) -> TraceParent? { state.withLock { $0.trace?.place(of: operation) } }
}
