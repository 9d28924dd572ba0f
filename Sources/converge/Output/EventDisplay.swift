// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import PluginHost
import Shell

/// Where the events of one command are shown, and what its plugins tell meanwhile.
final class EventDisplay: Sendable {
    private struct State {
        var show: @Sendable (ExecutionEvent) -> Void = { _ in }
        var reporter: ProgressReporter?
        /// The run that is under way, once it has begun.
        var run: String?
    }

    private let state = Locked(State())

    func show(_ events: @escaping @Sendable (ExecutionEvent) -> Void) {
        state.withLock { $0 = State(show: events) }
    }

    func show(by reporter: ProgressReporter) {
        state.withLock { $0 = State(show: { reporter.take($0) }, reporter: reporter) }
    }

    func take(_ event: ExecutionEvent) {
        let show = state.withLock { state in
            if case .runStarted(let run, _) = event { state.run = run.id }
            return state.show
        }
        show(event)
    }

    /// How far the reading of the platforms is.
    func take(_ progress: RefreshProgress) { state.value.reporter?.take(progress) }

    /// Draws the status anew each second while the body works: time passes also while nothing happens.
    func ticking<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [state] in
                while !Task.isCancelled {
                    do { try await Task.sleep(for: .seconds(1)) } catch { return }
                    state.value.reporter?.tick()
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// What a plugin tells; that of another command's run is left to that.
    func take(_ event: WorkLogEvent) {
        let (show, run) = state.withLock { ($0.show, $0.run) }
        switch event {
        case .line(let text, let context):
            if run == nil || run == context.run { show(.operationLog(Address(context.operation), line: text)) }
        case .progress(let fraction, let text, let context):
            if run == nil || run == context.run {
                show(.operationProgress(Address(context.operation), fraction: fraction, text: text))
            }
        }
    }

    /// Says that the wish to end was understood.
    ///
    /// - Parameter again: What stops it at once.
    func tellThatItEnds(_ again: String) { state.value.reporter?.tellThatItEnds(again) }
}
